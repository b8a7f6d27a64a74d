"""Run of the whole corpus: results, costs, and the results of two other readers for the files that we accept."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from committees.files.xlsx import CellKind

from .case import Case
from .cases import CASES
from .forked import ask
from .oracles import differences, our_cells, results_of

MOST_ROWS = 20
"""The number of rows of a file that the table lists individually."""
MOST_MS, MOST_MB, MOST_YARDS = 300, 64, 9
"""
Limits of a refusal: milliseconds of processor time, and MB. On slower machines: multiples of the time that Python's
own parser needs there for 60,000 cells.
"""
MOST_WORK_MS, MOST_WORK_MB, MOST_WORK_YARDS = 1_000, 100, 25
"""Limits of any file, until its result is saved and explained."""


REFUSES = "refuses the file for its odd cell"
"""Accepted results of another reader where we reject a row or ignore a cell of another column."""


@dataclass(frozen=True)
class Result:
    """The result of a file of `size` bytes; of each reader "agrees", REFUSES, or its other result."""

    case: Case
    size: int
    refused: str
    rows: tuple[str, ...]
    ms: float
    mb: float
    yards: float
    calamine: str
    openpyxl: str

    @property
    def is_full(self) -> bool:
        """Return whether the list has the largest size, and so may cost more than a refusal."""
        return self.case.name.startswith("full to the brim")

    @property
    def is_expensive(self) -> bool:
        """Return whether it cost more than a refusal may."""
        return (self.ms >= MOST_MS and self.yards >= MOST_YARDS) or self.mb >= MOST_MB

    @property
    def is_too_much_work(self) -> bool:
        """Return whether it cost more than any file may."""
        return (self.ms >= MOST_WORK_MS and self.yards >= MOST_WORK_YARDS) or self.mb >= MOST_WORK_MB

    @property
    def problems(self) -> list[str]:
        """Return the differences from the expected result."""
        case, found = self.case, []
        if (self.refused, self.rows) != (case.refused, case.rows):
            found.append(f"is {self.refused or self.rows}, not {case.refused or case.rows}")
        if self.refused and not self.is_full and self.is_expensive:
            found.append(f"took {self.ms:.0f} ms and {self.mb:.0f} MB to refuse")
        if self.is_too_much_work:
            found.append(f"took {self.ms:.0f} ms and {self.mb:.0f} MB")
        for reader in ("calamine", "openpyxl"):
            said, known = getattr(self, reader), getattr(case, reader)
            if not self.refused and (said in ("agrees", REFUSES)) == bool(known):
                found.append(f"{reader}: {said}, though {known or 'it should agree'}")
        return found


def report(folder: Path) -> list[Result]:
    """Build all files in `folder`, read them, and run the other readers."""
    files = {}
    for number, case in enumerate(CASES.values()):
        files[case.name] = folder / f"{number}.xlsx"
        files[case.name].write_bytes(case.build())
    costs = _costs(files.values())
    taken = [file for name, file in files.items() if not CASES[name].refused]
    said = {oracle: results_of(oracle, taken) for oracle in ("calamine", "openpyxl")}
    return [_result(CASES[name], file, costs[file.stem], said) for name, file in files.items()]


def differing(results: Sequence[Result]) -> list[str]:
    """Return every problem with the name of its file."""
    return [f"{result.case.name}: {problem}" for result in results for problem in result.problems]


def lines(results: Sequence[Result]) -> Iterator[str]:
    """Return the table, followed by the sums."""
    yield "| file | bytes | outcome | ms of processor | MB more | calamine | openpyxl |"
    yield "|---|---|---|---|---|---|---|"
    for result in results:
        outcome = f"refused: `{result.refused}`" if result.refused else summary(result.rows)
        others = " | ".join(
            "–" if result.refused else getattr(result.case, reader) or getattr(result, reader)
            for reader in ("calamine", "openpyxl")
        )
        yield f"| {result.case.name} | {result.size} | {outcome} | {result.ms:.0f} | {result.mb:.0f} | {others} |"
    refused = [result for result in results if result.refused]
    taken = [result for result in results if not result.refused]
    problems = differing(results)
    yield ""
    yield f"{len(results)} files: {len(refused)} refused, {len(taken)} taken; {len(problems)} not as expected."
    for what, some in (("refusal", refused), ("acceptance", taken)):
        slowest, largest = max(some, key=lambda one: one.ms), max(some, key=lambda one: one.mb)
        yield (
            f"Slowest {what}: {slowest.case.name}, {slowest.ms:.0f} ms. "
            f"Largest: {largest.case.name}, {largest.mb:.0f} MB more."
        )
    yield from (f"- {problem}" for problem in problems)


def summary(rows: Sequence[str]) -> str:
    """Return the result of each row, or, for many rows, the number of rows by result."""
    if len(rows) <= MOST_ROWS:
        return "<br>".join(rows)
    counts = Counter(row.split()[1] for row in rows)
    return "<br>".join(f"{count:,} {outcome}" for outcome, count in counts.items())


def _costs(files: Collection[Path]) -> dict[str, Any]:
    """
    Return the costs of each file by name. Expensive files are measured three times, and the lowest cost counts,
    because processor time grows while other programs use the caches.
    """
    costs = ask("measuring", files)
    slow = [
        file
        for file in files
        if costs[file.stem].get("ms", 0) > (MOST_MS if costs[file.stem].get("refused") else MOST_WORK_MS)
    ]
    for _time in range(2):
        for name, cost in ask("measuring", slow).items():
            for unit in ("ms", "yards"):
                costs[name][unit] = min(costs[name][unit], cost.get(unit, costs[name][unit]))
    return costs


def _result(case: Case, file: Path, cost: dict[str, Any], said: dict[str, dict[str, Any]]) -> Result:
    content = file.read_bytes()
    verdicts = dict.fromkeys(said, "–")
    if not cost.get("refused") and "died" not in cost:
        ours = our_cells(content)
        for oracle, answers in said.items():
            verdicts[oracle] = _verdict(ours, answers.get(file.stem, {"error": "not asked"}), oracle)
    return Result(
        case,
        len(content),
        cost.get("refused", cost.get("died", "")),
        tuple(cost.get("rows", ())),
        cost.get("ms", 0),
        cost.get("mb", 0),
        cost.get("yards", 0),
        **verdicts,
    )


def _verdict(ours: dict[str, list[str]], answer: dict[str, Any], oracle: str) -> str:
    if "cells" not in answer and any(kind == CellKind.ODD for kind, _text in ours.values()):
        return REFUSES
    if "cells" not in answer:
        return f"fails ({answer.get('error') or answer.get('died')})"
    found = differences(ours, answer["cells"], oracle)
    return "agrees" if not found else f"differs ({'; '.join(found[:3])})"
