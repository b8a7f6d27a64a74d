"""Results of plays, as lines of text."""

from collections.abc import Iterator

from training.play.play import Report


def lines_of(report: Report) -> Iterator[str]:
    """Yield the summary of a scenario's plays, and a line per finding with the tasks where the turn was taken."""
    yield f"{report.key}: {report.plays} plays, {report.restarts} start over, {len(report.findings)} findings"
    places: dict[tuple[str, str], list[str]] = {}
    for finding in report.findings:
        places.setdefault((finding.turn, finding.text), []).append(finding.task)
    for (turn, text), tasks in places.items():
        yield f"  {', '.join(dict.fromkeys(tasks))}: {turn or 'straight path'}: {text}"
