"""
Verification of the log: its chains are complete, and they explain every grade, confirmation and transfer.

Writes nothing. Each exam is checked under the locks that acts on it take, so that nothing changes meanwhile.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connection, transaction

from committees.actions.deleting import kept_digest
from committees.actions.exam_state import (
    State,
    differences,
    people_digest,
    seated,
    state_digest,
    state_of,
    with_logged_changes,
)
from committees.actions.sheets import digest_over, file_digest
from committees.audit.transfers import Sent, Violation, transfer_violations
from committees.audit.triggers import missing_triggers
from committees.enums import ConfirmationRule, LogAction
from committees.models import (
    Committee,
    Confirmation,
    DeletedCandidate,
    Exam,
    Grader,
    LogEntry,
    Reopening,
    Upload,
)
from committees.progress import Progress, no_progress

Deleted = dict[str, tuple[tuple[str, int | None] | None, str | None]]
"""Grade with its entry and attendance of each deleted candidate, None where the log has none."""
ChainHeads = Mapping[str, tuple[int, str]]  # name of a chain -> position and hash of an entry of it


def chain_heads() -> dict[str, tuple[int, str]]:
    """
    Return position and hash of the last entry of every chain, to be kept elsewhere.

    Without practice exams, whose logs are deleted with their sandboxes.
    """
    ends = LogEntry.objects.chain_heads().filter(exam__sandbox=None)
    return {entry.chain: (entry.position, entry.entry_hash) for entry in ends}


def violations(kept: ChainHeads | None = None, progress: Progress = no_progress) -> Iterator[Violation]:
    """
    Yield everything that is wrong, exam by exam; `progress` wraps the exams.

    `kept` are earlier chain heads. Each must still exist, so that a log that was cut short or rewritten is found.
    """
    for name in sorted(missing_triggers(connection)):
        what = f"the trigger {name} is missing, disabled, or differs from this version's"
        yield Violation("database", f"{what}; `manage.py migrate` restores it")
    lost = LogEntry.objects.exclude(exam__in=Exam.everything.order_by().values("pk")).order_by("exam_id")
    for gone, position in lost.values_list("exam_id", "position"):
        yield Violation(f"exam {gone}", f"does not exist, but entry {position} of the log is about it")
    missing = dict(kept or {})
    for pk in progress(list(Exam.everything.order_by("pk").values_list("pk", flat=True)), "exams"):
        with transaction.atomic():
            committees = Committee.everything.filter(exam=pk).order_by("pk").select_for_update(of=("self",))
            there = {committee.pk: committee for committee in committees}
            exam = Exam.everything.select_for_update(of=("self",)).filter(pk=pk).first()
            if exam is None:
                continue  # its sandbox was deleted just now; kept heads of a real exam are still in `missing`
            yield from ExamAudit(exam, there, missing).violations()
    for chain, (position, _entry_hash) in missing.items():
        yield Violation(chain, f"entry {position} of the kept heads does not exist")


class ExamAudit:
    """
    Replay of the log of one exam, entry by entry, and comparison with the tables.

    Kept heads that are found are removed from `missing`.
    """

    def __init__(
        self, exam: Exam, committees: Mapping[int, Committee], missing: dict[str, tuple[int, str]]
    ) -> None:
        self.exam, self.committees, self.missing = exam, committees, missing
        self.ends: dict[str, tuple[int, str]] = defaultdict(lambda: (0, ""))
        self.grades: dict[str, tuple[str, int | None]] = {}  # number -> grade, pk of the entry that set it
        self.deleted: dict[int, Deleted] = {}  # by entry
        self.kept: dict[int, str] = {}  # digest of what is kept of deleted candidates, by entry
        self.places: dict[str, str] = {}  # number -> committee number, once logged
        self.sheet_rows: dict[int, list[tuple[str, str]]] = defaultdict(list)  # committee -> current rows
        self.seats: set[tuple[int, int]] = set()  # committee and person of the logged seats
        self.there: list[tuple[int, int, bool]] = []  # existing seats: committee, person, is_external
        self.confirmed: dict[tuple[int, int], LogEntry] = {}  # committee and person -> the entry
        self.reopened: dict[int, list[LogEntry]] = defaultdict(list)
        self.sent: dict[int, Sent] = {}  # by transfer
        self.attendance: dict[str, str] = {}  # by number
        self.uploads: dict[int, LogEntry] = {}  # the entry that set grades from the upload
        self.undone: dict[int, str] = {}  # upload -> time, "" if not logged
        self.state: State | None = None  # as logged; None until an entry recorded it
        self.people: list[tuple[str, str, str]] = []  # number, Feide name and name of existing candidates

    def violations(self) -> Iterator[Violation]:
        for entry in self.exam.log.order_by("pk").iterator():
            yield from self._link(entry)
            try:
                yield from list(self._replay(entry))
            except (TypeError, ValueError, KeyError, IndexError, AttributeError):
                yield Violation(entry.chain, f"entry {entry.position} has contents that no act writes")
        yield from self._candidates()
        yield from self._kept_candidates()
        yield from self._committees()
        yield from self._seats()
        yield from self._state()
        yield from self._confirmations()
        yield from self._uploads()
        yield from transfer_violations(self.exam, self.sent)

    # The chain

    def _link(self, entry: LogEntry) -> Iterator[Violation]:
        """Check that the entry follows the one before it in its chain."""
        position, previous = self.ends[entry.chain]
        if entry.committee_id and entry.committee_id not in self.committees:
            yield Violation(entry.chain, f"entry {entry.position} belongs to another exam's committee")
        if entry.position != position + 1:
            yield Violation(entry.chain, f"after entry {position} comes entry {entry.position}")
        elif entry.entry_hash != entry.compute_hash(previous):
            yield Violation(entry.chain, f"entry {entry.position} does not match its hash")
        if self.missing.get(entry.chain, (0, ""))[0] == entry.position:
            _position, entry_hash = self.missing.pop(entry.chain)
            if entry.entry_hash != entry_hash:
                yield Violation(entry.chain, f"entry {entry.position} does not match the kept head")
        self.ends[entry.chain] = entry.position, entry.entry_hash

    # Replay

    def _replay(self, entry: LogEntry) -> Iterator[Violation]:
        if entry.is_about_grades:
            yield from self._graded(entry)
        if "state" in entry.details:
            yield from self._recorded(entry)
        if handler := HANDLERS.get(LogAction(entry.action)):
            yield from handler(self, entry) or ()

    def _placed(self, entry: LogEntry) -> None:
        for number, (_old, new) in entry.changes.items():
            self.places[number] = new
            is_import = entry.action in (LogAction.FILES_IMPORTED, LogAction.CANDIDATES_ADDED)
            if not new and is_import and not self.grades.get(number, ("", 0))[0]:
                # An import has dropped this candidate or created it again.
                self.grades.pop(number, None)
                self.attendance.pop(number, None)
        self.seats |= {(committee, person) for committee, person in entry.details.get("seats", [])}

    def _replaced(self, entry: LogEntry) -> None:
        for number, (_old, new) in entry.changes.items():
            self.places[number] = new

    def _candidates_deleted(self, entry: LogEntry) -> None:
        """Set aside the logged data of these candidates, for the entry that restores them."""
        self.deleted[entry.pk] = {
            number: (self.grades.pop(number, None), self.attendance.pop(number, None))
            for number in entry.changes
        }
        self.places |= dict.fromkeys(entry.changes, "")
        self.kept[entry.pk] = entry.details.get("kept", "")

    def _candidates_restored(self, entry: LogEntry) -> None:
        for number, (grade, attendance) in self.deleted.pop(entry.details.get("undoes", 0), {}).items():
            if grade is not None:
                self.grades[number] = grade
            if attendance is not None:
                self.attendance[number] = attendance
        self.places |= {number: new for number, (_old, new) in entry.changes.items()}

    def _seated(self, entry: LogEntry) -> None:
        self.seats.add((entry.committee_id or 0, entry.details.get("person", 0)))
        self._seat(entry, entry.details.get("external", False))

    def _unseated(self, entry: LogEntry) -> None:
        seat = (entry.committee_id or 0, entry.details.get("person", 0))
        self.seats.discard(seat)
        self.confirmed.pop(seat, None)
        self._seat(entry, None)

    def _confirmed(self, entry: LogEntry) -> None:
        self.confirmed[entry.committee_id or 0, entry.by_id] = entry

    def _confirmed_for(self, entry: LogEntry) -> Iterator[Violation]:
        self.confirmed[entry.committee_id or 0, entry.details["person"]] = entry
        if self.state and entry.by_id not in self.state["planners"]:
            yield Violation(
                entry.chain, f"entry {entry.position} confirms for a grader, and not by a planner"
            )
        if self.state and self.state["exam"].get("on_behalf") == "False":
            yield Violation(
                entry.chain, f"entry {entry.position} confirms for a grader, which the exam did not allow"
            )

    def _withdrawn(self, entry: LogEntry) -> None:
        # Planners withdraw confirmations that were made on behalf of a grader.
        person = entry.details.get("person", entry.by_id)
        self.confirmed.pop((entry.committee_id or 0, person), None)

    def _reopened(self, entry: LogEntry) -> None:
        self.reopened[entry.committee_id or 0].append(entry)

    def _answered(self, entry: LogEntry) -> None:
        if entry.transfer_id in self.sent:
            self.sent[entry.transfer_id].receipts = entry

    def _uploaded(self, entry: LogEntry) -> None:
        self.uploads[entry.upload_id or 0] = entry

    def _undone(self, entry: LogEntry) -> None:
        self.undone[entry.upload_id or 0] = entry.details.get("at", "")

    def _graded(self, entry: LogEntry) -> Iterator[Violation]:
        for number, (old, new) in entry.changes.items():
            previous_grade, _by = self.grades.get(number, ("", 0))
            if old != previous_grade:
                yield Violation(
                    entry.chain,
                    f"entry {entry.position} changes the grade of {number} from “{old}”, but it was “{previous_grade}”",
                )
            self.grades[number] = new, entry.pk

    def _noted(self, entry: LogEntry) -> Iterator[Violation]:
        for number, (old, new) in entry.changes.items():
            previous = self.attendance.get(number, "")
            if old != previous:
                yield Violation(
                    entry.chain,
                    f"entry {entry.position} changes the attendance of {number} from “{old}”, but it was “{previous}”",
                )
            self.attendance[number] = new

    def _seat(self, entry: LogEntry, is_external: bool | None) -> None:
        if self.state:
            person = entry.details.get("person", 0)
            self.state = seated(self.state, entry.committee_id or 0, person, is_external)

    def _recorded(self, entry: LogEntry) -> Iterator[Violation]:
        """Check that the recorded state is the logged one, except for what the entry itself changed."""
        new: State = entry.details["state"]
        where = f"entry {entry.position} shows an unlogged change"
        if self.state and "before" in entry.details:
            if entry.details.get("before") != state_digest(self.state):
                yield Violation(entry.chain, f"{where} before it")
        elif self.state:
            logged = with_logged_changes(
                self.state, LogAction(entry.action), entry.details, entry.committee_id, new
            )
            for difference in differences(logged, new):
                yield Violation(entry.chain, f"{where}: {difference}")
        self.state = new

    def _sent(self, entry: LogEntry) -> None:
        confirmed: dict[int, dict[int, tuple[Any, Any]]] = defaultdict(dict)
        for (committee, person), confirmation in self.confirmed.items():
            confirmed[committee][person] = (
                confirmation.details.get("digest"),
                confirmation.details.get("round"),
            )
        grades = {number: grade for number, (grade, _by) in self.grades.items()}
        unconfirmed = {
            committee
            for committee, digest in entry.details.get("sheets", [])
            if self.state and not self._is_confirmed(self.state, committee, digest, confirmed[committee])
        }
        sheets = {
            (committee, digest) for committee, by in confirmed.items() for digest, _round in by.values()
        }
        logged = dict(entry.details.get("sheets", []))
        on_behalf = sorted(
            one.pk
            for (committee, _person), one in self.confirmed.items()
            if one.action == LogAction.CONFIRMED_FOR
            and (one.details.get("digest"), one.details.get("round"))
            == (logged.get(committee), len(self.reopened[committee]) + 1)
        )
        self.sent[entry.transfer_id or 0] = Sent(entry, grades, sheets, unconfirmed, on_behalf)

    def _is_confirmed(
        self, state: State, committee: int, digest: str, confirmations: Mapping[int, tuple[Any, Any]]
    ) -> bool:
        """Return whether the logged confirmations were enough for this grade sheet under the exam's rule."""
        wanted = (digest, len(self.reopened[committee]) + 1)
        people = {person for person, version in confirmations.items() if version == wanted}
        if state["exam"]["rule"] == ConfirmationRule.ONE:
            return bool(people)
        return bool(people) and state["seats"].get(str(committee), {}).keys() <= {
            str(person) for person in people
        }

    # Comparison with the tables

    def _candidates(self) -> Iterator[Violation]:
        columns = ("number", "feide_name", "name", "attendance", "grade", "grade_entry", "committee")
        rows = self.exam.candidates.order_by("pk").values_list(*columns, "committee__number")
        for number, feide_name, name, attendance, grade_now, by, committee, place in rows:
            self.people.append((number, feide_name, name))
            grade, entry = self.grades.pop(number, ("", None))
            where = f"candidate {number} of exam {self.exam.pk}"
            if grade_now != grade:
                yield Violation(where, f"has the grade “{grade_now}”, but “{grade}” in the log")
            elif by != entry:
                yield Violation(where, "does not refer to the log entry that set its grade")
            noted = self.attendance.get(number, "")
            if attendance != noted:
                yield Violation(where, f"has the attendance “{attendance}”, but “{noted}” in the log")
            there = str(place) if committee else ""
            logged = self.places.pop(number, there)
            if logged != there:
                yield Violation(where, f"is on committee “{there}”, but on “{logged}” in the log")
            if committee:
                self.sheet_rows[committee].append((number, grade_now))
        gone = {number for number, (grade, _entry) in self.grades.items() if grade}
        for number in sorted(gone | {number for number, place in self.places.items() if place}):
            yield Violation(f"candidate {number} of exam {self.exam.pk}", "is in the log but does not exist")

    def _kept_candidates(self) -> Iterator[Violation]:
        """Check what is kept of deleted candidates. All of an entry's rows may be gone: they are kept for a while."""
        rows: dict[int, list[DeletedCandidate]] = defaultdict(list)
        for row in DeletedCandidate.objects.filter(entry__exam=self.exam):
            rows[row.entry_id].append(row)
        for entry, kept in rows.items():
            if self.kept.get(entry) != kept_digest(kept):
                yield Violation(
                    f"exam {self.exam.pk}", "what is kept of deleted candidates is not what was logged"
                )

    def _committees(self) -> Iterator[Violation]:
        reopenings = defaultdict(list)
        columns = ("committee", "round", "entry", "reason", "code")
        rows = Reopening.objects.filter(committee__in=self.committees).order_by("round")
        for pk, *reopening in rows.values_list(*columns):
            reopenings[pk].append(tuple(reopening))
        for pk, committee in self.committees.items():
            committee.exam = self.exam
            by_number = sorted(self.sheet_rows[pk], key=lambda row: (len(row[0]), row[0]))
            if committee.digest != digest_over(committee, by_number):
                yield Violation(f"committee {pk}", "its digest does not match its grades")
            logged = [
                (number, entry.pk, entry.details.get("reason"), entry.details.get("code"))
                for number, entry in enumerate(self.reopened[pk], start=2)
            ]
            if reopenings[pk] != logged:
                yield Violation(f"committee {pk}", "its reopenings differ from the log")
            if committee.round != len(logged) + 1:
                yield Violation(
                    f"committee {pk}",
                    f"is in round {committee.round}, but the log has {len(logged)} reopenings",
                )

    def _seats(self) -> Iterator[Violation]:
        columns = ("committee", "person", "is_external")
        self.there = list(Grader.objects.filter(committee__in=self.committees).values_list(*columns))
        for committee, person in sorted(self.seats - {(seat[0], seat[1]) for seat in self.there}):
            yield Violation(f"committee {committee}", f"the logged seat of person {person} does not exist")

    def _state(self) -> Iterator[Violation]:
        """Compare settings, planners, committees, seats and candidates with the log. Older logs have no state."""
        if self.state is None:
            return
        planners = self.exam.planners.order_by().values_list("pk", flat=True)
        current = {pk: committee for pk, committee in self.committees.items() if not committee.is_deleted}
        committees = [(pk, committee.number, committee.name) for pk, committee in current.items()]
        seats = [seat for seat in self.there if seat[0] in current]
        found = state_of(self.exam, planners, committees, seats, people_digest(self.people))
        for difference in differences(self.state, found):
            yield Violation(f"exam {self.exam.pk}", difference)

    def _uploads(self) -> Iterator[Violation]:
        uploads = Upload.objects.filter(committee__in=self.committees).order_by("pk").defer("rows")
        for upload in uploads:
            entry = self.uploads.pop(upload.pk, None)
            where = f"upload {upload.pk}"
            undone_at = upload.undone_at.isoformat() if upload.undone_at else None
            # Entries of older versions have no time.
            if self.undone.get(upload.pk) != undone_at and (
                self.undone.get(upload.pk) != "" or not undone_at
            ):
                yield Violation(where, "its undo differs from the log")
            if entry is None:
                continue  # it changed no grade
            if (upload.committee_id, upload.by_id) != (entry.committee_id, entry.by_id):
                yield Violation(where, "its committee or person differs from the log")
            # Entries of older versions have no digest.
            if entry.details.get("file", file_digest(upload)) != file_digest(upload):
                yield Violation(where, "its file differs from the log")
        for pk in sorted(self.uploads):
            yield Violation(f"upload {pk}", "is in the log but does not exist")

    def _confirmations(self) -> Iterator[Violation]:
        confirmations = Confirmation.objects.filter(grader__committee__in=self.committees).select_related(
            "grader"
        )
        for confirmation in confirmations:
            seat = confirmation.grader
            entry = self.confirmed.pop((seat.committee_id, seat.person_id), None)
            stored = (confirmation.entry_id, confirmation.digest, confirmation.round, confirmation.planner_id)
            if entry is None or stored != (
                entry.pk,
                entry.details.get("digest"),
                entry.details.get("round"),
                entry.by_id if entry.action == LogAction.CONFIRMED_FOR else None,
            ):
                yield Violation(
                    f"committee {seat.committee_id}", f"the confirmation of seat {seat.pk} is not in the log"
                )
        for (committee, _person), entry in self.confirmed.items():
            yield Violation(
                f"committee {committee}", f"the confirmation of entry {entry.position} does not exist"
            )


