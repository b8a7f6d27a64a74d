"""
The log proves itself: that its chains are whole, and that they explain every grade, confirmation and transfer there is.

Nothing is written here. Each exam is looked at under the locks that every act on it takes, so that nothing moves meanwhile.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from committees.actions import Each, quietly
from committees.actions.sheets import digest_over
from committees.enums import ReceiptStatus, Verb
from committees.files.fs_style import read_result_lines
from committees.guard import missing_triggers
from committees.models import Committee, Confirmation, Exam, Grader, LogEntry, Reopening, Transfer
from committees.models.log import seal_over

Heads = Mapping[str, tuple[int, str]]  # name of a chain -> position and seal of an entry of it


@dataclass(frozen=True, slots=True)
class Break:
    """Something that the log does not explain: the chain or thing it is about, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def heads() -> dict[str, tuple[int, str]]:
    """
    Position and seal of the last entry of every chain: what to keep elsewhere. Not of practice exams, whose logs end
    with their worlds.
    """
    ends = LogEntry.objects.heads().filter(exam__world=None)
    return {entry.chain: (entry.position, entry.seal) for entry in ends}


def breaks(kept: Heads | None = None, each: Each = quietly) -> Iterator[Break]:
    """
    All that is wrong, exam by exam, which `each` goes through; nothing when the log proves itself.

    `kept` are heads from an earlier day: each must still be there, so that a log cut short, or made anew, shows.
    """
    for name in sorted(missing_triggers(connection)):
        yield Break(
            "database", f"the trigger {name} is missing or switched off; `manage.py migrate` restores it"
        )
    missing = dict(kept or {})
    for pk in each(list(Exam.objects.order_by("pk").values_list("pk", flat=True)), "exams"):
        with transaction.atomic():
            committees = Committee.objects.filter(exam=pk).order_by("pk").select_for_update(of=("self",))
            there = {committee.pk: committee for committee in committees}
            exam = Exam.objects.select_for_update(of=("self",)).filter(pk=pk).first()
            if exam is None:
                continue  # its world of practice was ended just now; what a real one leaves behind is in `missing`
            yield from Story(exam, there, missing).breaks()
    for chain, (position, _seal) in missing.items():
        yield Break(chain, f"entry {position}, whose seal was kept, is no longer there")


