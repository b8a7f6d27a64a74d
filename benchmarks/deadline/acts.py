"""What people were told is done, held against what the register says afterwards."""

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CLICKED, RESET, UPLOADED = "grade.clicked", "grade.reset", "grades.uploaded"
CONFIRMED = "grading.confirmed"
SAID = {UPLOADED: "uploads", CLICKED: "clicks", RESET: "resets", CONFIRMED: "confirmations"}


@dataclass(frozen=True, slots=True)
class Act:
    """`grades` are those that it set, by candidate; `began` and `ended`, seconds, hold the moment when it was done."""

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
    """Every act that was answered as done, and how often something had moved instead."""

    acts: list[Act] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)

    def done(self, who: str, action: str, committee: int, grades: dict[str, str], began: float) -> None:
        self.acts.append(Act(who, action, committee, tuple(sorted(grades.items())), began, time.monotonic()))

    def counts(self) -> Counter[str]:
        return Counter(act.action for act in self.acts)

    def differences(self, told: Path) -> list[str]:
        """Where the register (as `world.tell` wrote it) says something else than people were told."""
        register = json.loads(told.read_text())
        answered = Counter(act.as_logged for act in self.acts)
        logged = Counter(
            (who, action, committee, tuple(sorted(grades.items())))
            for who, action, committee, grades in register["acts"]
        )
        found = [f"answered as done, and not in the log: {act}" for act in (answered - logged).elements()]
        found += [f"in the log, and nobody was told: {act}" for act in (logged - answered).elements()]
        confirmed = {(who, committee) for who, committee in register["confirmed"]}
        found += [
            f"confirmed, and does not stand: {act.as_logged}"
            for act in self.acts
            if act.action == CONFIRMED and (act.who, act.committee) not in confirmed
        ]
        stands = {(committee, number): grade for committee, number, grade in register["grades"]}
        last = self._last_grades()
        return found + [
            f"{committee}: {number} stands at “{grade}”, not at one of {last.get((committee, number), {''})}"
            for (committee, number), grade in stands.items()
            if grade not in last.get((committee, number), {""})
        ]

    def _last_grades(self) -> dict[tuple[int, str], set[str]]:
        """By candidate, what may stand: the grades of acts that no other act wholly followed."""
        about: dict[tuple[int, str], list[tuple[float, float, str]]] = defaultdict(list)
        for act in self.acts:
            for number, grade in act.grades:
                about[act.committee, number].append((act.began, act.ended, grade))
        return {
            candidate: {grade for _began, ended, grade in acts if ended >= max(act[0] for act in acts)}
            for candidate, acts in about.items()
        }
