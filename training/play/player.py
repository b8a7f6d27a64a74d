"""
Player of a scenario: does what its tasks ask for, through the pages, and no more than that.

It is careless on purpose. It grades in the order of the list until the task is content, and compares nothing itself, so
that a task which is content too early leaves its mistakes in place.
"""

from collections.abc import Callable, Mapping

from committees.enums import Attendance, ChangeCode, LogAction
from committees.models import Committee
from training.engine.conditions import unmet_condition
from training.engine.progress import current
from training.models import Run
from training.play.actor import Actor, Condition
from training.sandbox.state import address_of, is_away
from training.scenarios.fields import condition_of
from training.scenarios.routes import routes
from training.scenarios.schema import TRAINEE, Task, numbers_of

ROUNDS = 4
"""How often a task is tried before it counts as unreachable."""


class Player(Actor):
    """
    One run, played task by task.

    `unseen` collects tasks that were ticked before their text was on a page; `decoyed` is a task that was ticked by
    something else than it asks for.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self.unseen: list[str] = []
        self.decoyed = ""

    @property
    def task(self) -> Task | None:
        return current(self.run)

    def refresh(self) -> None:
        """Poll the panel as an open page does after each change."""
        self.browser.post("practice-panel")

    def read(self) -> None:
        """Read the run after a request. A page shows one task, so of several that it ticks only the first was shown."""
        before = len(self.run.tasks)
        super().read()
        self.unseen += list(self.run.tasks)[before + 1 :]

    def play_task(self, task: Task) -> bool:
        """Do the task; return whether it is ticked afterwards."""
        for _round in range(ROUNDS):
            for condition in task.done:
                self.meet(condition)
            self.refresh()
            if task.key not in self.run.tasks:
                self.refresh()  # the first poll has shown the task
            if task.key in self.run.tasks:
                return True
        return False

    def play_end(self) -> None:
        """Try to meet the conditions of the end that are not met yet."""
        for _round in range(ROUNDS):
            if self.run.done_at:
                return
            for condition in self.run.scenario.end:
                self.meet(condition)
            self.refresh()

    def offers_restart(self) -> bool:
        """Return whether the panel says that this copy can't be finished, and offers to start over."""
        tab = "plan" if self.run.scenario.role == "planner" else "grade"
        return b"data-dead-end" in self.browser.get(tab).content

    def meet(self, condition: Condition) -> None:
        """Try to meet `condition`, unless it is met already."""
        if self.lacks(condition):
            self.restore_exams()
            word = condition_of(condition) or ""
            MEANS.get(word, Player.wait)(self, condition)

    def lacks(self, condition: Condition) -> bool:
        return bool(unmet_condition(self.state, condition))

    # Ways to meet conditions

    def wait(self, _condition: Condition) -> None:
        """Let the robots act."""
        self.browser.post("practice-panel")

    def see(self, condition: Condition) -> None:
        route, persona = condition["seen"], condition.get("as", TRAINEE)
        if route == "import-preview":
            self.import_files()
        elif route == self.fs_route("exam"):
            for link in self.fs_links()[:1]:
                self.browser.open(link)
        else:
            found = self.target(routes().get(route, ""), condition)
            if found != [None]:
                self.browser.get(route, *found, persona=persona)

    def be_refused(self, condition: Condition) -> None:
        """Upload each file of the panel where it does not belong."""
        for file in self.run.scenario.files:
            for committee in self.own_committees():
                if file.list not in (None, committee.number):
                    self.upload(committee, self.offered(file.key))

    def act(self, condition: Condition) -> None:
        exam, number = self.exam(condition), condition.get("committee")
        committee = self.committee(number, condition)
        match condition["did"]:
            case LogAction.GRADES_UPLOADED if committee:
                self._upload_something(committee, condition)
            case LogAction.CONFIRMED if committee:
                self.confirm(committee)
            case LogAction.ATTENDANCE_NOTED:
                for candidate in self.state.candidates:
                    if candidate.number == condition.get("candidate"):
                        self.set_attendance(candidate, Attendance.ABSENT)
            case LogAction.CANDIDATES_ADDED if exam:
                self.paste_lists(exam)
            case LogAction.REMINDED if exam:
                self.remind(exam)
            case LogAction.REOPENED if committee:
                self.reopen(committee, condition.get("code", ChangeCode.APPEAL))
            case LogAction.TRANSFERRED if exam:
                self.transfer(exam)

    def _upload_something(self, committee: Committee, condition: Condition) -> None:
        """Upload the list; if it changes nothing, remove a grade, as hints say, and upload it again."""
        self.upload_list(committee)
        graded = [one for one in self.state.on(committee) if one.grade]
        if self.lacks(condition) and graded:
            self.set_grade(graded[0], "")
            self.upload_list(committee)

    def grade_by_notes(self, condition: Condition) -> None:
        committee = self.committee(condition[condition_of(condition) or ""], condition)
        if committee is not None:
            self._grade(condition, committee, self.notes_of(committee))

    def set_grades(self, condition: Condition) -> None:
        committee = self.committee(condition["committee"], condition)
        if committee is not None:
            self._grade(condition, committee, condition["grades"])
        self.wait(condition)

    def _grade(self, condition: Condition, committee: Committee, grades: Mapping[str, str]) -> None:
        """Set these grades one after another, and attendance that contradicts them, until the condition is met."""
        self._reopen_if_locked(committee)
        for candidate in self.state.on(committee):
            wanted = grades.get(candidate.number, "")
            if not self.lacks(condition):
                return
            if candidate.grade != wanted and self.run.scenario.role == "grader":
                self.set_grade(candidate, wanted)
            if is_away(candidate) == bool(wanted):
                self.set_attendance(candidate, Attendance.UNKNOWN if wanted else Attendance.ABSENT)

    def _reopen_if_locked(self, committee: Committee) -> None:
        if self.run.scenario.role == "planner" and self.state.staged[committee.pk].is_locked:
            self.reopen(committee, str(ChangeCode.ERROR))

    def note_attendance(self, condition: Condition) -> None:
        for candidate in self.state.candidates:
            if candidate.number == condition["attendance"]:
                self.set_attendance(candidate, Attendance(condition["is"]))

    def set_settings(self, condition: Condition) -> None:
        exam, planned = self.state.exam(condition["settings"]), self.run.scenario.exam(condition["settings"])
        if exam is None:
            return
        for committee in self.state.committees.values():
            self._reopen_if_locked(committee)
        wanted = {name: condition.get(name, getattr(planned, name, "")) for name in ("scale", "rule", "kind")}
        is_anonymous = condition.get("anonymous", getattr(planned, "anonymous", False))
        boxes = {"is_anonymous": "on"} if is_anonymous else {}
        self.edit_exam(exam, **wanted, **boxes)

    def place(self, condition: Condition) -> None:
        committee = self.committee(condition["committee"], condition)
        wanted = numbers_of(condition["candidates"])
        if committee is None:
            return
        there = [one for one in self.state.candidates if one.exam_id == committee.exam_id]
        missing = set(wanted) - {one.number for one in there}
        if missing:
            self.list_candidates(committee, missing)
        self.move(
            [one for one in there if one.number in wanted and one.committee_id != committee.pk], committee
        )
        for candidate in there if condition.get("present") else ():
            if candidate.number in wanted and is_away(candidate):
                self.set_attendance(candidate, Attendance.UNKNOWN)
        self.delete([one for one in there if one.number not in self._known()])

    def place_one(self, condition: Condition) -> None:
        """Add, move or delete one candidate."""
        exam, number = self.exam(condition), condition["placed"]
        found = [one for one in self.state.candidates if (one.exam, one.number) == (exam, number)]
        committee = self.committee(condition["committee"], condition) if "committee" in condition else None
        if committee is None:
            self.delete(found)
        elif found:
            self.move(found, committee)
        else:
            self.add_candidates(committee.exam, f"{number}\t{committee.number}")

    def _known(self) -> set[str]:
        """Return every candidate number that the end wants."""
        ranges = [one["candidates"] for one in self.run.scenario.end if condition_of(one) == "candidates"]
        numbers = {number for text in ranges for number in numbers_of(text)}
        return numbers or {one.number for one in self.state.candidates}

    def change_graders(self, condition: Condition) -> None:
        committee = self.committee(condition["committee"], condition)
        if committee is None:
            return
        self._reopen_if_locked(committee)
        seats = [seat for seat in self.state.seats if seat.committee_id == committee.pk]
        for seat in seats:
            if address_of(seat.person) not in condition["graders"]:
                self.unseat(seat.pk)
        for name in set(condition["graders"]) - {address_of(seat.person) for seat in seats}:
            people = self.run.scenario.people
            is_external = any(one.external for one in people if name in (one.feide, one.email))
            self.seat(committee, name, is_external=is_external)

    def grade_one(self, condition: Condition) -> None:
        for candidate in self.state.candidates:
            if candidate.number == condition["grade"] and self.run.scenario.role == "grader":
                self.set_grade(candidate, condition["is"])

    def confirm_own(self, condition: Condition) -> None:
        for act in self.run.scenario.acts:
            for need in act.needs if act.do == "confirm" and self.run.scenario.role == "planner" else ():
                if need in self.run.scenario.end:
                    self.meet(need)
        committee = self.committee(condition[condition_of(condition) or ""], condition)
        if committee and self.state.seat(self.state.trainee_pk, committee):
            self.confirm(committee)
        self.browser.post("practice-panel")

    def make_committee(self, condition: Condition) -> None:
        exam, number = self.exam(condition), condition["committee"]
        if exam is None:
            self.apply_import()
            exam = self.exam(condition)
        if exam is not None and self.committee(number, condition) is None:
            page = ("planned-exam", exam.pk)
            self.browser.submit(page, ("new-committee", exam.pk), number=number, name=f"Room {number}")

    def make_exam(self, _condition: Condition) -> None:
        self.apply_import()

    def add_grader(self, condition: Condition) -> None:
        committee = self.committee(condition["committee"], condition)
        if committee is None:
            return
        self._reopen_if_locked(committee)
        for seat in self.state.seats:
            if seat.committee_id == committee.pk and address_of(seat.person) == condition["seated"]:
                self.unseat(seat.pk)
        self.seat(committee, condition["seated"], is_external=condition.get("external", False))

    def remove(self, condition: Condition) -> None:
        exam = self.state.exam(condition["removed"])
        if exam is not None:
            self.cancel(exam)

    def place_everybody(self, condition: Condition) -> None:
        exam = self.state.exam(condition["ready"])
        last = max((one for one in self.state.committees.values()), key=lambda one: one.number, default=None)
        if exam is None or last is None:
            return
        astray = [one for one in self.state.candidates if one.exam_id == exam.pk and not one.committee_id]
        if astray:
            self.move(astray, last)

    def transfer_all(self, condition: Condition) -> None:
        exam = self.state.exam(condition.get("at_fs", condition.get("exam", "")))
        if exam is not None:
            self.let_fs_accept(exam)
            self.transfer(exam)


MEANS: Mapping[str, Callable[[Player, Condition], None]] = {
    "seen": Player.see,
    "refused": Player.be_refused,
    "did": Player.act,
    "attendance": Player.note_attendance,
    "notes": Player.grade_by_notes,
    "graded": Player.grade_by_notes,
    "grades": Player.set_grades,
    "grade": Player.grade_one,
    "confirmed": Player.confirm_own,
    "stage": Player.confirm_own,
    "settings": Player.set_settings,
    "ready": Player.place_everybody,
    "removed": Player.remove,
    "placed": Player.place_one,
    "candidates": Player.place,
    "graders": Player.change_graders,
    "seated": Player.add_grader,
    "receipts": Player.transfer_all,
    "sent": Player.transfer_all,
    "at_fs": Player.transfer_all,
    "committee": Player.make_committee,
    "exam": Player.make_exam,
}
