"""The graders of deadline day: HTTP clients that follow the links and forms of the pages."""

import re
import time
from random import Random
from typing import NamedTuple

from benchmarks.deadline.acts import CLICKED, CONFIRMED, RESET, UPLOADED, Ledger
from benchmarks.deadline.people import CANDIDATES, PASSWORD, SEATS, username
from tests.load.browser import Browser, UnexpectedPage
from tests.load.figures import Tally
from tests.load.sheet import filled

ROW = re.compile(r'<tr id="c-(\d+)" data-candidate="(\d+)" data-grade="(\w*)"')
NEWEST = re.compile(r'id="newest" name="newest" value="(\d+)"')
HIDDEN = re.compile(r'name="(expected_version|newest)" value="([^"]*)"')
DISCUSSED, CORRECTED = 2, 3
LETTERS = ("ABC", "DEF")
"""Grades by seat. The two graders of a committee never set the same grade, so each act can be found in the log."""
LONGEST_WAIT = 900
"""Seconds to wait for the other confirmations before it counts as an error."""


def counted(updated: int) -> str:
    """Return the attributes of an upload's result with `updated` changed rows and otherwise empty ones."""
    empty = CANDIDATES - updated
    return (
        f'data-updated="{updated}" data-unchanged="0" data-empty="{empty}" data-rejected="0" data-missing="0"'
    )


class Row(NamedTuple):
    """A candidate on the open page."""

    pk: str
    grade: str


class Grader(Browser):
    """
    A grader of one committee. Each of its two graders uploads grades for every other candidate; both click grades for the
    last two candidates.
    """

    def __init__(
        self, port: int, tally: Tally, ledger: Ledger, number: int, random: Random, pause: tuple[float, float]
    ) -> None:
        super().__init__(port, tally)
        self.ledger, self.random, self.pause = ledger, random, pause
        self.name, self.letters, self.seat = username(number), LETTERS[number % SEATS], number % SEATS
        self.committee, self.rows, self.head, self.newest = 0, dict[str, Row](), "", ""

    async def work(self) -> None:
        """Run the day of this grader, until the whole committee has confirmed."""
        try:
            await self.sign_in()
            await self.open_window()
            await self.fill_in()
            await self.correct()
            await self.discuss()
            await self.confirm()
            self.tally.finished += 1
        except UnexpectedPage:
            return

    async def think(self) -> None:
        await self.look(self.random.uniform(*self.pause))

    async def sign_in(self) -> None:
        await self.visit("/sign-in/", 'name="password"')
        await self.think()
        await self.submit("/sign-in/", {"username": self.name, "password": PASSWORD}, self.name)
        await self.think()

    async def open_window(self) -> None:
        """Open Final Grading by way of the Grade tab and the exam."""
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
        Download the list, write other grades for the own candidates, upload it, and check the result.

        The other candidates stay empty: an older grade would overwrite the other grader's newer one.
        """
        sheet = await self.download(self.link(r"/committees/\d+/download/"))
        notes = {number: self._other(number) for number in self._own()}
        await self.think()
        upload = self.link(r"/committees/\d+/upload/")
        await self.fragment(upload, 'type="file"')
        await self.think()
        sheet = filled(sheet, dict.fromkeys(self.rows, "") | notes)
        began = time.monotonic()
        result = await self.fragment(upload, counted(len(notes)), file=sheet)
        self.ledger.done(self.name, UPLOADED, self.committee, notes, began)
        await self.think()
        await self.visit(self.link(r"/committees/\d+/", result), 'id="sheet-head"')
        wrong = [number for number, grade in notes.items() if self.rows[number].grade != grade]
        if wrong:
            self._give_up("GET", self.path, f"{len(wrong)} rows show another grade than was uploaded")
        await self.think()

    async def correct(self) -> None:
        """Click other grades for some candidates, and remove one: that candidate was absent."""
        *own, absent = self._own()
        for number in own[:CORRECTED]:
            await self.click(number)
        await self.act(absent, RESET, "")

    async def discuss(self) -> None:
        """Click grades that the other grader clicks too; the later one counts."""
        for number in self.numbers()[-DISCUSSED:]:
            await self.click(number)

    async def click(self, number: str) -> None:
        await self.act(number, CLICKED, self._other(number))

    async def act(self, number: str, action: str, grade: str) -> None:
        """Set or remove a grade; after a conflict, with the new row once more."""
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
        """Confirm, again after each conflict or change, until the whole committee has confirmed."""
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
        """Return one of this grader's grades that the candidate does not have now."""
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
    """A grader who repeats the same work without pauses. The open page polls `asks` times in each round."""

    asks = 0

    async def think(self) -> None:
        """Do not pause."""

    async def round(self) -> None:
        await self.open_window()
        await self.fill_in()
        await self.correct()
        await self.discuss()
        for _time in range(self.asks):
            for name in list(self.polls):
                await self.poll(name)
        await self.visit(f"/committees/{self.committee}/confirm/", 'name="expected_version"')
