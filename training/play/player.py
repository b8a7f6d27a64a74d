"""
Player of a scenario: does what its tasks ask for, through the pages, and no more than that.

It is careless on purpose. It grades in the order of the list until the task is content, and compares nothing itself, so
that a task which is content too early leaves its mistakes in place.
"""

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from committees.enums import Attendance, ChangeCode, LogAction
from committees.models import Candidate, Committee, Exam, Transfer, Upload
from training.engine.conditions import unmet_condition
from training.engine.progress import current
from training.models import Run
from training.play.browser import Browser, forms_of, links_of
from training.sandbox.state import SandboxState, is_away
from training.scenarios.fields import condition_of
from training.scenarios.routes import routes
from training.scenarios.schema import TRAINEE, Task, numbers_of

Condition = Mapping[str, Any]
ROUNDS = 4
"""How often a task is tried before it counts as unreachable."""


class Player:
    """
    One run, played task by task.

    `unseen` collects tasks that were ticked before their text was on a page; `decoyed` is a task that was ticked by
    something else than it asks for.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.unseen: list[str] = []
        self.decoyed = ""
        self.browser = self.new_browser()
        self.imported: int | None = None
        self.file_choices: dict[str, str] = {}

    def new_browser(self) -> Browser:
        return Browser(self.run, after=self._read)

    @property
    def state(self) -> SandboxState:
        return SandboxState(self.run)

    @property
    def task(self) -> Task | None:
        return current(self.run)

    def refresh(self) -> None:
        """Poll the panel as an open page does after each change."""
        self.browser.post("practice-panel")

    def _read(self) -> None:
        """Read the run after a request. A page shows one task, so of several that it ticks only the first was shown."""
        before = len(self.run.tasks)
        self.run = Run.objects.select_related("trainee__person", "trainee__session").get(pk=self.run.pk)
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
            word = condition_of(condition) or ""
            MEANS.get(word, Player.wait)(self, condition)

    def lacks(self, condition: Condition) -> bool:
        return bool(unmet_condition(self.state, condition))

    # What the trainee has

    def exam(self, condition: Condition, word: str = "exam") -> Exam | None:
        return self.state.exam(condition.get(word, ""))

    def committee(self, number: int | None, condition: Condition) -> Committee | None:
        return self.state.committee(number, condition.get("exam", ""))

    def own_committees(self) -> list[Committee]:
        """Return the committees that the trainee grades."""
        state = self.state
        return [one for one in state.committees.values() if state.seat(state.trainee_pk, one)]

    def notes_of(self, committee: Committee) -> Mapping[str, str]:
        planned = self.run.scenario.exam(committee.exam.emnekode)
        part = planned.committee(committee.number) if planned else None
        return (part.notes if part else None) or {}

    # Acts of graders

    def set_grade(self, candidate: Candidate, grade: str) -> None:
        route = "set-grade" if grade else "reset-grade"
        self.browser.post(
            route, candidate.pk, data={"grade": grade, "expected_grade": candidate.grade} if grade else {}
        )

    def set_attendance(self, candidate: Candidate, attendance: Attendance) -> None:
        if self.run.scenario.role == "planner":
            page = ("planned-candidates", candidate.exam_id)
            to = ("note-absence", candidate.exam_id)
            self.browser.submit(page, to, candidates=[candidate.pk], attendance=str(attendance))
        else:
            page = ("candidate", candidate.pk)
            self.browser.submit(page, ("set-attendance", candidate.pk), attendance=str(attendance))

    def confirm(self, committee: Committee) -> None:
        page = ("confirm", committee.pk)
        self.browser.submit(page, page, acknowledged="on")

    def upload(self, committee: Committee, content: bytes, name: str = "list.xlsx") -> None:
        self.browser.post(
            "upload-sheet", committee.pk, data={"file": SimpleUploadedFile(name, content), "take_as_is": "on"}
        )

    def filled_list(self, committee: Committee, grades: Mapping[str, str]) -> bytes:
        """Return the list of the committee as downloaded, with these grades typed in."""
        book = load_workbook(BytesIO(self.browser.get("download", committee.pk).content))
        for number, grade, *_rest in book.worksheets[0].iter_rows(min_row=2):
            grade.value = grades.get(str(number.value), grade.value)
        saved = BytesIO()
        book.save(saved)
        return saved.getvalue()

    def offered(self, key: str) -> bytes:
        """Return a file that the panel offers."""
        answer = self.browser.get("practice-file", key)
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    # Acts of planners

    def import_files(self, **choices: str) -> None:
        """Import the files of the panel, up to the preview."""
        files = {
            file.key: SimpleUploadedFile(f"{file.key}.txt", self.offered(file.key))
            for file in self.run.scenario.files
            if file.list is None
        }
        answer = self.browser.submit(("import",), ("import",), **files, **(self.file_choices | choices))
        if answer.status_code == 302:
            self.browser.open(answer["Location"])
            self.imported = int(answer["Location"].rstrip("/").split("/")[-1])

    def apply_import(self) -> None:
        if self.imported is None:
            self.import_files()
        if self.imported is not None:
            self.browser.submit(("import-preview", self.imported), ("apply-import", self.imported))

    def edit_exam(self, exam: Exam, **values: str) -> None:
        page = ("edit-exam", exam.pk)
        self.browser.submit(page, page, **values)

    def send_without(self, page: Any, to: tuple[Any, ...], field: str) -> None:
        """Send a form of the page with this box unticked."""
        action = self.browser.address(*to)
        for form in forms_of(page):
            if field in form.values:
                form.values.pop(field)
                self.browser.send(action, form.values)

    def move(self, candidates: Iterable[Candidate], to: Committee) -> None:
        chosen = [one.pk for one in candidates]
        page = ("planned-candidates", to.exam_id)
        self.browser.submit(page, ("move-candidates", to.exam_id), candidates=chosen, to=to.pk)

    def seat(self, committee: Committee, feide_name: str, *, is_external: bool) -> None:
        page = ("planned-exam", committee.exam_id)
        more = {"is_external": "on"} if is_external else {}
        self.browser.submit(page, ("seat", committee.pk), feide_name=feide_name, **more)

    def unseat(self, seat: int) -> None:
        page = ("unseat", seat)
        self.browser.submit(page, page)

    def remind(self, exam: Exam) -> None:
        page = ("remind", exam.pk)
        self.browser.submit(page, page)

    def reopen(self, committee: Committee, code: str = ChangeCode.APPEAL) -> None:
        page = ("reopen", committee.pk)
        self.browser.submit(page, page, reason="An appeal", code=code)

    def transfer(self, exam: Exam) -> None:
        page = ("exam-transfer", exam.pk)
        self.browser.submit(page, page)

    def let_fs_accept(self, exam: Exam) -> None:
        """Let FS accept every candidate of the exam."""
        for link in self._fs_links():
            page = self.browser.open(link)
            if exam.emnekode in page.content.decode():
                for form in forms_of(page):
                    if form.action.endswith("/restore/"):
                        self.browser.send(form.action, form.values)

    def _fs_route(self, name: str) -> str:
        """Return the URL name of a page of the simulated FS, whose namespace is that of its package."""
        return f"{settings.PRACTICE_FS_BACKEND.partition('.')[0]}:{name}"

    def _fs_links(self) -> list[str]:
        exams = self._fs_route("exams")
        start, links = self.browser.address(exams), links_of(self.browser.get(exams))
        return [link for link in links if link.startswith(start) and link != start]

    # Ways to meet conditions

    def wait(self, _condition: Condition) -> None:
        """Let the robots act."""
        self.browser.post("practice-panel")

    def see(self, condition: Condition) -> None:
        route, persona = condition["seen"], condition.get("as", TRAINEE)
        if route == "import-preview":
            self.import_files()
        elif route == self._fs_route("exam"):
            for link in self._fs_links()[:1]:
                self.browser.open(link)
        else:
            found = self._target(routes().get(route, ""), condition)
            if found != [None]:
                self.browser.get(route, *found, persona=persona)

    def _target(self, pattern: str, condition: Condition) -> list[Any]:
        """Return the arguments of a page's address."""
        if "<" not in pattern:
            return []
        state = self.state
        if pattern.startswith(("committees/", "plan/committees/")):
            found: Any = state.committee(condition.get("committee"), condition.get("exam", ""))
        elif pattern.startswith("candidates/"):
            numbers = [condition.get("candidate")] if condition.get("candidate") else None
            found = next((one for one in state.candidates if numbers is None or one.number in numbers), None)
        elif pattern.startswith("uploads/"):
            found = Upload.objects.filter(committee__exam__sandbox=self.run.sandbox_id).last()
        elif pattern.startswith("plan/transfers/"):
            found = Transfer.objects.filter(exam__sandbox=self.run.sandbox_id).last()
        else:
            found = state.exam(condition.get("exam", ""))
        return [found.pk if found else None]

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
                self._upload_list(committee)
            case LogAction.CONFIRMED if committee:
                self.confirm(committee)
            case LogAction.ATTENDANCE_NOTED:
                for candidate in self.state.candidates:
                    if candidate.number == condition.get("candidate"):
                        self.set_attendance(candidate, Attendance.ABSENT)
            case LogAction.REMINDED if exam:
                self.remind(exam)
            case LogAction.REOPENED if committee:
                self.reopen(committee, condition.get("code", ChangeCode.APPEAL))
            case LogAction.TRANSFERRED if exam:
                self.transfer(exam)

    def _upload_list(self, committee: Committee) -> None:
        file = next((file for file in self.run.scenario.files if file.list == committee.number), None)
        content = self.offered(file.key) if file else self.filled_list(committee, self.notes_of(committee))
        self.upload(committee, content)

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
        there = [one for one in self.state.candidates if one.number in wanted]
        if committee is not None:
            self.move([one for one in there if one.committee_id != committee.pk], committee)

    def change_graders(self, condition: Condition) -> None:
        committee = self.committee(condition["committee"], condition)
        if committee is None:
            return
        self._reopen_if_locked(committee)
        seats = [seat for seat in self.state.seats if seat.committee_id == committee.pk]
        for seat in seats:
            if seat.person.feide_name not in condition["graders"]:
                self.unseat(seat.pk)
        for name in set(condition["graders"]) - {seat.person.feide_name for seat in seats}:
            people = self.run.scenario.people
            is_external = any(one.external for one in people if one.feide == name)
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
            if seat.committee_id == committee.pk and seat.person.feide_name == condition["seated"]:
                self.unseat(seat.pk)
        self.seat(committee, condition["seated"], is_external=condition.get("external", False))

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
    "candidates": Player.place,
    "graders": Player.change_graders,
    "seated": Player.add_grader,
    "receipts": Player.transfer_all,
    "sent": Player.transfer_all,
    "at_fs": Player.transfer_all,
    "committee": Player.make_committee,
    "exam": Player.make_exam,
}
