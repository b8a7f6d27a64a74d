"""The graders of deadline day: browsers that sign in, and do what their pages offer."""

import re
import time
from random import Random
from typing import NamedTuple

from benchmarks.deadline.acts import CLICKED, CONFIRMED, RESET, UPLOADED, Ledger
from benchmarks.deadline.people import CANDIDATES, PASSWORD, SEATS, username
from tests.load.browser import Browser, GaveUp
from tests.load.figures import Tally
from tests.load.sheet import filled

ROW = re.compile(r'<tr id="c-(\d+)" data-candidate="(\d+)" data-grade="(\w*)"')
NEWEST = re.compile(r'id="newest" name="newest" value="(\d+)"')
HIDDEN = re.compile(r'name="(seen|newest)" value="([^"]*)"')
DISCUSSED, MENDED = 2, 3
LETTERS = ("ABC", "DEF")
"""By seat, so that no two graders of a committee ever set the same grade: each act leaves its own trace in the log."""
LONGEST_WAIT = 900
"""Seconds: for whom the others have not confirmed by then has met an error."""


def counted(updated: int) -> str:
    """How the result of an upload tells that so many rows were taken, and that all others were empty."""
    empty = CANDIDATES - updated
    return (
        f'data-updated="{updated}" data-unchanged="0" data-empty="{empty}" data-rejected="0" data-missing="0"'
    )


class Row(NamedTuple):
    """A candidate as the open page shows it."""

    pk: str
    grade: str


class Grader(Browser):
    """
    Somebody with a seat on one committee. They examined every other candidate, and fill in those; the last two candidates
    both graders talk about, and click.
    """

    def __init__(
        self, port: int, tally: Tally, ledger: Ledger, number: int, random: Random, pause: tuple[float, float]
    ) -> None:
        super().__init__(port, tally)
        self.ledger, self.random, self.pause = ledger, random, pause
        self.name, self.letters, self.seat = username(number), LETTERS[number % SEATS], number % SEATS
        self.committee, self.rows, self.head, self.newest = 0, dict[str, Row](), "", ""

    async def work(self) -> None:
        """The whole day of this grader, until all of their committee have confirmed."""
        try:
            await self.sign_in()
            await self.open_window()
            await self.fill_in()
            await self.mend()
            await self.discuss()
            await self.confirm()
            self.tally.finished += 1
        except GaveUp:
            return

    async def think(self) -> None:
        await self.look(self.random.uniform(*self.pause))

    async def sign_in(self) -> None:
        await self.visit("/sign-in/", 'name="password"')
        await self.think()
        await self.submit("/sign-in/", {"username": self.name, "password": PASSWORD}, self.name)
        await self.think()

    async def open_window(self) -> None:
        """By the Grade tab and the exam to Final Grading."""
        await self.visit("/grade/", "DLD")
        await self.think()
        await self.visit(self.link(r"/grade/\d+/"), "Open Final Grading")
        await self.think()
        await self.visit(self.link(r"/committees/\d+/"), 'id="sheet-head"')
        self.committee = int(self.path.strip("/").rpartition("/")[2])
        if len(self.rows) != CANDIDATES:
            self._give_up("GET", self.path, f"{len(self.rows)} candidates")
        await self.think()

    async def fill_in(self) -> None:
        """
        Download the list, write another grade for each of one's own candidates, leave the others empty (an older grade of a
        colleague's would take back their newer one), upload it, and read the result.
        """
        given = await self.download(self.link(r"/committees/\d+/download/"))
        notes = {number: self._other(number) for number in self._own()}
        await self.think()
        upload = self.link(r"/committees/\d+/upload/")
        await self.fragment(upload, 'type="file"')
        await self.think()
        sheet = filled(given, dict.fromkeys(self.rows, "") | notes)
        began = time.monotonic()
        result = await self.fragment(upload, counted(len(notes)), file=sheet)
        self.ledger.done(self.name, UPLOADED, self.committee, notes, began)
        await self.think()
        await self.visit(self.link(r"/committees/\d+/", result), 'id="sheet-head"')
        wrong = [number for number, grade in notes.items() if self.rows[number].grade != grade]
        if wrong:
            self._give_up("GET", self.path, f"{len(wrong)} rows show another grade than was uploaded")
        await self.think()

    async def mend(self) -> None:
        """Click other grades for a few, and take one away: that candidate did not come."""
        *own, absent = self._own()
        for number in own[:MENDED]:
            await self.click(number)
        await self.act(absent, RESET, "")

    async def discuss(self) -> None:
        """Each grader of the committee sets the grade that they would give; the later one stands."""
        for number in self.numbers()[-DISCUSSED:]:
            await self.click(number)

    async def click(self, number: str) -> None:
        await self.act(number, CLICKED, self._other(number))

    async def act(self, number: str, action: str, grade: str) -> None:
        """Set or remove a grade; who is told that it moved looks at the row, and does it again."""
        pk, done = self.rows[number].pk, False
        address = f"/candidates/{pk}/{'grade' if grade else 'reset'}/"
        while not done:
            fields = {"expected_grade": self.rows[number].grade, "newest": self.newest, "grade": grade}
            began = time.monotonic()
            done = await self.press(address, fields)
            if done:
                self.ledger.done(self.name, action, self.committee, {number: grade}, began)
            else:
                self.ledger.moved[action] += 1
            await self.think()
        if self.rows[number].grade not in (grade, *LETTERS[1 - self.seat]):
            self._give_up("POST", address, "the row shows another grade")

    async def confirm(self) -> None:
        """Confirm, again when grades moved before or after, and stay until all have."""
        end = time.monotonic() + LONGEST_WAIT
        while 'data-stage="confirmed"' not in self.head:
            if time.monotonic() > end:
                self._give_up("GET", self.path, "still not confirmed by all")
            if 'id="withdraw"' in self.head:
                await self.look(1)
            else:
                await self._confirm_once()

    async def _confirm_once(self) -> None:
        await self.visit(f"/committees/{self.committee}/confirm/", 'name="expected_version"')
        done = False
        while not done:
            await self.think()
            fields = {**dict(HIDDEN.findall(self.page)), "acknowledged": "on"}
            began = time.monotonic()
            done = await self.offer(self.path, fields, "You have confirmed the final grading.")
            if done:
                self.ledger.done(self.name, CONFIRMED, self.committee, {}, began)
            else:
                self.ledger.moved[CONFIRMED] += 1

    def numbers(self) -> list[str]:
        return sorted(self.rows)

    def _own(self) -> list[str]:
        return self.numbers()[:-DISCUSSED][self.seat :: SEATS]

    def _other(self, number: str) -> str:
        """A grade of this grader's that the candidate does not have."""
        now = self.rows[number].grade
        return self.random.choice([letter for letter in self.letters if letter != now])

    def _take_in(self, text: str) -> None:
        super()._take_in(text)
        self.rows |= {number: Row(pk, grade) for pk, number, grade in ROW.findall(text)}
        if 'id="sheet-head"' in text:
            self.head = text
        if found := NEWEST.search(text):
            self.newest = found[1]


class Hurried(Grader):
    """One without a person's pauses, who works the same again and again. Their page asks `asks` times each round."""

    asks = 0

    async def think(self) -> None:
        """Not a moment."""

    async def round(self) -> None:
        await self.open_window()
        await self.fill_in()
        await self.mend()
        await self.discuss()
        for _time in range(self.asks):
            for name in list(self.polls):
                await self.poll(name)
        await self.visit(f"/committees/{self.committee}/confirm/", 'name="expected_version"')