class Story:
    """
    What the log of one exam tells, entry by entry, held against what stands in the tables.

    Kept heads that are met are taken out of `missing`.
    """

    def __init__(
        self, exam: Exam, committees: Mapping[int, Committee], missing: dict[str, tuple[int, str]]
    ) -> None:
        self.exam, self.committees, self.missing = exam, committees, missing
        self.ends: dict[str, tuple[int, str]] = defaultdict(lambda: (0, ""))
        self.grades: dict[str, tuple[str, int]] = {}  # number -> grade and the pk of the entry that set it
        self.places: dict[str, str] = {}  # number -> committee number, once it was told
        self.stand: dict[int, list[tuple[str, str]]] = defaultdict(
            list
        )  # committee -> numbers and grades now
        self.seats: set[tuple[int, int]] = set()  # committee and person, of the seats whose giving was logged
        self.confirmed: dict[tuple[int, int], LogEntry] = {}  # committee and person -> the entry
        self.reopened: dict[int, list[LogEntry]] = defaultdict(list)
        self.transfers: dict[int, LogEntry] = {}
        self.sent: dict[int, dict[str, str]] = {}  # transfer -> the grades that stood when it was made
        self.sheets: dict[
            int, set[tuple[int, str]]
        ] = {}  # transfer -> committees and digests confirmed by then
        self.receipts: dict[int, LogEntry] = {}

    def breaks(self) -> Iterator[Break]:
        for entry in self.exam.log.order_by("pk").iterator():
            yield from self._link(entry)
            yield from self._tell(entry)
        yield from self._candidates()
        yield from self._committees()
        yield from self._seats()
        yield from self._confirmations()
        yield from self._transfers()

    # The chain

    def _link(self, entry: LogEntry) -> Iterator[Break]:
        """Whether the entry follows on the one before it in its chain."""
        position, previous = self.ends[entry.chain]
        if entry.committee_id and entry.committee_id not in self.committees:
            yield Break(entry.chain, f"entry {entry.position} belongs to another exam's committee")
        if entry.position != position + 1:
            yield Break(entry.chain, f"after entry {position} comes entry {entry.position}")
        elif entry.seal != seal_over(entry, previous):
            yield Break(entry.chain, f"entry {entry.position} is not what was sealed")
        if self.missing.get(entry.chain, (0, ""))[0] == entry.position:
            _position, seal = self.missing.pop(entry.chain)
            if entry.seal != seal:
                yield Break(
                    entry.chain, f"entry {entry.position} has another seal than the one that was kept"
                )
        self.ends[entry.chain] = entry.position, entry.seal

    # What the entries say

    def _tell(self, entry: LogEntry) -> Iterator[Break]:
        if entry.is_about_grades:
            yield from self._graded(entry)
        match entry.verb:
            case Verb.CANDIDATES_MOVED | Verb.FILES_IMPORTED:
                self.places |= {number: new for number, (_old, new) in entry.changes.items()}
                self.seats |= {(committee, person) for committee, person in entry.details.get("seats", [])}
            case Verb.GRADER_SEATED:
                self.seats.add((entry.committee_id or 0, entry.details.get("person", 0)))
            case Verb.CONFIRMED:
                self.confirmed[entry.committee_id or 0, entry.by_id] = entry
            case Verb.WITHDRAWN:
                self.confirmed.pop((entry.committee_id or 0, entry.by_id), None)
            case Verb.GRADER_UNSEATED:
                seat = (entry.committee_id or 0, entry.details.get("person", 0))
                self.seats.discard(seat)
                self.confirmed.pop(seat, None)
            case Verb.REOPENED:
                self.reopened[entry.committee_id or 0].append(entry)
            case Verb.TRANSFERRED:
                self._sent(entry)
            case Verb.RECEIPTS_RECEIVED:
                self.receipts[entry.transfer_id or 0] = entry

    def _graded(self, entry: LogEntry) -> Iterator[Break]:
        for number, (old, new) in entry.changes.items():
            stood, _by = self.grades.get(number, ("", 0))
            if old != stood:
                yield Break(
                    entry.chain,
                    f"entry {entry.position} changes the grade of {number} from “{old}”, but “{stood}” stood there",
                )
            self.grades[number] = new, entry.pk

    def _sent(self, entry: LogEntry) -> None:
        transfer = entry.transfer_id or 0
        self.transfers[transfer] = entry
        self.sent[transfer] = {number: grade for number, (grade, _by) in self.grades.items()}
        self.sheets[transfer] = {
            (committee, confirmation.details.get("digest"))
            for (committee, _person), confirmation in self.confirmed.items()
        }

    # What stands in the tables

    def _candidates(self) -> Iterator[Break]:
        columns = ("number", "grade", "grade_entry", "committee", "committee__number")
        for number, stands, by, committee, place in self.exam.candidates.order_by("pk").values_list(*columns):
            grade, entry = self.grades.pop(number, ("", 0))
            where = f"candidate {number} of exam {self.exam.pk}"
            if stands != grade:
                yield Break(where, f"has the grade “{stands}”, and the log says “{grade}”")
            elif stands and by != entry:
                yield Break(where, "points to another log entry than the one that set the grade")
            there = str(place) if committee else ""
            told = self.places.pop(number, there)
            if told != there:
                yield Break(where, f"is on committee “{there}”, and the log says “{told}”")
            if committee:
                self.stand[committee].append((number, stands))
        gone = {number for number, (grade, _entry) in self.grades.items() if grade}
        for number in sorted(gone | {number for number, place in self.places.items() if place}):
            yield Break(f"candidate {number} of exam {self.exam.pk}", "is in the log and is gone")

    def _committees(self) -> Iterator[Break]:
        reopenings = defaultdict(list)
        columns = ("committee", "entry", "reason", "code")
        for pk, *reopening in (
            Reopening.objects.filter(committee__in=self.committees).order_by("round").values_list(*columns)
        ):
            reopenings[pk].append(tuple(reopening))
        for pk, committee in self.committees.items():
            committee.exam = self.exam
            by_number = sorted(self.stand[pk], key=lambda row: (len(row[0]), row[0]))
            if committee.digest != digest_over(committee, by_number):
                yield Break(f"committee {pk}", "its digest is not that of its grades")
            told = [
                (entry.pk, entry.details.get("reason"), entry.details.get("code"))
                for entry in self.reopened[pk]
            ]
            if reopenings[pk] != told:
                yield Break(f"committee {pk}", "its reopenings are not those of the log")
            if committee.round != len(told) + 1:
                yield Break(
                    f"committee {pk}", f"is in round {committee.round}, and was reopened {len(told)} times"
                )

    def _seats(self) -> Iterator[Break]:
        there = Grader.objects.filter(committee__in=self.committees).values_list("committee", "person")
        for committee, person in sorted(self.seats - set(there)):
            yield Break(f"committee {committee}", f"the seat that person {person} was given is gone")

    def _confirmations(self) -> Iterator[Break]:
        given = Confirmation.objects.filter(grader__committee__in=self.committees).select_related("grader")
        for confirmation in given:
            seat = confirmation.grader
            entry = self.confirmed.pop((seat.committee_id, seat.person_id), None)
            said = (confirmation.entry_id, confirmation.digest, confirmation.round)
            if entry is None or said != (entry.pk, entry.details.get("digest"), entry.details.get("round")):
                yield Break(
                    f"committee {seat.committee_id}", f"the confirmation of seat {seat.pk} is not in the log"
                )
        for (committee, _person), entry in self.confirmed.items():
            yield Break(
                f"committee {committee}", f"the confirmation that entry {entry.position} tells of is gone"
            )

    def _transfers(self) -> Iterator[Break]:
        for transfer in self.exam.transfers.order_by("number").iterator(chunk_size=10):
            if transfer.pk in self.transfers:
                yield from (Break(f"transfer {transfer.pk}", what) for what in self._transfer(transfer))
            else:
                yield Break(f"transfer {transfer.pk}", "is not in the log")

    def _transfer(self, transfer: Transfer) -> Iterator[str]:
        content = bytes(transfer.content)
        sha256 = self.transfers[transfer.pk].details.get("sha256")
        if not sha256 == transfer.sha256 == hashlib.sha256(content).hexdigest():
            yield "its bytes are not those that were logged"
        read = read_result_lines(content).lines
        lines = list(transfer.lines.select_related("candidate").order_by("line"))
        in_file = [
            (number, line.kandidatlopenr, line.karakter, line.endringsstatus or "") for number, line in read
        ]
        scale = self.exam.grade_scale
        in_table = [
            (line.line, line.candidate.number, scale.to_fs(line.grade), str(line.code)) for line in lines
        ]
        if in_file != in_table:
            yield "its lines are not those of its bytes"
        for line in lines:
            stood = self.sent[transfer.pk].get(line.candidate.number, "")
            if line.grade != stood:
                yield f"line {line.line} sent “{line.grade}” when “{stood}” stood there"
        yield from self._answered(transfer, {line.line: line.status for line in lines})
        open_lines = {line.line for line in lines if line.status != ReceiptStatus.TAKEN}
        open_committees = Counter(line.kommislopenr for number, line in read if number in open_lines)
        for sheet in transfer.sheets.select_related("committee"):
            if (sheet.committee_id, sheet.digest) not in self.sheets[transfer.pk]:
                yield f"sent a grade sheet of committee {sheet.committee_id} that nobody had confirmed"
            whole = not open_committees[str(sheet.committee.number)]
            if sheet.is_complete != whole and (sheet.is_complete or transfer.answered_at):
                yield f"tells otherwise than its receipts whether FS holds committee {sheet.committee_id} whole"

    def _answered(self, transfer: Transfer, status: Mapping[int, str]) -> Iterator[str]:
        entry = self.receipts.get(transfer.pk)
        if (entry is None) != (transfer.answered_at is None):
            yield "the log and the transfer differ on whether FS answered"
            return
        count = Counter(status.values())
        said = entry.details if entry else {"taken": 0, "refused": 0}
        if any(count[word] != said.get(word) for word in (ReceiptStatus.TAKEN, ReceiptStatus.REFUSED)):
            yield "its receipts are not those that were logged"
        # Entries of before the log was chained name no lines.
        not_taken = said.get("not_taken")
        open_lines = [line for line, word in status.items() if word != ReceiptStatus.TAKEN]
        if not_taken is not None and sorted(open_lines) != not_taken:
            yield "other lines than those that were logged were taken"
