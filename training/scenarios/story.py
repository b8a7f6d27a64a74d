"""Check whether a scenario can be played: who may do what, and which robot waits for what."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from committees.enums import ConfirmationRule, LogAction
from training.scenarios.fields import Table, condition_of, conditions, tables
from training.scenarios.routes import routes
from training.scenarios.schema import TRAINEE

GRADER_ACTS = (
    LogAction.GRADE_CLICKED,
    LogAction.GRADE_TYPED,
    LogAction.GRADE_RESET,
    LogAction.GRADES_UPLOADED,
    LogAction.UPLOAD_UNDONE,
    LogAction.CONFIRMED,
    LogAction.WITHDRAWN,
)
PLANNER_ACTS = (
    LogAction.EXAM_CREATED,
    LogAction.EXAM_CHANGED,
    LogAction.EXAM_DELETED,
    LogAction.EXAM_CANCELLED,
    LogAction.EXAM_RESTORED,
    LogAction.CANDIDATES_ADDED,
    LogAction.CANDIDATES_DELETED,
    LogAction.GRADER_SEATED,
    LogAction.REMINDED,
    LogAction.REOPENED,
    LogAction.TRANSFERRED,
)
PLANNER_PAGES = ("plan/", "fs/")
"""Addresses that graders can't open."""


class Story:
    """Check the acts of a scenario without problems of shape."""

    def __init__(self, data: Table) -> None:
        self.data = data
        self.order = {task["key"]: number for number, task in tables(data, "tasks")}
        self.people = {person["key"]: person for person in data.get("people", [])}

    def problems(self) -> Iterator[str]:
        for where, table in conditions(self.data):
            yield from self._role(table, where)
            yield from self._committee(table, where)
        for number, act in tables(self.data, "acts"):
            yield from self._actor(act, f"acts[{number}]")
        for number, task in tables(self.data, "tasks"):
            for place, table in tables(task, "done"):
                if condition_of(table) == "stage":
                    yield from self._waiting(number, table, f"tasks[{number}].done[{place}]")

    def _role(self, table: Table, where: str) -> Iterator[str]:
        """Yield acts, confirmations and pages that the trainee's role does not have."""
        role, word = self.data["role"], condition_of(table)
        forbidden = GRADER_ACTS if role == "planner" else PLANNER_ACTS
        if word == "did" and table["did"] in forbidden and not (role == "planner" and self._seats(table)):
            sentence = (
                _("a planner can’t do “%(act)s”") if role == "planner" else _("a grader can’t do “%(act)s”")
            )
            yield f"{where}: " + sentence % {"act": table["did"]}
        page = routes().get(table.get("seen", ""), "")
        if word == "seen" and role == "grader" and page.startswith(PLANNER_PAGES):
            yield f"{where}: " + _("a grader can’t open “%(page)s”") % {"page": table["seen"]}
        if word == "confirmed" and TRAINEE not in self._seats({**table, "committee": table["confirmed"]}):
            yield f"{where}: " + _("the trainee is not a grader of this committee")

    def _committee(self, table: Table, where: str) -> Iterator[str]:
        """Yield pages of a committee that could be any of several, because the trainee grades them all."""
        page = routes().get(table.get("seen", table.get("refused", "")), "")
        own = [part for part in self._parts(table) if TRAINEE in part.get("seats", [])]
        if page.startswith("committees/") and len(own) > 1 and "committee" not in table:
            yield f"{where}: " + _("say which “committee”, because the trainee is a grader of several")

    def _parts(self, table: Table) -> list[Table]:
        """Return the committees of the exam that the table is about, as far as they exist from the start."""
        code = table.get("exam", "")
        exams = [exam for exam in self.data.get("exams", []) if code in ("", exam["code"])]
        return exams[0].get("committees", []) if exams else []

    def _part(self, table: Table) -> Table | None:
        """Return the committee that the table names, or else the first."""
        parts = self._parts(table)
        number = table.get("committee")
        return next((part for part in parts if number in (None, part["number"])), None)

    def _seats(self, table: Table) -> list[str]:
        part = self._part(table)
        return list(part.get("seats", [])) if part else []

    def _actor(self, act: Table, where: str) -> Iterator[str]:
        """Yield acts of people who are no robots, or have no seat where a planner can't give them one."""
        if self.people.get(act["who"], {}).get("student"):
            yield f"{where}: " + _("“%(who)s” is a student and can’t do anything") % {"who": act["who"]}
        part = self._part(act)
        if part and self.data["role"] == "grader" and act["who"] not in part.get("seats", []):
            sentence = _("“%(who)s” is not a grader of committee %(number)s")
            yield f"{where}: " + sentence % {"who": act["who"], "number": part["number"]}

    def _waiting(self, number: int, table: Table, where: str) -> Iterator[str]:
        """Yield each robot whose confirmation this task waits for, while the robot waits for this task or a later one."""
        part = self._part({**table, "committee": table["stage"]})
        exams: list[Table] = self.data.get("exams", [])
        exam: Table = next((exam for exam in exams if part in exam.get("committees", [])), {})
        if part is None or table["is"] not in ("confirmed", "transferred"):
            return
        ready = {seat for seat in part.get("seats", []) if self._confirms_before(seat, part, number)}
        late = [seat for seat in part.get("seats", []) if seat != TRAINEE and seat not in ready]
        if exam.get("rule") == ConfirmationRule.ONE and len(late) < len(part.get("seats", [])):
            return
        for seat in late:
            sentence = _("waits for “%(who)s”, who does not confirm before this task is done")
            yield f"{where}: " + sentence % {"who": seat}

    def _confirms_before(self, robot: str, part: Table, number: int) -> bool:
        for act in self.data.get("acts", []):
            waits_for = self.order.get(act["when"].removeprefix("task:"), 0) if ":" in act["when"] else 0
            is_here = self._part(act) == part
            if act["who"] == robot and act["do"] == "confirm" and is_here and waits_for < number:
                return True
        return False
