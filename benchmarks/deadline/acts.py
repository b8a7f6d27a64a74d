"""Comparison of acknowledged acts with the register afterwards."""

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CLICKED, RESET, UPLOADED = "grade.clicked", "grade.reset", "grades.uploaded"
CONFIRMED = "grading.confirmed"
LABELS = {UPLOADED: "uploads", CLICKED: "clicks", RESET: "resets", CONFIRMED: "confirmations"}


@dataclass(frozen=True, slots=True)
class Act:
    """
    An acknowledged act. `grades` are pairs of a candidate and the grade that was set. The act was done between `began`
    and `ended`, in seconds.
    """

    who: str
    action: str
    committee: int
    grades: tuple[tuple[str, str], ...]
    began: float
    ended: float

    @property
    def as_logged(self) -> tuple[Any, ...]:
        return self.who, self.action, self.committee, self.grades


@dataclass
class Ledger:
    """All acknowledged acts, and the number of conflicts per action (`moved`)."""

    acts: list[Act] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)

    def done(self, who: str, action: str, committee: int, grades: dict[str, str], began: float) -> None:
        self.acts.append(Act(who, action, committee, tuple(sorted(grades.items())), began, time.monotonic()))

    def counts(self) -> Counter[str]:
        return Counter(act.action for act in self.acts)

    def differences(self, file: Path) -> list[str]:
        """Return the differences between the acts and the register in `file`, which `demo_data.export` wrote."""
        register = json.loads(file.read_text())
        answered = Counter(act.as_logged for act in self.acts)
        logged = Counter(
            (who, action, committee, tuple(sorted(grades.items())))
            for who, action, committee, grades in register["acts"]
        )
        found = [f"acknowledged, but not in the log: {act}" for act in (answered - logged).elements()]
        found += [f"in the log, but not acknowledged: {act}" for act in (logged - answered).elements()]
        confirmed = {(who, committee) for who, committee in register["confirmed"]}
        found += [
            f"confirmation acknowledged, but not valid: {act.as_logged}"
            for act in self.acts
            if act.action == CONFIRMED and (act.who, act.committee) not in confirmed
        ]
        current = {(committee, number): grade for committee, number, grade in register["grades"]}
        last = self._last_grades()
        return found + [
            f"{committee}: {number} has “{grade}” instead of one of {last.get((committee, number), {''})}"
            for (committee, number), grade in current.items()
            if grade not in last.get((committee, number), {""})
        ]

    def _last_grades(self) -> dict[tuple[int, str], set[str]]:
        """Return the possible grades by candidate: those of acts that ended after the last act began."""
        about: dict[tuple[int, str], list[tuple[float, float, str]]] = defaultdict(list)
        for act in self.acts:
            for number, grade in act.grades:
                about[act.committee, number].append((act.began, act.ended, grade))
        return {
            candidate: {grade for _began, ended, grade in acts if ended >= max(act[0] for act in acts)}
            for candidate, acts in about.items()
        }
