"""Reads one file with our reader and with two others, and compares the cells."""

import gc
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from committees.files.xlsx import CellKind, UnreadableFile, letters

from .cells import OTHERS, Cells, Place, Value, is_impossible_date, our_cells, same
from .limited import TOO_LARGE, TOO_SLOW, Limits, run_limited

NAMED_AT_MOST = 5
"""Misread cells of a file that are named."""


class Outcome(StrEnum):
    """What our reader did with a file."""

    READ = "read"
    MISREAD = "misread"
    REFUSED = "refused"
    CRASHED = "crashed"
    TOO_SLOW = "too slow"
    TOO_LARGE = "too much memory"


@dataclass(frozen=True)
class FileCheck:
    """What became of one file. `reason` is the code of the refusal, or how our reader failed; `sentence` is what people read
    of a refusal. `others_agree` is about the
    file as openpyxl and calamine read it, whatever we do with it; `others_failed` says which of them can't read it, and
    why. `disputed` counts the cells on which those two disagree and we give one of their values."""

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
    """Check the file at `path`, which is called `name` in the result. Each reader has a process of its own."""
    content = path.read_bytes()
    others: dict[str, Cells] = {}
    failed = []
    for reader, read in OTHERS.items():
        run = run_limited(read, content, limits_of_others)
        if run.failure:
            failed.append(f"{reader}: {run.failure}")
        else:
            others[reader] = run.result
    agree = len(others) == len(OTHERS) and all(
        _is_agreed(values) for _place, values in _said_by_others(others)
    )
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
        return _Refusal(error.code, str(error.sentence))


def _said_by_others(others: Mapping[str, Cells]) -> Iterator[tuple[Place, list[Value | None]]]:
    """Return each place that a reader fills, with what those say that can tell: calamine can't where openpyxl finds a
    formula or an error, since it gives a formula's last result and nothing for an error."""
    for place in {place for cells in others.values() for place in cells}:
        said = {reader: cells.get(place) for reader, cells in others.items()}
        by_openpyxl = said.get("openpyxl")
        if by_openpyxl and by_openpyxl.kind in (CellKind.FORMULA, CellKind.ERROR):
            said.pop("calamine", None)
        yield place, list(said.values())


def _is_agreed(values: list[Value | None]) -> bool:
    return all(same(values[0], value) for value in values[1:])


def _compare(ours: Cells, others: Mapping[str, Cells]) -> tuple[tuple[str, ...], int]:
    """Return the cells that we give differently from all other readers, a few of them in full, and how many we give as one
    of them and not as the other. A formula of ours is not compared: it is never taken as a value, and openpyxl passes
    over the formula of a cell that has an inline string too."""
    misread, disputed = [], 0
    said = dict(_said_by_others(others))
    for place in said.keys() | ours.keys():
        our, values = ours.get(place), said.get(place, [None] * len(others))
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
    """Prepare a process that checks files: ignore the warnings of other readers, and copy nothing that it shares."""
    warnings.simplefilter("ignore")
    gc.freeze()
