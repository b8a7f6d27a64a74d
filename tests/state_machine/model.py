"""
The rules of grading in their shortest form: dictionaries, and acts that raise NotAllowed where the register refuses.

One exam, grades A–F. Candidates are numbers, committees 1 and 2, people their names.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

GRADES = "ABCDEF"
Sheet = frozenset[tuple[str, str]]  # candidates of the committee with their grades
Version = tuple[int, Sheet]  # the round, and the sheet that a grader saw


class NotAllowed(Exception):
    """The act is refused."""


@dataclass(frozen=True)
class Setting:
    """The person, time, committee, kind of act and upload that set a candidate's current grade."""

    who: str
    when: int
    committee: int
    kind: str
    upload: "Upload | None" = None


@dataclass
class Row:
    """
    One row of an uploaded list.

    `lost` is the replaced grade that somebody else had set after the list was made, `kept` one that stayed, and `original`
    what the list had then.
    """

    number: str
    old: str = ""
    grade: str = ""
    outcome: str = "rejected"
    proposal: str = ""
    is_candidate: bool = False  # of the committee that it was uploaded to
    lost: str | None = None
    kept: str | None = None
    original: str | None = None
    became: str = ""


@dataclass
class Upload:
    committee: int
    known: int  # when its list was downloaded; 0 for a hand-made list
    is_ours: bool  # whether the list was downloaded
    rows: dict[int, Row] = field(default_factory=dict)
    undone: bool = False

    __hash__ = object.__hash__


@dataclass
class Transfer:
    lines: dict[str, tuple[str, str, int]]  # number -> grade, change code, committee
    sheets: dict[int, Sheet]
    answer: set[str] | None = None  # the candidates that FS accepted, once it was reached


