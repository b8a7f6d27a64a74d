"""Pages of results in docs/reference/generated/."""

from collections.abc import Iterable, Sequence
from datetime import date

from tests.docs.generated import write_page
from tests.load.figures import machine


def when_and_where() -> str:
    """Return the day and the machine of a measurement."""
    return f"{date.today():%-d %B %Y}; {machine()}"  # noqa: DTZ011  # the machine's day


def write_results(part: str, title: str, *tables: str, dated: bool = False) -> None:
    """Write the results of `part` with day and machine; `dated` tables contain both already."""
    stamp = () if dated else (f"*{when_and_where()}.*",)
    write_page(f"benchmark-{part}", title, f"make bench PART={part}", *tables, *stamp)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table: labels in the first column, figures in the others."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
