"""Problems of an import with the same reason, listed once."""

from collections.abc import Iterable
from dataclasses import dataclass

from committees.actions.import_plan import Problem


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """One reason and its line numbers in a file; none if it is about no line."""

    file: str
    numbers: tuple[int, ...]
    sentence: str
    count: int

    @property
    def lines(self) -> str:
        """The line numbers in short: "2–25, 30"."""
        runs: list[list[int]] = []
        for number in self.numbers:
            if runs and number == runs[-1][1] + 1:
                runs[-1][1] = number
            else:
                runs.append([number, number])
        return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def grouped(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Return the problems with equal ones in one group, in the order of the first of each, in the active language."""
    found: dict[tuple[str, str], list[int]] = {}
    for one in problems:
        found.setdefault((one.file, str(one.sentence)), []).append(one.line)
    return [
        ProblemGroup(file, tuple(sorted({line for line in lines if line})), sentence, len(lines))
        for (file, sentence), lines in found.items()
    ]
