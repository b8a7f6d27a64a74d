"""
What happened to an exam until today, written down as the acts would have: each act's rows, with the one log entry that
explains them, in its chain. What the acts compute (hashes, digests, files) is computed by the acts' own functions.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError

from benchmarks.seeding.bulk_writer import Planning
from benchmarks.seeding.invented_data import Faculty, Seating, Sitting
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
from committees.enums import ConfirmationRule, GradeScale, LogAction, NotificationKind, ReceiptStatus, Stage
from committees.files.fs_style import ExamKey
from committees.files.grade_sheet import CheckedRow, Outcome
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

BY_CLICK = 12
"""Candidates of a committee that clicks its grades; a larger one uploads them."""
SHARES = {
    GradeScale.LETTERS: ([*"ABCDEF"], [9, 22, 31, 19, 9, 10]),
    GradeScale.PASS: (["Pass", "NotPass"], [92, 8]),
}
"""How often each grade is given, in a hundred."""
ROW = CheckedRow(0, "", Outcome.UPDATED).as_json() | {"old": ""}
EMPTY_ROW = CheckedRow(0, "", Outcome.EMPTY).as_json() | {"old": ""}
"""Rows of an upload, but for whom they are about."""
ABSENT = 0.02
"""The share of candidates who get no grade."""


@dataclass(slots=True)
class Table:
    """A committee at work: its candidates, and the grade each has by now."""

    committee: Committee
    seating: Seating
    seats: list[Grader]
    candidates: list[Candidate]

    def renew_digest(self) -> None:
        rows = ((one.number, one.grade) for one in self.candidates)
        self.committee.digest = digest_over(self.committee, rows)


@dataclass(slots=True, kw_only=True)
class ExamHistory(LogBuilder):
    """The life of one exam. `live` goes as far as the transfer, and `arrive` on from there, once FS knows the candidates."""

    faculty: Faculty
    planners: Sequence[User]
    graders: Sequence[User]
    tables: list[Table] = field(default_factory=list)
    transfer: Transfer | None = None
    sending: list[TransferCandidate] = field(default_factory=list)

    def live(self, sitting: Sitting) -> None:
        exam = self.batch.add(self.exam)
        for planner in self.planners:
            self.batch.add(Planning(exam=exam, user=planner))
        self.clock = datetime(exam.date.year, exam.date.month, exam.date.day, 8, tzinfo=UTC)
        self.clock -= timedelta(days=20)
        self.log(LogAction.EXAM_CREATED, self.planners[0], key=";".join(exam.key), state=self._state())
        self._import(sitting.committees)
        self.clock += timedelta(days=20)
        for table in self.tables:
            self._grade(table)
            table.renew_digest()
            self._confirm(table)
        if all(table.seating.stage in Stage.locked() for table in self.tables):
            self.notify(NotificationKind.ALL_CONFIRMED, self.planners, self.newest)
        if sitting.is_transferred:
            self._freeze()

    # Committees and candidates

    def _import(self, seatings: Iterable[Seating]) -> None:
        """Everybody, as FS's files bring them."""
        number, before = 10_001, self._state()
        students = self._students(sum(seating.size for seating in seatings))
        for index, seating in enumerate(seatings, start=1):
            committee = self.batch.add(Committee(exam=self.exam, number=index, name=f"Committee {index}"))
            table = Table(committee, seating, [], [])
            for grader in seating.graders:
                seat = Grader(committee=committee, person=self.graders[grader])
                seat.is_external = grader >= len(self.graders) - self.faculty.external
                table.seats.append(self.batch.add(seat))
            for _ in range(seating.size):
                candidate = Candidate(
                    exam_id=self.exam.pk,
                    committee_id=committee.pk,
                    number=str(number),
                    feide_name=self.faculty.student(next(students)),
                )
                table.candidates.append(self.batch.add(candidate))
                number += 1
            self.tables.append(table)
        entry = self.log(
            LogAction.FILES_IMPORTED,
            self.planners[0],
            changes={
                candidate.number: ["", str(table.committee.number)]
                for table in self.tables
                for candidate in table.candidates
            },
            seated=[
                f"{seat.person.feide_name} → {table.committee.number}"
                for table in self.tables
                for seat in table.seats
            ],
            seats=[[table.committee.pk, seat.person_id] for table in self.tables for seat in table.seats],
            committees=[str(table.committee.number) for table in self.tables],
            changed={},
            renamed_people=0,
            before=state_digest(before),
            state=self._state(),
        )
        places: dict[User, list[Committee]] = {}
        for table in self.tables:
            for seat in table.seats:
                places.setdefault(seat.person, []).append(table.committee)
        for person, committees in places.items():
            self.notify(
                NotificationKind.SEATED, [person], entry, committees[0] if len(committees) == 1 else None
            )

    def _state(self) -> State:
        """The state of the exam, as the acts on the whole exam record it."""
        return state_of(
            self.exam,
            [planner.pk for planner in self.planners],
            [(one.committee.pk, one.committee.number, one.committee.name) for one in self.tables],
            [
                (seat.committee_id, seat.person_id, seat.is_external)
                for one in self.tables
                for seat in one.seats
            ],
            people_digest(
                (candidate.number, candidate.feide_name, candidate.name)
                for one in self.tables
                for candidate in one.candidates
            ),
        )

    def _students(self, count: int) -> Iterator[int]:
        """Different ones; of the known exams the first, so that one student sits them all."""
        if not self.faculty.number:
            return iter(range(count))
        return iter(self.random.sample(range(self.faculty.students), count))

    def fs_lines(self) -> Iterator[str]:
        """The exam's lines of the file of candidates that FS issued."""
        key = str(ExamKey(*self.exam.key))
        for table in self.tables:
            for one in table.candidates:
                yield f"{one.feide_name};{key};{one.number};{table.committee.number};\n"

    # Grades

    def _grade(self, table: Table) -> None:
        if table.seating.stage == Stage.NOT_STARTED:
            return
        kept = 1 - ABSENT
        if table.seating.stage == Stage.GRADING:
            kept = self.random.uniform(0.3, 0.9)
        graded = [one for one in table.candidates if self.random.random() < kept] or table.candidates[:1]
        grades, shares = SHARES[self.exam.grade_scale]
        drawn = self.random.choices(grades, shares, k=len(graded))
        if table.seating.size <= BY_CLICK:
            for candidate, grade in zip(graded, drawn, strict=True):
                self._click(table, candidate, grade)
            return
        self._upload(table, {one.number: grade for one, grade in zip(graded, drawn, strict=True)})
        for candidate in self.random.sample(graded, self.random.choice([0, 0, 1, 2])):
            self._click(
                table, candidate, self.random.choice([one for one in grades if one != candidate.grade])
            )

    def _click(self, table: Table, candidate: Candidate, grade: str) -> None:
        by = self.random.choice(table.seats).person
        changes = {candidate.number: [candidate.grade, grade]}
        candidate.grade = grade
        candidate.grade_entry_id = self.log(LogAction.GRADE_CLICKED, by, table.committee, changes=changes).pk

    def _upload(self, table: Table, grades: dict[str, str]) -> None:
        """A list that was downloaded before anything else happened, filled in."""
        by, known = table.seats[0].person, self.newest.pk
        rows = [
            self._row(place, one.number, grades.get(one.number, ""))
            for place, one in enumerate(table.candidates, start=2)
        ]
        upload = Upload(committee=table.committee, by=by, file_name="grades.xlsx", sheet="Grades", rows=rows)
        # No such file was ever written; what it said stands for its bytes.
        upload.sha256 = hashlib.sha256(repr(grades).encode()).hexdigest()
        upload.at, upload.list_entry_id = self.clock, known
        upload.counts = count_rows(rows) | {"missing": 0}
        self.batch.add(upload)
        changes = {number: ["", grade] for number, grade in grades.items()}
        entry = self.log(
            LogAction.GRADES_UPLOADED,
            by,
            table.committee,
            upload=upload,
            changes=changes,
            file=file_digest(upload),
        )
        for candidate in table.candidates:
            if candidate.number in grades:
                candidate.grade, candidate.grade_entry_id = grades[candidate.number], entry.pk

    @staticmethod
    def _row(place: int, number: str, grade: str) -> dict[str, Any]:
        """The row of an upload, as `upload_grades` keeps it."""
        data = {"row": place, "cell": f"B{place}", "candidate": number, "found": grade, "grade": grade}
        return (ROW | data) if grade else (EMPTY_ROW | data)

    # Confirmations

    def _confirm(self, table: Table) -> None:
        stage, seats = table.seating.stage, table.seats
        if stage in (Stage.NOT_STARTED, Stage.GRADING):
            return
        if self.exam.rule == ConfirmationRule.ONE:
            confirming = seats[:1]
        else:
            confirming = seats if stage in Stage.locked() else seats[:-1]
        committee = table.committee
        data: dict[str, Any] = {
            "digest": committee.digest,
            "round": committee.round,
            "without": [one.number for one in table.candidates if not one.grade],
        }
        for place, seat in enumerate(confirming):
            entry = self.log(LogAction.CONFIRMED, seat.person, committee, **data)
            self.batch.add(
                Confirmation(grader=seat, digest=committee.digest, round=committee.round, entry=entry)
            )
            self.notify(
                NotificationKind.CONFIRMED, [one.person for one in confirming[:place]], entry, committee
            )

    # The way to FS

    def _freeze(self) -> None:
        self.sending = rows = self._plan_transfer()
        content = result_file(self.exam, rows)
        transfer = Transfer(exam=self.exam, number=1, by=self.planners[0], content=content)
        transfer.sha256, transfer.at = hashlib.sha256(content).hexdigest(), self.clock
        self.transfer = self.batch.add(transfer)
        sheets = [table.committee for table in self.tables]
        data = transfer_details(transfer, len(rows), sheets) | {"state": self._state()}
        self.log(LogAction.TRANSFERRED, transfer.by, transfer=transfer, **data)

    def _plan_transfer(self) -> list[TransferCandidate]:
        graded = [(table, one) for table in self.tables for one in table.candidates if one.grade]
        for table, candidate in graded:
            candidate.committee = table.committee
        return [TransferCandidate(candidate, at_fs="", send=True) for _table, candidate in graded]

    def arrive(self) -> None:
        """Let FS have the transfer, and write down what it answers. Raises CommandError where it refuses a line."""
        if self.transfer is None:
            return
        transfer, rows = self.transfer, self.sending
        receipts = fs_backend(None).deliver(transfer.file_name, bytes(transfer.content))
        if [(one.line, one.taken) for one in receipts] != [(line, True) for line in range(1, len(rows) + 1)]:
            raise CommandError(f"FS did not take all of {transfer.file_name}.")
        for line, row in enumerate(rows, start=1):
            self.batch.add(
                TransferLine(
                    transfer_id=transfer.pk,
                    candidate_id=row.candidate.pk,
                    line=line,
                    grade=row.candidate.grade,
                    status=ReceiptStatus.TAKEN,
                )
            )
        for table in self.tables:
            sheet = TransferSheet(transfer=transfer, committee=table.committee)
            sheet.digest, sheet.is_complete = table.committee.digest, True
            self.batch.add(sheet)
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
