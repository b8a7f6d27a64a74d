"""A separate exam for each trial, its people, and their acts."""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.deleting import cancel_exam, delete_committee, delete_exam
from committees.actions.effects import NotAgreed
from committees.actions.fs_import import apply_import, keep_import
from committees.actions.grade_lists import list_id, write_list
from committees.actions.graders import add_grader
from committees.actions.grading import note_attendances, reset_grade, set_grade
from committees.actions.import_undo import undo_import
from committees.actions.on_behalf import confirm_on_behalf
from committees.actions.planners import hand_over
from committees.actions.planning import (
    EXAM_FIELDS,
    change_exam,
    move_candidates,
    unseat_grader,
)
from committees.actions.transfer import deliver_transfer, freeze_transfer, transfer_grades
from committees.actions.upload_results import accept_proposals, restore_replaced, undo_upload
from committees.actions.uploads import upload_grades
from committees.actions.versions import texts_of
from committees.enums import Attendance, ChangeCode, ConfirmationRule
from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.grade_scales import LETTERS
from committees.models import Candidate, Committee, Exam, FsImport, Grader, Transfer, Upload, User
from tests.conftest import seat, teach_fs
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from tests.invariants import Seen
from tests.races.meeting import Act

NUMBERS = ("10001", "10002", "10003")


class People:
    """kari and ola grade on committee 1, ingrid and ola on committee 2, per plans, pia can plan."""

    def __init__(self) -> None:
        self.kari, self.ola, self.ingrid = (
            UserFactory.create(username=name, name=name.title()) for name in ("kari", "ola", "ingrid")
        )
        self.per = UserFactory.create(username="per", name="Per", is_planner=True)
        self.pia = UserFactory.create(username="pia", name="Pia", is_planner=True)


