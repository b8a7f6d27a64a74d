"""The tables of docs/performance.md: each part of the benchmarks has a place there, and writes over its own last one."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from tests.load.figures import machine

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


def when_and_where() -> str:
    """The day and the machine of a measurement."""
    return f"{date.today():%-d %B %Y}; {machine()}"  # noqa: DTZ011  # the machine's day


def keep(part: str, *tables: str, says_itself: bool = False) -> None:
    """
    Print `tables` (Markdown), and put them between the marks of `part` in docs/performance.md, with day and machine, unless
    a table says for each of its columns when and where it was measured.
    """
    text = "\n\n".join(tables if says_itself else [*tables, f"*{when_and_where()}.*"])
    print(text)
    place = re.compile(rf"(<!-- {re.escape(part)} -->\n).*?(<!-- /{re.escape(part)} -->)", re.DOTALL)
    page, places = place.subn(lambda marks: f"{marks[1]}{text}\n{marks[2]}", PAGE.read_text())
    if places != 1:
        raise ValueError(f"{PAGE} has {places} places for {part}.")
    PAGE.write_text(page)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table: the first column says what, all others are figures."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
