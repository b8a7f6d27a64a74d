"""A trainee who acts through the pages of a practice copy."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from committees.enums import Attendance, ChangeCode, LogAction
from committees.models import Candidate, Committee, Exam, Grader, Transfer, Upload
from training.models import Run
from training.play.browser import Browser, forms_of, links_of
from training.sandbox.state import SandboxState

Condition = Mapping[str, Any]
REMOVALS = (LogAction.EXAM_DELETED, LogAction.EXAM_CANCELLED)


class Actor:
    """One run with a browser: what the trainee has, and acts of graders and planners. Each act opens its page first."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.browser = self.new_browser()
        self.imported: int | None = None
        self.file_choices: dict[str, str] = {}

    def new_browser(self) -> Browser:
        return Browser(self.run, after=self.read)

    def read(self) -> None:
        """Read the run after a request."""
        self.run = Run.objects.select_related("trainee__person", "trainee__session").get(pk=self.run.pk)

    @property
    def state(self) -> SandboxState:
        return SandboxState(self.run)

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

    def target(self, pattern: str, condition: Condition) -> list[Any]:
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

    def upload_list(self, committee: Committee) -> None:
        """Upload the file of the panel for this committee, or else its list with the notes filled in."""
        file = next((file for file in self.run.scenario.files if file.list == committee.number), None)
        content = self.offered(file.key) if file else self.filled_list(committee, self.notes_of(committee))
        self.upload(committee, content)

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

    def paste_lists(self, exam: Exam) -> None:
        """Paste the lists that the panel shows."""
        for file in self.run.scenario.files:
            if file.paste:
                self.add_candidates(exam, self.offered(file.key).decode())

    def list_candidates(self, committee: Committee, missing: Iterable[str]) -> None:
        """Paste the lists of the panel, and then what they still lack."""
        self.paste_lists(committee.exam)
        known = {one.number for one in self.state.candidates if one.exam_id == committee.exam_id}
        lines = [f"{number}\t{committee.number}" for number in missing if number not in known]
        if lines:
            self.add_candidates(committee.exam, "\n".join(lines))

    def delete(self, candidates: Iterable[Candidate]) -> None:
        """Delete these candidates, from the page that lists them all."""
        for one in candidates:
            action = self.browser.address("delete-candidates", one.exam_id)
            page = self.browser.get("planned-candidates", one.exam_id)
            listed = next(form for form in forms_of(page) if "newest" in form.values)
            asked = self.browser.send(action, listed.values | {"candidates": [one.pk]})
            for form in forms_of(asked):
                if form.action == action:
                    self.browser.send(action, form.values)

    def move(self, candidates: Iterable[Candidate], to: Committee) -> None:
        chosen = [one.pk for one in candidates]
        page = ("planned-candidates", to.exam_id)
        self.browser.submit(page, ("move-candidates", to.exam_id), candidates=chosen, to=to.pk)

    def seat(self, committee: Committee, address: str, *, is_external: bool) -> None:
        """Add the person with this Feide name, or invite the one with this e-mail address."""
        page = ("planned-exam", committee.exam_id)
        more = {"is_external": "on"} if is_external else {}
        answer = self.browser.submit(page, ("seat", committee.pk), feide_name=address, **more)
        if answer.status_code == 422:
            name = next((one.name for one in self.run.scenario.people if one.email == address), address)
            self.browser.post("invite", committee.pk, data={"name": name, "email": address, **more})

    def correct(self, seat: Grader, address: str) -> None:
        page = ("correct-grader", seat.pk)
        self.browser.submit(page, page, email=address)

    def restore_exams(self) -> None:
        """Restore the exams that were removed, and that the scenario does not want removed."""
        wanted = {condition.get("removed") for condition in self.run.scenario.end}
        for code in self.state.removals.keys() - wanted if self.run.scenario.role == "planner" else ():
            acts = [one for one in self.state.entries if one.action in REMOVALS and one.exam.emnekode == code]
            if acts:
                self.browser.post("undo-act", acts[-1].pk)

    def cancel(self, exam: Exam) -> None:
        page = ("cancel-exam", exam.pk)
        self.browser.submit(page, page, reason="A mistake")

    def add_candidates(self, exam: Exam, text: str) -> None:
        """Paste this list, and add its valid lines."""
        to = ("add-candidates", exam.pk)
        answer = self.browser.submit(to, to, text=text)
        action = self.browser.address("apply-candidates", exam.pk)
        for form in forms_of(answer):
            if form.action == action:
                self.browser.send(action, form.values)

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
        for link in self.fs_links():
            page = self.browser.open(link)
            if exam.emnekode in page.content.decode():
                for form in forms_of(page):
                    if form.action.endswith("/restore/"):
                        self.browser.send(form.action, form.values)

    def fs_route(self, name: str) -> str:
        """Return the URL name of a page of the simulated FS, whose namespace is that of its package."""
        return f"{settings.PRACTICE_FS_BACKEND.partition('.')[0]}:{name}"

    def fs_links(self) -> list[str]:
        exams = self.fs_route("exams")
        start, links = self.browser.address(exams), links_of(self.browser.get(exams))
        return [link for link in links if link.startswith(start) and link != start]
