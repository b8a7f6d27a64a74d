"""Tables of `manage.py read_sheets` in Markdown."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median, quantiles

from .checking import FileCheck, Outcome

XLSX = ".xlsx"


def report(checks: Sequence[FileCheck]) -> Iterator[str]:
    """Yield the lines of all tables. The first column of the first one is the folder below the searched folder."""
    yield from _by_folder(checks)
    yield ""
    yield from _costs(checks)
    yield ""
    yield from _reasons(checks)
    yield ""
    yield from _problems(checks)


def _by_folder(checks: Sequence[FileCheck]) -> Iterator[str]:
    yield "| folder | files | read | refused | misread | crashed | over limits | .xlsx agreed on | of these read | share |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    folders: dict[str, list[FileCheck]] = defaultdict(list)
    for check in checks:
        folder, slash, _rest = check.path.partition("/")
        folders[folder if slash else "."].append(check)
    for folder, some in sorted(folders.items()):
        yield _folder_row(folder, some)
    if len(folders) > 1:
        yield _folder_row("**all**", checks)


def _folder_row(name: str, checks: Sequence[FileCheck]) -> str:
    def count(*outcomes: Outcome) -> int:
        return sum(check.outcome in outcomes for check in checks)

    agreed = _agreed(checks)
    read = sum(check.outcome is Outcome.READ for check in agreed)
    share = f"{100 * read / len(agreed):.1f} %" if agreed else "–"
    counts = (
        len(checks),
        count(Outcome.READ),
        count(Outcome.REFUSED),
        count(Outcome.MISREAD),
        count(Outcome.CRASHED),
        count(Outcome.TOO_SLOW, Outcome.TOO_LARGE),
        len(agreed),
        read,
    )
    return f"| {name} | {' | '.join(map(str, counts))} | {share} |"


def _agreed(checks: Iterable[FileCheck]) -> list[FileCheck]:
    return [check for check in checks if check.others_agree and check.path.lower().endswith(XLSX)]


def _costs(checks: Sequence[FileCheck]) -> Iterator[str]:
    yield "| our reader | files | median | 99 of 100 | most | file that took most |"
    yield "|---|--:|--:|--:|--:|---|"
    measures: tuple[tuple[str, Callable[[FileCheck], float]], ...] = (
        ("ms of processor time", lambda check: 1000 * check.seconds),
        ("MB of memory", lambda check: check.mb),
    )
    for outcome in (Outcome.READ, Outcome.REFUSED):
        some = [check for check in checks if check.outcome is outcome]
        for unit, measure in measures if some else ():
            costs = [measure(check) for check in some]
            p99 = quantiles(costs, n=100)[98] if len(costs) > 1 else costs[0]
            most = max(some, key=measure)
            figures = f"{median(costs):.0f} | {min(p99, max(costs)):.0f} | {max(costs):.0f}"
            yield f"| {outcome}: {unit} | {len(some)} | {figures} | {most.path} |"


def _reasons(checks: Sequence[FileCheck]) -> Iterator[str]:
    yield "| why not read | files | .xlsx agreed on | example |"
    yield "|---|--:|--:|---|"
    agreed = set(_agreed(checks))
    reasons: dict[str, list[FileCheck]] = defaultdict(list)
    for check in checks:
        if check.outcome is not Outcome.READ:
            reasons[check.reason or str(check.outcome)].append(check)
    for reason, some in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
        counted = [check for check in some if check in agreed]
        example = min(counted or some, key=lambda check: (check.size, check.path))
        yield f"| {reason} | {len(some)} | {len(counted)} | {example.path} |"


def _problems(checks: Sequence[FileCheck]) -> Iterator[str]:
    """Yield the totals, and a line for each misread cell and crash."""
    read = [check for check in checks if check.outcome in (Outcome.READ, Outcome.MISREAD)]
    yield (
        f"{len(checks)} files. {sum(check.cells for check in read)} cells read in {len(read)} files; on "
        f"{sum(check.disputed for check in read)} of them openpyxl and calamine disagree."
    )
    for check in checks:
        if check.outcome is Outcome.MISREAD:
            yield from (f"- {check.path}: {cell}" for cell in check.misread)
        elif check.outcome is Outcome.CRASHED:
            yield f"- {check.path}: {check.reason}"
