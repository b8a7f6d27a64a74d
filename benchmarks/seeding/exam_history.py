"""
The history of one exam until today: the rows and log entries that its acts would have written.

Hashes, digests and files are computed by the functions that the acts use.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError

from benchmarks.seeding.bulk_writer import Planning
from benchmarks.seeding.generator import CommitteePlan, ExamPlan, Faculty
from benchmarks.seeding.log_builder import LogBuilder
from committees.actions.exam_state import State, people_digest, state_digest, state_of
from committees.actions.sheets import digest_over, file_digest
from committees.actions.transfer import (
    TransferCandidate,
    fs_backend,
    receipts_digest,
    result_file,
    transfer_details,
)
from committees.actions.uploads import count_rows
from committees.enums import ConfirmationRule, LogAction, NotificationKind, ReceiptStatus, Stage
from committees.files.fs_style import ExamKey
from committees.files.grade_sheet import Outcome
from committees.grade_scales import LETTERS, PASS
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Grader,
    Transfer,
    TransferLine,
    TransferSheet,
    Upload,
    User,
)
from committees.models.upload_rows import UploadRow

BY_CLICK = 12
"""Largest number of candidates of committees that set grades by click; others upload them."""
GRADE_PERCENTAGES = {
    LETTERS.code: ([*"ABCDEF"], [9, 22, 31, 19, 9, 10]),
    PASS.code: (["Pass", "NotPass"], [92, 8]),
}
"""Grades with their frequencies in percent."""
ABSENT = 0.02
"""Share of candidates without a grade."""


@dataclass(slots=True)
class CommitteeHistory:
    """A committee with its plan, graders, and candidates with their current grades."""

    committee: Committee
    plan: CommitteePlan
    seats: list[Grader]
    candidates: list[Candidate]

    def renew_digest(self) -> None:
        rows = ((one.number, one.grade) for one in self.candidates)
        self.committee.digest = digest_over(self.committee, rows)


@dataclass(slots=True, kw_only=True)
class ExamHistory(LogBuilder):
    """The history of one exam: `record` until the transfer, then `deliver` once FS has the candidates."""

    faculty: Faculty
    planners: Sequence[User]
    graders: Sequence[User]
    histories: list[CommitteeHistory] = field(default_factory=list)
    transfer: Transfer | None = None
    sending: list[TransferCandidate] = field(default_factory=list)

    def record(self, exam_plan: ExamPlan) -> None:
        exam = self.writer.add(self.exam)
        for planner in self.planners:
            self.writer.add(Planning(exam=exam, user=planner))
        self.clock = datetime(exam.date.year, exam.date.month, exam.date.day, 8, tzinfo=UTC)
        self.clock -= timedelta(days=20)
        self.log(LogAction.EXAM_CREATED, self.planners[0], key=";".join(exam.key), state=self._state())
        self._import(exam_plan.committees)
        self.clock += timedelta(days=20)
        for history in self.histories:
            self._grade(history)
            history.renew_digest()
            self._confirm(history)
        if all(history.plan.stage in Stage.locked() for history in self.histories):
            self.notify(NotificationKind.ALL_CONFIRMED, self.planners, self.newest)
        if exam_plan.is_transferred:
            self._freeze()

    # Committees and candidates

    def _import(self, committee_plans: Iterable[CommitteePlan]) -> None:
        """Import committees, graders and candidates as FS's files do."""
        number, before = 10_001, self._state()
        students = self._students(sum(plan.size for plan in committee_plans))
        for index, plan in enumerate(committee_plans, start=1):
            committee = self.writer.add(Committee(exam=self.exam, number=index, name=f"Committee {index}"))
            history = CommitteeHistory(committee, plan, [], [])
            for grader in plan.graders:
                seat = Grader(committee=committee, person=self.graders[grader])
                seat.is_external = grader >= len(self.graders) - self.faculty.external
                history.seats.append(self.writer.add(seat))
            for _ in range(plan.size):
                candidate = Candidate(
                    exam_id=self.exam.pk,
                    committee_id=committee.pk,
                    number=str(number),
                    feide_name=self.faculty.student(next(students)),
                )
                history.candidates.append(self.writer.add(candidate))
                number += 1
            self.histories.append(history)
        entry = self.log(
            LogAction.FILES_IMPORTED,
            self.planners[0],
            changes={
                candidate.number: ["", str(history.committee.number)]
                for history in self.histories
                for candidate in history.candidates
            },
            seated=[
                f"{seat.person.feide_name} → {history.committee.number}"
                for history in self.histories
                for seat in history.seats
            ],
            seats=[
                [history.committee.pk, seat.person_id] for history in self.histories for seat in history.seats
            ],
            committees=[str(history.committee.number) for history in self.histories],
            changed={},
            renamed_people=0,
            before=state_digest(before),
            state=self._state(),
        )
        places: dict[User, list[Committee]] = {}
        for history in self.histories:
            for seat in history.seats:
                places.setdefault(seat.person, []).append(history.committee)
        for person, committees in places.items():
            self.notify(
                NotificationKind.SEATED, [person], entry, committees[0] if len(committees) == 1 else None
            )

    def _state(self) -> State:
        """Return the state of the exam, as acts on the whole exam record it."""
        return state_of(
            self.exam,
            [planner.pk for planner in self.planners],
            [(one.committee.pk, one.committee.number, one.committee.name) for one in self.histories],
            [
                (seat.committee_id, seat.person_id, seat.is_external)
                for one in self.histories
                for seat in one.seats
            ],
            people_digest(
                (candidate.number, candidate.feide_name, candidate.name)
                for one in self.histories
                for candidate in one.candidates
            ),
        )

    def _students(self, count: int) -> Iterator[int]:
        """Return different students; for the fixed exams the first ones, so that one student takes them all."""
        if not self.faculty.number:
            return iter(range(count))
        return iter(self.random.sample(range(self.faculty.students), count))

    def fs_lines(self) -> Iterator[str]:
        """Return the exam's lines in the file of candidates from FS."""
        key = str(ExamKey(*self.exam.key))
        for history in self.histories:
            for one in history.candidates:
                yield f"{one.feide_name};{key};{one.number};{history.committee.number};\n"

    # Grades

    def _grade(self, history: CommitteeHistory) -> None:
        if history.plan.stage == Stage.NOT_STARTED:
            return
        kept = 1 - ABSENT
        if history.plan.stage == Stage.GRADING:
            kept = self.random.uniform(0.3, 0.9)
        graded = [one for one in history.candidates if self.random.random() < kept] or history.candidates[:1]
        grades, shares = GRADE_PERCENTAGES[self.exam.scale]
        drawn = self.random.choices(grades, shares, k=len(graded))
        if history.plan.size <= BY_CLICK:
            for candidate, grade in zip(graded, drawn, strict=True):
                self._click(history, candidate, grade)
            return
        self._upload(history, {one.number: grade for one, grade in zip(graded, drawn, strict=True)})
        for candidate in self.random.sample(graded, self.random.choice([0, 0, 1, 2])):
            self._click(
                history, candidate, self.random.choice([one for one in grades if one != candidate.grade])
            )

    def _click(self, history: CommitteeHistory, candidate: Candidate, grade: str) -> None:
        by = self.random.choice(history.seats).person
        changes = {candidate.number: [candidate.grade, grade]}
        candidate.grade = grade
        candidate.grade_entry_id = self.log(
            LogAction.GRADE_CLICKED, by, history.committee, changes=changes
        ).pk

    def _upload(self, history: CommitteeHistory, grades: dict[str, str]) -> None:
        """Upload a filled-in list that was downloaded before the first grade."""
        by, known = history.seats[0].person, self.newest.pk
        rows = [
            self._row(place, one.number, grades.get(one.number, ""))
            for place, one in enumerate(history.candidates, start=2)
        ]
        upload = Upload(
            committee=history.committee, by=by, file_name="grades.xlsx", sheet="Grades", rows=rows
        )
        # The file does not exist: the grades are hashed instead of its bytes.
        upload.sha256 = hashlib.sha256(repr(grades).encode()).hexdigest()
        upload.at, upload.list_entry_id = self.clock, known
        upload.counts = count_rows(rows) | {"missing": 0}
        self.writer.add(upload)
        changes = {number: ["", grade] for number, grade in grades.items()}
        entry = self.log(
            LogAction.GRADES_UPLOADED,
            by,
            history.committee,
            upload=upload,
            changes=changes,
            file=file_digest(upload),
        )
        for candidate in history.candidates:
            if candidate.number in grades:
                candidate.grade, candidate.grade_entry_id = grades[candidate.number], entry.pk

    @staticmethod
    def _row(place: int, number: str, grade: str) -> UploadRow:
        """Return the row of an upload, as `upload_grades` stores it."""
        outcome = Outcome.UPDATED if grade else Outcome.EMPTY
        return UploadRow(place, f"B{place}", outcome, number, grade, found=grade)

    # Confirmations

    def _confirm(self, history: CommitteeHistory) -> None:
        stage, seats = history.plan.stage, history.seats
        if stage in (Stage.NOT_STARTED, Stage.GRADING):
            return
        if self.exam.rule == ConfirmationRule.ONE:
            confirming = seats[:1]
        else:
            confirming = seats if stage in Stage.locked() else seats[:-1]
        committee = history.committee
        data: dict[str, Any] = {
            "digest": committee.digest,
            "round": committee.round,
            "without": [one.number for one in history.candidates if not one.grade],
        }
        for place, seat in enumerate(confirming):
            entry = self.log(LogAction.CONFIRMED, seat.person, committee, **data)
            self.writer.add(
                Confirmation(grader=seat, digest=committee.digest, round=committee.round, entry=entry)
            )
            self.notify(
                NotificationKind.CONFIRMED, [one.person for one in confirming[:place]], entry, committee
            )

    # Transfer

    def _freeze(self) -> None:
        self.sending = rows = self._plan_transfer()
        content = result_file(self.exam, rows)
        transfer = Transfer(exam=self.exam, number=1, by=self.planners[0], content=content)
        transfer.sha256, transfer.at = hashlib.sha256(content).hexdigest(), self.clock
        self.transfer = self.writer.add(transfer)
        sheets = [history.committee for history in self.histories]
        data = transfer_details(transfer, len(rows), sheets) | {"state": self._state()}
        self.log(LogAction.TRANSFERRED, transfer.by, transfer=transfer, **data)

    def _plan_transfer(self) -> list[TransferCandidate]:
        graded = [(history, one) for history in self.histories for one in history.candidates if one.grade]
        for history, candidate in graded:
            candidate.committee = history.committee
        return [TransferCandidate(candidate, at_fs="", send=True) for _table, candidate in graded]

    def deliver(self) -> None:
        """Deliver the transfer to FS and store the receipts. Raise CommandError if FS refuses a line."""
        if self.transfer is None:
            return
        transfer, rows = self.transfer, self.sending
        receipts = fs_backend(None).deliver(transfer.file_name, bytes(transfer.content))
        if [(one.line, one.taken) for one in receipts] != [(line, True) for line in range(1, len(rows) + 1)]:
            raise CommandError(f"FS did not accept all lines of {transfer.file_name}.")
        for line, row in enumerate(rows, start=1):
            self.writer.add(
                TransferLine(
                    transfer_id=transfer.pk,
                    candidate_id=row.candidate.pk,
                    committee_id=row.candidate.committee_id,  # type: ignore[misc]  # a grade needs a committee
                    line=line,
                    grade=row.candidate.grade,
                    status=ReceiptStatus.TAKEN,
                )
            )
        for history in self.histories:
            sheet = TransferSheet(transfer=transfer, committee=history.committee)
            sheet.digest, sheet.is_complete = history.committee.digest, True
            self.writer.add(sheet)
        transfer.answered_at = self.clock
        entry = self.log(
            LogAction.RECEIPTS_RECEIVED,
            transfer.by,
            transfer=transfer,
            taken=len(rows),
            refused=0,
            not_taken=[],
            at=transfer.answered_at.isoformat(),
            receipts=receipts_digest((line, ReceiptStatus.TAKEN, "") for line in range(1, len(rows) + 1)),
        )
        self.notify(NotificationKind.FS_ANSWERED, self.planners, entry)
