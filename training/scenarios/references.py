"""Check whether people, exams, candidates, pages and words that a scenario names exist."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from committees.enums import Attendance, ConfirmationRule, ExamKind, ExamRemoval, LogAction, Stage
from committees.grade_scales import SCALES
from training.scenarios.fields import ROBOT_ACTIONS, TRIGGERS, Table, condition_of, conditions, tables
from training.scenarios.routes import routes
from training.scenarios.schema import TRAINEE, numbers_of


class References:
    """Check that people, exams, committees, candidates, grades and words that a scenario names exist."""

    def __init__(self, data: Table) -> None:
        self.data = data
        self.people = {person["key"]: person for person in data.get("people", [])}
        self.exams = {exam["code"]: exam for exam in data.get("exams", [])}
        self.tasks = [task["key"] for task in data["tasks"]]

    def problems(self) -> Iterator[str]:
        if self.data["role"] not in ("grader", "planner"):
            yield "the scenario: " + _("“role” should be grader or planner")
        if not self.data["tasks"]:
            yield "the scenario: " + _("needs at least one task")
        for name in ("people", "exams", "files", "tasks"):
            yield from self._twice(name, "code" if name == "exams" else "key")
        if TRAINEE in self.people:
            yield "people: " + _("“you” is the trainee and can’t be somebody else")
        checks: dict[str, Callable[[Table, str], Iterator[str]]] = {
            "people": self._person,
            "exams": self._exam,
            "acts": self._act,
            "files": self._file,
        }
        for name, check in checks.items():
            for number, table in tables(self.data, name):
                yield from check(table, f"{name}[{number}]")
        for where, table in conditions(self.data):
            yield from self._condition(table, where)
            if table.get("points", 1) < 1:
                yield f"{where}: " + _("“points” should be at least 1")

    def _twice(self, name: str, field: str) -> Iterator[str]:
        keys = [row[field] for row in self.data.get(name, [])]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"{name}: " + _("“%(key)s” is used twice") % {"key": key}

    def _word(self, word: str, known: Any, where: str) -> Iterator[str]:
        if word not in known:
            there = ", ".join(map(str, known))
            sentence = (
                _("“%(word)s” is unknown; choose from %(known)s")
                if there
                else _("“%(word)s” is unknown; the scenario has none")
            )
            yield f"{where}: " + sentence % {"word": word, "known": there}

    def _numbers(self, text: str, where: str) -> Iterator[str]:
        try:
            numbers_of(text)
        except ValueError as error:
            sentence = _("“%(text)s” is neither a candidate number nor a range such as 10001-10012")
            yield f"{where}: " + sentence % {"text": error}

    def _person(self, person: Table, where: str) -> Iterator[str]:
        """Check that the person is there from the start, or can be invited by the trainee."""
        if ("feide" in person) == ("email" in person):
            yield f"{where}: " + _("needs either “feide” or “email”")
        if "email" in person and self.data["role"] != "planner":
            yield f"{where}: " + _("only a planner can invite somebody by “email”")

    def _exam(self, exam: Table, where: str) -> Iterator[str]:
        yield from self._word(exam.get("kind", "oral"), ExamKind.values, f"{where}: “kind”")
        yield from self._word(exam.get("scale", "A-F"), SCALES, f"{where}: “scale”")
        yield from self._word(exam.get("rule", "all"), ConfirmationRule.values, f"{where}: “rule”")
        if exam.get("deadline", 16) < exam.get("date", -5):
            yield f"{where}: " + _("the deadline is before the date")
        yield from self._numbers(exam.get("unplaced", ""), f"{where}: “unplaced”")
        seen: set[str] = set()
        for number, committee in tables(exam, "committees"):
            here = f"{where}.committees[{number}]"
            wrong = list(self._numbers(committee["candidates"], f"{here}: “candidates”"))
            yield from wrong or self._committee(exam, committee, here)
            numbers = set() if wrong else set(numbers_of(committee["candidates"]))
            if numbers & seen:
                twice = ", ".join(sorted(numbers & seen))
                yield f"{here}: " + _("%(numbers)s are in another committee too") % {"numbers": twice}
            seen |= numbers

    def _committee(self, exam: Table, committee: Table, where: str) -> Iterator[str]:
        numbers = numbers_of(committee["candidates"])
        for key in committee.get("seats", []):
            yield from self._word(key, [TRAINEE, *self._there], f"{where}: “seats”")
        for key in committee.get("named", {}).values():
            yield from self._word(key, self._there, f"{where}: “named”")
        for name in ("absent", "named", "notes"):
            for number in committee.get(name, ()):
                yield from self._word(number, numbers, f"{where}: “{name}”")
        for grade in committee.get("notes", {}).values():
            yield from self._word(grade, _grades(exam), f"{where}: “notes”")

    @property
    def _there(self) -> list[str]:
        """Return the keys of the people who are there from the start."""
        return [key for key, person in self.people.items() if "feide" in person]

    def _act(self, act: Table, where: str) -> Iterator[str]:
        yield from self._word(act["who"], self.people, f"{where}: “who”")
        yield from self._word(act["do"], ROBOT_ACTIONS, f"{where}: “do”")
        moments = [*TRIGGERS, *(f"task:{key}" for key in self.tasks)]
        yield from self._word(act["when"], moments, f"{where}: “when”")
        if act["do"] in ("grade", "upload") and not act.get("grades"):
            yield f"{where}: " + _("“%(act)s” needs “grades”") % {"act": act["do"]}
        yield from self._candidates_of("act", act, where)

    def _file(self, file: Table, where: str) -> Iterator[str]:
        if ("list" in file) == ("text" in file):
            yield f"{where}: " + _("needs either “list” or “text”")
        if file.get("paste") and "text" not in file:
            yield f"{where}: " + _("“paste” needs “text”")
        if "list" in file:
            yield from self._place(file, file["list"], where)

    def _place(self, table: Table, committee: int, where: str) -> Iterator[str]:
        """Check that the committee is in the exam that the table names, if that exam exists from the start."""
        code = table.get("exam", "")
        exam = self.exams.get(code) if code else next(iter(self.exams.values()), None)
        if exam is None:
            if not code:
                yield f"{where}: " + _("name the “exam”; the scenario has none of its own")
            return
        numbers = [committee["number"] for committee in exam.get("committees", [])]
        if self.data["role"] != "planner":  # a planner may add one
            yield from self._word(str(committee), list(map(str, numbers)), f"{where}: committee")

    def _condition(self, table: Table, where: str) -> Iterator[str]:
        word = condition_of(table) or ""
        checks: dict[str, Callable[[], Iterator[str]]] = {
            "did": lambda: self._word(table["did"], LogAction.values, where),
            "receipts": lambda: self._word(table["receipts"], ("taken", "refused"), where),
            "stage": lambda: self._word(table["is"], Stage.values, f"{where}: “is”"),
            "seen": lambda: self._seen(table, where),
            "refused": lambda: self._word(table["refused"], routes(), where),
            "attendance": lambda: self._word(table["is"], Attendance.values, f"{where}: “is”"),
            "settings": lambda: self._settings(table, where),
            "removed": lambda: self._removed(table, where),
            "candidates": lambda: self._numbers(table["candidates"], where),
            "placed": lambda: self._numbers(table["placed"], where),
            "notes": lambda: self._notes(table, where),
        }
        if word in checks:
            yield from checks[word]()
        if "since" in table:
            yield from self._word(table["since"], self.tasks, f"{where}: “since”")
        yield from self._committee_of(word, table, where)
        yield from self._candidates_of(word, table, where)

    def _removed(self, table: Table, where: str) -> Iterator[str]:
        yield from self._word(table["removed"], self.exams, where)
        yield from self._word(table["is"], ExamRemoval.values, f"{where}: “is”")

    def _seen(self, table: Table, where: str) -> Iterator[str]:
        yield from self._word(table["seen"], routes(), where)
        yield from self._word(table.get("as", TRAINEE), [TRAINEE, *self.people], f"{where}: “as”")

    def _settings(self, table: Table, where: str) -> Iterator[str]:
        known = {"scale": SCALES, "rule": ConfirmationRule.values, "kind": ExamKind.values}
        for name, words in known.items():
            if name in table:
                yield from self._word(table[name], words, f"{where}: “{name}”")

    def _notes(self, table: Table, where: str) -> Iterator[str]:
        exam = self._exam_of(table) or {}
        noted = [committee["number"] for committee in exam.get("committees", []) if committee.get("notes")]
        if table["notes"] not in noted:
            yield f"{where}: " + _("committee %(number)s has no “notes”") % {"number": table["notes"]}

    def _committee_of(self, word: str, table: Table, where: str) -> Iterator[str]:
        if word in ("notes", "graded", "confirmed", "stage"):
            yield from self._place(table, table[word], where)
        elif (
            word in ("seen", "refused", "did", "grades", "candidates", "placed", "graders")
            and "committee" in table
        ):
            yield from self._place(table, table["committee"], where)

    def _candidates_of(self, word: str, table: Table, where: str) -> Iterator[str]:
        """Check the candidates and grades that the condition names, if their exam exists from the start."""
        exam = self._exam_of(table)
        if exam is None:
            return
        named = [table[name] for name in ("candidate", "grade", "attendance", "sent") if name in table]
        for number in [*named, *table.get("grades", {})]:
            yield from self._word(number, _all_numbers(exam), f"{where}: candidate")
        grades = [table["is"]] if word in ("grade", "sent") else list(table.get("grades", {}).values())
        for grade in grades:
            yield from self._word(grade, ["", *_grades(exam)], f"{where}: grade")

    def _exam_of(self, table: Table) -> Table | None:
        """Return the exam that the table is about; None for one that the trainee imports."""
        code = table.get("exam", "")
        return self.exams.get(code) if code else next(iter(self.exams.values()), None)


def _all_numbers(exam: Table) -> list[str]:
    ranges = [exam.get("unplaced", ""), *(part["candidates"] for part in exam.get("committees", []))]
    try:
        return [number for text in ranges for number in numbers_of(text)]
    except ValueError:
        return []


def _grades(exam: Table) -> tuple[str, ...]:
    scale = exam.get("scale", "A-F")
    return SCALES[scale].codes if scale in SCALES else ()