class Model:
    def __init__(self, seats: dict[int, set[str]], numbers: dict[str, int]) -> None:
        self.now = 0
        self.one_can_confirm = False
        self.seats, self.on = seats, numbers
        self.people = set().union(*seats.values())
        self.closed: set[str] = set()
        self.grades = dict.fromkeys(numbers, "")
        self.set_by: dict[str, Setting] = {}
        self.past: list[tuple[int, str, str]] = []  # when, number, the grade before
        self.rounds = dict.fromkeys(seats, 1)
        self.reopenings: list[tuple[int, int, str]] = []  # when, committee, code
        self.confirmed: dict[tuple[int, str], Version] = {}
        self.on_behalf: set[tuple[int, str]] = set()  # those of them that a planner made
        self.withdrawn_at_fs: set[str] = set()
        self.at_fs: dict[str, str] = {}  # the grades in FS
        self.taken: dict[str, str] = {}  # the grades with receipts
        self.whole_at_fs: dict[int, Sheet | None] = {}
        self.transfers: list[Transfer] = []
        self.waiting: Transfer | None = None  # the transfer without receipts

    # Derived values

    def sheet(self, committee: int) -> Sheet:
        return frozenset((one, self.grades[one]) for one, on in self.on.items() if on == committee)

    def version(self, committee: int) -> Version:
        return self.rounds[committee], self.sheet(committee)

    def given(self, committee: int) -> set[str]:
        now = self.version(committee)
        return {who for who in self.seats[committee] if self.confirmed.get((committee, who)) == now}

    def valid(self, committee: int) -> set[str]:
        given = self.given(committee)
        return {who for who in given if who not in self.closed or (committee, who) in self.on_behalf}

    def enough(self, people: set[str], committee: int) -> bool:
        return bool(people) and (self.one_can_confirm or people == self.seats[committee])

    def stage(self, committee: int) -> str:
        sheet, valid = self.sheet(committee), self.valid(committee)
        if self.enough(self.given(committee), committee) and self.whole_at_fs.get(committee) == sheet:
            return "transferred"
        if self.enough(valid, committee):
            return "confirmed"
        if valid:
            return "waiting"
        return "grading" if any(grade for _number, grade in sheet) else "not-started"

    def locked(self, committee: int) -> bool:
        return self.stage(committee) in ("confirmed", "transferred")

    # Grading

    def may_grade(self, who: str, committee: int) -> None:
        if who not in self.seats[committee] - self.closed or self.locked(committee):
            raise NotAllowed

    def click(self, who: str, committee: int, number: str, grade: str, shown: str | None) -> None:
        """Set `grade`; "" removes it."""
        self.may_grade(who, committee)
        if self.on[number] != committee:
            raise NotAllowed
        if grade == self.grades[number]:
            return
        setting = self.set_by.get(number)
        if shown not in (None, self.grades[number]) and (setting is None or setting.who != who):
            raise NotAllowed
        self._set({number: grade}, who, committee, "click")

    def upload(
        self,
        who: str,
        committee: int,
        list_of: int | None,
        known: int,
        cells: dict[str, str],
        as_is: bool = False,
    ) -> Upload:
        """
        Upload `cells`, texts by number; a lower-case letter is misspelt. `list_of` is the list's owner.

        Unless `as_is`, what is in the list as it was downloaded replaces no grade of others.
        """
        self.may_grade(who, committee)
        here = {number for number, on in self.on.items() if on == committee}
        if list_of not in (None, committee) or (list_of is None and cells and not here & cells.keys()):
            raise NotAllowed
        upload = Upload(committee, known, list_of is not None)
        for place, (number, text) in enumerate(cells.items(), start=2):
            row = upload.rows[place] = Row(number)
            if not text:
                row.outcome = "empty"
            if number not in here:
                continue
            row.old, row.is_candidate = self.grades[number], True
            if not text:
                continue
            if text not in GRADES:
                row.proposal = text.upper() if text.upper() in GRADES else ""
            else:
                row.grade, row.outcome = text, "unchanged" if text == row.old else "updated"
            if row.outcome == "updated":
                self._compare(row, who, upload)
            if row.lost is not None and row.grade == row.original and not as_is:
                row.outcome, row.lost, row.kept = "unchanged", None, row.lost
        changes = {row.number: row.grade for row in upload.rows.values() if row.outcome == "updated"}
        self._set(changes, who, committee, "upload", upload)
        return upload

    def accept(self, who: str, upload: Upload, places: Collection[int]) -> None:
        self._open(who, upload)
        proposed = [row for place, row in upload.rows.items() if place in places and row.proposal]
        if proposed and all(row.became == "accepted" for row in proposed):
            return
        fits = [
            row
            for row in proposed
            if row.outcome == "rejected"
            and self.on[row.number] == upload.committee
            and self.grades[row.number] == row.old
        ]
        if not fits:
            raise NotAllowed
        changes = {row.number: row.proposal for row in fits if row.proposal != row.old}
        for row in fits:
            row.grade, row.became = row.proposal, "accepted"
            row.outcome = "updated" if row.number in changes else "unchanged"
            if row.number in changes:
                self._compare(row, who, upload)
        self._set(changes, who, upload.committee, "upload", upload)

    def correct(self, who: str, upload: Upload, place: int, grade: str) -> None:
        """Click a grade in a rejected row."""
        self._open(who, upload)
        row = upload.rows[place]
        if (row.became, row.grade) == ("corrected", grade):
            return
        here = self.on[row.number] == upload.committee and row.is_candidate
        if row.outcome != "rejected" or not here or self.grades[row.number] != row.old:
            raise NotAllowed
        row.grade, row.became = grade, "corrected"
        row.outcome = "updated" if grade != row.old else "unchanged"
        if row.outcome == "updated":
            self._compare(row, who, upload)
            self._set({row.number: grade}, who, upload.committee, "upload", upload)

    def restore_replaced(self, who: str, upload: Upload, places: Collection[int]) -> None:
        self._restore(who, upload, places, "restored")

    def restore_original(self, who: str, upload: Upload, place: int) -> None:
        self._restore(who, upload, {place}, "original")

    def _restore(self, who: str, upload: Upload, places: Collection[int], became: str) -> None:
        self._open(who, upload)
        rows = [upload.rows[place] for place in places]
        if all(row.became == became for row in rows):
            return
        earlier = {row.number: row.lost if became == "restored" else row.original for row in rows}
        back = [
            row
            for row in rows
            if row.lost is not None and earlier[row.number] is not None and self._stands(row, upload)
        ]
        if not back:
            raise NotAllowed
        for row in back:
            row.became = became
        self._set(
            {row.number: earlier[row.number] or "" for row in back}, who, upload.committee, "restored", upload
        )

    def _compare(self, row: Row, who: str, upload: Upload) -> None:
        """Record the grade of somebody else that the row replaces, and the grade in the list."""
        row.lost = self._replaced_grade(row.number, who, upload.known)
        if row.lost is not None and upload.is_ours:
            later = [old for when, number, old in self.past if number == row.number and when > upload.known]
            row.original = later[0]

    def undo(self, who: str, upload: Upload) -> None:
        self._open(who, upload)
        rows = [row for row in upload.rows.values() if row.outcome == "updated" and self._stands(row, upload)]
        if not rows:
            raise NotAllowed
        for row in rows:
            row.became = "undone"
        upload.undone = True
        self._set({row.number: row.old for row in rows}, who, upload.committee, "restored", upload)

    def _open(self, who: str, upload: Upload) -> None:
        self.may_grade(who, upload.committee)
        if upload.undone:
            raise NotAllowed

    def _stands(self, row: Row, upload: Upload) -> bool:
        setting = self.set_by.get(row.number)
        here = self.on[row.number] == upload.committee
        return here and setting is not None and (setting.upload, setting.kind) == (upload, "upload")

    def _replaced_grade(self, number: str, who: str, known: int) -> str | None:
        setting = self.set_by.get(number)
        if setting is None or setting.when <= known:
            return None
        if setting.who == who:  # their own grade, unless they only restored one of another
            rows = setting.upload.rows.values() if setting.upload and setting.kind == "restored" else []
            earlier = next((row.lost for row in rows if row.number == number and row.lost is not None), None)
            return earlier if earlier == self.grades[number] else None
        return self.grades[number]

    def _set(
        self, changes: dict[str, str], who: str, committee: int, kind: str, upload: Upload | None = None
    ) -> None:
        self.now += 1
        for number, grade in changes.items():
            self.past.append((self.now, number, self.grades[number]))
            self.grades[number] = grade
            self.set_by[number] = Setting(who, self.now, committee, kind, upload)

    # Confirming

    def confirm(self, who: str, committee: int, seen: Version) -> None:
        if who not in self.seats[committee] - self.closed:
            raise NotAllowed
        is_on_behalf = (committee, who) in self.on_behalf and who in self.given(committee)
        if who in self.given(committee) and not is_on_behalf:
            return
        if (self.locked(committee) and not is_on_behalf) or seen != self.version(committee):
            raise NotAllowed
        if not self.sheet(committee):
            raise NotAllowed
        self.confirmed[committee, who] = seen
        self.on_behalf.discard((committee, who))

    def confirm_on_behalf(self, who: str, committee: int, seen: Version, *, locks: bool) -> None:
        if who not in self.seats[committee]:
            raise NotAllowed
        has_given = who in self.given(committee)
        if has_given and (committee, who) in self.on_behalf:
            return
        if self.locked(committee) or (has_given and who not in self.closed):
            raise NotAllowed
        if not self.sheet(committee) or seen != self.version(committee):
            raise NotAllowed
        before = self.confirmed.get((committee, who))
        had_planner = (committee, who) in self.on_behalf
        self.confirmed[committee, who] = seen
        self.on_behalf.add((committee, who))
        if self.locked(committee) and not locks:
            self._take_back(who, committee, before, had_planner=had_planner)
            raise NotAllowed

    def _take_back(self, who: str, committee: int, before: Version | None, *, had_planner: bool) -> None:
        self.confirmed.pop((committee, who))
        if before:
            self.confirmed[committee, who] = before
        if not had_planner:
            self.on_behalf.discard((committee, who))

    def withdraw_on_behalf(self, who: str, committee: int) -> None:
        if who not in self.seats[committee] or self.locked(committee):
            raise NotAllowed
        if (committee, who) in self.on_behalf:
            self.on_behalf.discard((committee, who))
            self.confirmed.pop((committee, who))

    def withdraw(self, who: str, committee: int) -> None:
        if who not in self.seats[committee] - self.closed or self.locked(committee):
            raise NotAllowed
        self.confirmed.pop((committee, who), None)
        self.on_behalf.discard((committee, who))

    def reopen(self, committee: int, code: str) -> None:
        if not self.locked(committee):
            raise NotAllowed
        self.now += 1
        self.rounds[committee] += 1
        self.reopenings.append((self.now, committee, code))

    # Planning

    def seat(self, who: str, committee: int) -> None:
        if self.locked(committee) or who in self.closed or who in self.seats[committee]:
            raise NotAllowed
        self.seats[committee].add(who)

    def unseat(self, who: str, committee: int) -> None:
        if self.locked(committee) or who not in self.seats[committee]:
            raise NotAllowed
        self.seats[committee].discard(who)
        self.confirmed.pop((committee, who), None)
        self.on_behalf.discard((committee, who))

    def move(self, numbers: Iterable[str], to: int) -> None:
        moving = {number for number in numbers if self.on[number] != to}
        if moving and any(self.locked(on) for on in {to, *(self.on[number] for number in moving)}):
            raise NotAllowed
        self.on |= dict.fromkeys(moving, to)

    def change_rule(self, one_can_confirm: bool) -> None:
        if one_can_confirm != self.one_can_confirm and any(map(self.locked, self.seats)):
            raise NotAllowed
        self.one_can_confirm = one_can_confirm

    # FS

    def transfer(self, wire: str) -> Transfer:
        peopled = [committee for committee in self.seats if self.sheet(committee)]
        if self.waiting or not all(map(self.locked, peopled)):
            raise NotAllowed
        lines = {
            number: (grade, self._code(number), self.on[number])
            for number, grade in self.grades.items()
            if grade and grade != self.taken.get(number)
        }
        if not lines and all(self.stage(committee) == "transferred" for committee in peopled):
            raise NotAllowed
        transfer = self.waiting = Transfer(lines, {committee: self.sheet(committee) for committee in peopled})
        self.transfers.append(transfer)
        self._take_in(transfer, taken=set())
        self.deliver(transfer, wire)
        return transfer

    def deliver(self, transfer: Transfer, wire: str) -> None:
        """Deliver by `wire`: "up"; "down": FS is not reached; "deaf": FS accepts the file but its answer is lost."""
        if transfer is not self.waiting or (wire == "down" and transfer.lines):
            return
        if transfer.answer is None:  # the same file again is answered as it was the first time
            transfer.answer = transfer.lines.keys() - self.withdrawn_at_fs
            self.at_fs |= {number: transfer.lines[number][0] for number in transfer.answer}
        if wire == "up" or not transfer.lines:
            self.waiting = None
            self.taken |= {number: transfer.lines[number][0] for number in transfer.answer}
            self._take_in(transfer, transfer.answer)

    def _take_in(self, transfer: Transfer, taken: set[str]) -> None:
        """Mark a committee as complete at FS if FS accepted every line."""
        missing = {committee for number, (_g, _c, committee) in transfer.lines.items() if number not in taken}
        for committee, sheet in transfer.sheets.items():
            self.whole_at_fs[committee] = None if committee in missing else sheet

    def _code(self, number: str) -> str:
        """
        Return the code of the last reopening before the grade was set: of the committee that set it if that was
        reopened, otherwise of the other one; FEILREG if neither was.
        """
        if number not in self.taken:
            return ""
        setting = self.set_by[number]
        earlier = [(on, code) for when, on, code in self.reopenings if when < setting.when]
        own = [code for on, code in earlier if on == setting.committee]
        return (own or [code for _on, code in earlier] or ["FEILREG"])[-1]
