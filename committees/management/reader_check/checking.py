"""Check of one file: its cells as our reader reads them, compared with two others."""

import gc
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from committees.files.grade_sheet import sentence_of
from committees.files.xlsx import CellKind, UnreadableFile, letters

from .cells import OTHERS, Cells, Place, Value, is_impossible_date, our_cells, same
from .limited import TOO_LARGE, TOO_SLOW, Limits, run_limited

NAMED_AT_MOST = 5
"""Number of misread cells named for a file."""


class Outcome(StrEnum):
    """Result of our reader for a file."""

    READ = "read"
    MISREAD = "misread"
    REFUSED = "refused"
    CRASHED = "crashed"
    TOO_SLOW = "too slow"
    TOO_LARGE = "too much memory"


@dataclass(frozen=True)
class FileCheck:
    """Result of the check of one file.

    `reason` is the code of the refusal, or the failure of our reader; `sentence` is the refusal's sentence.
    `others_agree`: openpyxl and calamine agree with each other, whatever our reader returns; `others_failed` names those
    that failed, with the reason. `disputed` counts cells on which those two disagree and ours equals one of them.
    """

    path: str
    size: int
    outcome: Outcome
    reason: str = ""
    sentence: str = ""
    seconds: float = 0
    mb: float = 0
    cells: int = 0
    misread: tuple[str, ...] = ()
    disputed: int = 0
    others_agree: bool = False
    others_failed: str = ""


class _Refusal(NamedTuple):
    code: str
    sentence: str


def check_file(path: Path, name: str, limits: Limits, limits_of_others: Limits) -> FileCheck:
    """Check the file at `path`, which is named `name` in the result. Each reader runs in its own process."""
    content = path.read_bytes()
    others: dict[str, Cells] = {}
    failed = []
    for reader, read in OTHERS.items():
        run = run_limited(read, content, limits_of_others)
        if run.failure:
            failed.append(f"{reader}: {run.failure}")
        else:
            others[reader] = run.result
    agree = len(others) == len(OTHERS) and all(_is_agreed(values) for _place, values in _other_values(others))
    ours = run_limited(_cells_or_refusal, content, limits)
    check = FileCheck(
        name,
        len(content),
        Outcome.READ,
        seconds=ours.seconds,
        mb=ours.mb,
        others_agree=agree,
        others_failed="; ".join(failed),
    )
    if ours.failure in (TOO_SLOW, TOO_LARGE):
        return replace(check, outcome=Outcome(ours.failure), reason=ours.failure)
    if ours.failure:
        return replace(check, outcome=Outcome.CRASHED, reason=ours.failure)
    if isinstance(ours.result, _Refusal):
        return replace(check, outcome=Outcome.REFUSED, reason=ours.result.code, sentence=ours.result.sentence)
    misread, disputed = _compare(ours.result, others)
    outcome = Outcome.MISREAD if misread else Outcome.READ
    return replace(check, outcome=outcome, cells=len(ours.result), misread=misread, disputed=disputed)


def _cells_or_refusal(content: bytes) -> Cells | _Refusal:
    try:
        return our_cells(content)
    except UnreadableFile as error:
        return _Refusal(error.code, sentence_of(error))


def _other_values(others: Mapping[str, Cells]) -> Iterator[tuple[Place, list[Value | None]]]:
    """Yield each cell that another reader returns, with the comparable values. Calamine's are left out where
    openpyxl finds a formula or an error: it returns a formula's last result, and nothing for an error."""
    for place in {place for cells in others.values() for place in cells}:
        values = {reader: cells.get(place) for reader, cells in others.items()}
        by_openpyxl = values.get("openpyxl")
        if by_openpyxl and by_openpyxl.kind in (CellKind.FORMULA, CellKind.ERROR):
            values.pop("calamine", None)
        yield place, list(values.values())


def _is_agreed(values: list[Value | None]) -> bool:
    return all(same(values[0], value) for value in values[1:])


def _compare(ours: Cells, others: Mapping[str, Cells]) -> tuple[tuple[str, ...], int]:
    """Return the first few cells that differ from all other readers, and the number of cells that equal only some.

    Our formulas are not compared: they are never used as values, and openpyxl ignores the formula of a cell that also
    has an inline string.
    """
    misread, disputed = [], 0
    other_values = dict(_other_values(others))
    for place in other_values.keys() | ours.keys():
        our, values = ours.get(place), other_values.get(place, [None] * len(others))
        only_calamine = "openpyxl" not in others
        if our and (our.kind is CellKind.FORMULA or (our.kind is CellKind.ERROR and only_calamine)):
            continue
        if is_impossible_date(our):
            continue
        equal = [same(our, value) for value in values]
        if values and not any(equal):
            misread.append(f"{place.sheet}!{letters(place.column)}{place.row}: {our} for {values[0]}")
        elif not all(equal):
            disputed += 1
    return tuple(sorted(misread)[:NAMED_AT_MOST]), disputed


def begin_process() -> None:
    """Prepare a worker process: ignore warnings of other readers, and exclude shared objects from garbage
    collection."""
    warnings.simplefilter("ignore")
    gc.freeze()