HANDLERS: dict[LogAction, Callable[[ExamAudit, LogEntry], Iterator[Violation] | None]] = {
    LogAction.EXAM_CREATED: ExamAudit._placed,
    LogAction.CANDIDATES_ADDED: ExamAudit._placed,
    LogAction.CANDIDATES_MOVED: ExamAudit._placed,
    LogAction.FILES_IMPORTED: ExamAudit._placed,
    LogAction.COMMITTEE_DELETED: ExamAudit._replaced,
    LogAction.COMMITTEE_RESTORED: ExamAudit._replaced,
    LogAction.CANDIDATES_DELETED: ExamAudit._candidates_deleted,
    LogAction.CANDIDATES_RESTORED: ExamAudit._candidates_restored,
    LogAction.ATTENDANCE_NOTED: ExamAudit._noted,
    LogAction.GRADER_SEATED: ExamAudit._seated,
    LogAction.GRADER_UNSEATED: ExamAudit._unseated,
    LogAction.CONFIRMED: ExamAudit._confirmed,
    LogAction.CONFIRMED_FOR: ExamAudit._confirmed_for,
    LogAction.WITHDRAWN: ExamAudit._withdrawn,
    LogAction.REOPENED: ExamAudit._reopened,
    LogAction.TRANSFERRED: ExamAudit._sent,
    LogAction.RECEIPTS_RECEIVED: ExamAudit._answered,
    LogAction.GRADES_UPLOADED: ExamAudit._uploaded,
    LogAction.UPLOAD_UNDONE: ExamAudit._undone,
}
"""How each act is replayed."""