class Scene:
    """
    A new exam. Methods prepare acts with freshly read rows, and return a function that runs them, so that acts share
    no objects, like requests. `seen` collects the versions that graders were shown.
    """

    serial = count(1)

    def __init__(self, people: People, *, rule: ConfirmationRule = ConfirmationRule.ALL) -> None:
        self.people, self.rule = people, rule
        self.seen: set[Seen] = set()
        User.objects.filter(is_active=False).update(is_active=True)
        with transaction.atomic():
            self.exam: Exam = ExamFactory.create(
                emnekode=f"RACE{next(self.serial)}", planners=[people.per], rule=rule
            )
            self.one: Committee = CommitteeFactory.create(
                exam=self.exam, number=1, graders=[people.kari, people.ola], numbers=NUMBERS
            )
            self.two: Committee = CommitteeFactory.create(
                exam=self.exam, number=2, graders=[people.ola, people.ingrid], numbers=["10013"]
            )
            teach_fs(self.exam)

    def candidate(self, number: str) -> Candidate:
        return Candidate.objects.select_related("exam").get(exam_id=self.exam.pk, number=number)

    @property
    def planner(self) -> User:
        """per, freshly read."""
        return User.objects.get(pk=self.people.per.pk)

    def list_of(self, person: User) -> str:
        """Return the ID of the list of committee 1 that `person` downloads now."""
        return list_id(seat(person, self.one), timezone.now())

    def download(self, person: User) -> bytes:
        """Return the list of committee 1 that `person` downloads now."""
        return write_list(seat(person, self.one), timezone.localtime())

    def grades(self) -> list[str]:
        """Return the grades of committee 1 by number."""
        return list(self.one.candidates.order_by("number").values_list("grade", flat=True))

    def remember(self) -> None:
        """Exclude the present log entries from `news`."""
        self.known = set(self.exam.log.values_list("pk", flat=True))

    def news(self) -> Counter[str]:
        """Return the number of later log entries by action."""
        return Counter(self.exam.log.exclude(pk__in=self.known).values_list("action", flat=True))

    def refreshed(self, committee: Committee) -> Committee:
        return Committee.objects.select_related("exam").get(pk=committee.pk)

    def version(self, committee: Committee) -> str:
        return Committee.objects.get(pk=committee.pk).version

    # Acts

    def confirming(self, person: User, committee: Committee | None = None) -> Act:
        committee = committee or self.one
        grader, version = seat(person, committee), self.version(committee)
        self.seen.add((person.pk, committee.pk, version))
        return lambda: confirm_grades(grader, expected_version=version, acknowledged=True)

    def withdrawing(self, person: User) -> Act:
        grader = seat(person, self.one)
        return lambda: withdraw_confirmation(grader)

    def standing_in(self, person: User) -> Act:
        """The planner confirms committee 1 on behalf of `person`."""
        grader, version, per = seat(person, self.one), self.version(self.one), self.planner
        self.seen.add((per.pk, self.one.pk, version))
        return lambda: confirm_on_behalf(
            grader, reason="No answer", by=per, expected_version=version, acknowledged=True, locks=True
        )

    def clicking(self, person: User, number: str, grade: str) -> Act:
        grader, candidate = seat(person, self.one), self.candidate(number)
        return lambda: set_grade(grader, candidate, grade)

    def resetting(self, person: User, number: str) -> Act:
        grader, candidate = seat(person, self.one), self.candidate(number)
        return lambda: reset_grade(grader, candidate)

    def uploading(self, person: User, *grades: str, known: str = "") -> Act:
        """Upload a list of committee 1 with these grades for its first candidates; `known` is the list's ID."""
        grader, content = seat(person, self.one), sheet(grades, known)
        return lambda: upload_grades(grader, file_name="grades.xlsx", content=content)

    def undoing(self, person: User, upload: Upload) -> Act:
        grader, upload = seat(person, self.one), Upload.objects.get(pk=upload.pk)
        return lambda: undo_upload(grader, upload)

    def accepting(self, person: User, upload: Upload) -> Act:
        grader, upload = seat(person, self.one), Upload.objects.get(pk=upload.pk)
        return lambda: accept_proposals(grader, upload, {row.row for row in upload.rows})

    def giving_back(self, person: User, upload: Upload) -> Act:
        grader, upload = seat(person, self.one), Upload.objects.get(pk=upload.pk)
        return lambda: restore_replaced(grader, upload, {row.row for row in upload.rows if row.replaced})

    def moving(self, number: str, to: Committee) -> Act:
        candidate, to = self.candidate(number), Committee.objects.select_related("exam").get(pk=to.pk)
        per, agreement = self.planner, agreement_now(move_candidates, [candidate], to=to, by=self.planner)
        return lambda: move_candidates([candidate], to=to, by=per, agreement=agreement)

    def noting(self, *numbers: str) -> Act:
        candidates, per = [self.candidate(number) for number in numbers], self.planner
        return lambda: note_attendances(candidates, Attendance.ATTENDED, by=per)

    def seating(self, person: User) -> Act:
        committee, per = self.refreshed(self.one), self.planner
        return lambda: add_grader(committee, person, is_external=False, by=per)

    def unseating(self, person: User) -> Act:
        grader = seat(person, self.one)
        per, agreement = self.planner, agreement_now(unseat_grader, grader, by=self.planner)
        return lambda: unseat_grader(grader, by=per, agreement=agreement)

    def editing(self, **fields: str) -> Act:
        """Save the exam's form, opened now, with other values."""
        per = self.planner
        exam, planners = Exam.objects.get(pk=self.exam.pk), [per]
        shown = texts_of(exam, EXAM_FIELDS)
        for name, value in fields.items():
            setattr(exam, name, value)
        agreement = agreement_now(change_exam, exam, planners=planners, by=per, shown=shown)
        return lambda: change_exam(exam, planners=planners, by=per, shown=shown, agreement=agreement)

    def deleting(self, committee: Committee | None = None) -> Act:
        """Delete the exam, or this committee."""
        exam, per = Exam.objects.get(pk=self.exam.pk), self.planner
        if committee is None:
            return lambda: delete_exam(exam, by=per)
        one = self.refreshed(committee)
        return lambda: delete_committee(one, by=per)

    def cancelling(self) -> Act:
        exam, per = Exam.objects.get(pk=self.exam.pk), self.planner
        return lambda: cancel_exam(exam, reason="Illness", by=per)

    def handing_over(self) -> Act:
        """per hands all exams over to pia."""
        per, pia = self.planner, User.objects.get(pk=self.people.pia.pk)
        return lambda: hand_over(per, pia, by=per)

    def deactivating(self, person: User) -> Act:
        """Deactivate a person as the admin does."""

        def deactivate() -> None:
            with transaction.atomic():
                User.objects.filter(pk=person.pk).update(is_active=False)

        return deactivate

    def reopening(self, committee: Committee) -> Act:
        committee, per = self.refreshed(committee), self.planner
        return lambda: reopen_committee(committee, reason="slip", code=ChangeCode.ERROR, by=per)

    def transferring(self) -> Act:
        exam, per = Exam.objects.get(pk=self.exam.pk), self.planner
        return lambda: transfer_grades(exam, by=per)

    def delivering(self, transfer: Transfer) -> Act:
        transfer, per = Transfer.objects.select_related("exam").get(pk=transfer.pk), self.planner
        return lambda: deliver_transfer(transfer, by=per)

    def importing(self, *, committees: tuple[str, ...] = (), candidates: tuple[str, ...] = ()) -> Act:
        """Import these `committees` and `candidates`, lines without the exam's key."""
        key = ";".join(self.exam.key)
        lines = [f"student{line.split(';')[0]};{key};{line};" for line in candidates]
        given = FsImport(
            by=self.planner,
            exams=b"",
            committees="\n".join(f"{key};{line}" for line in committees).encode(),
            candidates="\n".join(lines).encode(),
            scale=LETTERS.code,
        )
        kept = FsImport.objects.select_related("by").get(pk=keep_import(given).pk)
        return lambda: apply_import(kept)

    def undoing_import(self) -> Act:
        """Import candidate 10099 into committee 1, and return the act that undoes this."""
        lines = [
            f"{number};{one}"
            for one, number in self.exam.candidates.values_list("committee__number", "number")
        ]
        self.importing(candidates=(*lines, "10099;1"))()
        batch, per = FsImport.objects.latest("pk"), self.planner
        return lambda: undo_import(batch, by=per)

    # Preparation

    def graded(self) -> "Scene":
        """Grade all candidates: kari uploads committee 1, ingrid clicks committee 2."""
        self.uploading(self.people.kari, "A", "B", "C")()
        set_grade(seat(self.people.ingrid, self.two), self.candidate("10013"), "D")
        return self

    def confirmed(self) -> "Scene":
        """Confirm every committee by every grader."""
        for grader in Grader.objects.filter(committee__exam=self.exam).select_related("person", "committee"):
            self.confirming(grader.person, grader.committee)()
        return self

    def corrected(self) -> "Scene":
        """Transfer, reopen, change one grade, and confirm again."""
        self.transferring()()
        self.reopening(self.one)()
        self.clicking(self.people.kari, "10001", "E")()
        return self.confirmed()

    def frozen(self) -> Transfer:
        """Return a transfer that is made but not delivered."""
        return freeze_transfer(self.exam, by=self.people.per)


def agreement_now(act: Callable[..., object], *args: Any, **values: Any) -> str:
    """Return the agreement of a planner who is asked about `act` now, without doing it."""
    try:
        with transaction.atomic():
            act(*args, **values)
            transaction.set_rollback(True)
    except NotAgreed as asked:
        return asked.agreement
    return ""


@lru_cache(maxsize=200)
def sheet(grades: tuple[str, ...], known: str) -> bytes:
    """Return a grade sheet with these grades for the first candidates of committee 1, and a list ID if given."""
    head = SheetHead("Exam", "Committee 1", "somebody", timezone.localtime(), known, LETTERS, False)
    return write_grade_sheet(head, [(*row, "") for row in zip(NUMBERS, grades, strict=False)])
