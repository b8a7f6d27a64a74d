"""The people in a lecture hall: a trainer, who opens the session and watches the board, and trainees."""

import asyncio
import contextlib
import re
from datetime import date
from random import Random

from tests.load.browser import Browser, UnexpectedPage
from tests.load.figures import Tally
from tests.load.sheet import filled

SCENARIO, TASKS = "first-exam", 7
LONGEST_WAIT = 120
"""Seconds after which a missing confirmation of the robot is an error."""


class Trainer(Browser):
    """Nina, who signs in, creates a training session, and keeps its board open."""

    async def open_session(self) -> str:
        """Make the session with every scenario that the form offers. Returns its join code."""
        await self.visit("/sign-in/")
        await self.submit("/sign-in/", {"username": "nina", "password": "demo"}, "Nina")
        await self.visit("/training/sessions/new/", 'name="scenarios"')
        offered = re.findall(r'name="scenarios" value="([\w-]+)"', self.page)
        fields = [("title", "Lecture hall"), ("date", str(date.today())), ("language", "en")]  # noqa: DTZ011
        await self.submit(
            self.path, [*fields, *(("scenarios", key) for key in offered)], "No one has joined yet"
        )
        return self.link(r"/join/[A-Z0-9]{6}/[\w-]+/").split("/")[-3]

    async def watch(self) -> None:
        """Keep the board open until the end. Errors are counted, and polling continues, as in a browser."""
        while True:
            with contextlib.suppress(UnexpectedPage):
                await self.look(60)


class Trainee(Browser):
    """Somebody who joins and completes the first scenario, with human pauses between the steps."""

    def __init__(
        self, port: int, tally: Tally, *, name: str, random: Random, pause: tuple[float, float], stay: float
    ) -> None:
        super().__init__(port, tally)
        self.name, self.random, self.pause, self.stay = name, random, pause, stay

    async def work(self, code: str) -> None:
        """Work from the join link to the last task, and return to the list of scenarios."""
        try:
            await self.join(code)
            await self.begin()
            await self.grade()
            await self.confirm()
            await self.wait_for_the_robot()
            await self.look(self.stay)
            await self.visit(self.link(r"/training/trainees/\d+/"), f'data-done="{TASKS}"')
            self.tally.finished += 1
        except UnexpectedPage:
            return

    async def think(self) -> None:
        await self.look(self.random.uniform(*self.pause))

    async def join(self, code: str) -> None:
        await self.visit(f"/join/{code}/", f'name="code" value="{code}"')
        await self.think()
        await self.submit("/join/", {"code": code, "name": self.name}, f"Welcome, {self.name}")
        await self.think()

    async def begin(self) -> None:
        """Begin the scenario, and find the exam."""
        await self.submit(self.link(rf"/scenarios/{SCENARIO}/"), {}, 'data-task="exam"')
        await self.think()
        await self.visit(self.link("/you/grade/"), "HIS1200")
        await self.think()
        await self.visit(self.link(r"/grade/\d+/"), "Open Final Grading")
        await self.think()
        await self.visit(self.link(r"/committees/\d+/"), 'data-stage="not-started"')
        await self.think()

    async def grade(self) -> None:
        """Download the list, fill in the notes that the panel shows, upload it, and read the result."""
        blank = await self.download(self.link(r"/committees/\d+/download/"))
        notes = dict(re.findall(r'<th scope="row">(\d+)</th><td>(\w+)</td>', self.page))
        await self.think()
        upload = self.link(r"/committees/\d+/upload/")
        await self.fragment(upload, 'type="file"')
        await self.think()
        result = await self.fragment(upload, f'data-updated="{len(notes)}"', file=filled(blank, notes))
        await self.poll("practice-body")
        await self.think()
        await self.visit(self.link(r"/uploads/\d+/", result), f'data-updated="{len(notes)}"')
        await self.think()

    async def confirm(self) -> None:
        await self.visit(self.link(r"/committees/\d+/"), 'data-stage="grading"')
        await self.think()
        await self.visit(self.link(r"/committees/\d+/confirm/"), 'name="expected_version"')
        await self.think()
        hidden = dict(re.findall(r'name="(expected_version|newest)" value="([^"]*)"', self.page))
        await self.submit(self.path, hidden, "Waiting for other graders to confirm")

    async def wait_for_the_robot(self) -> None:
        """Keep the page open until it shows that all graders have confirmed and every task is done."""
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                while self.steps < TASKS or 'data-stage="confirmed"' not in self.page:
                    await self.look(0.5)
        except TimeoutError:
            self._give_up("GET", self.path, f"still {self.steps} tasks done")
