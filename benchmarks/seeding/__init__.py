"""
A country: the register in the weeks of the deadline, at the scale of all universities together, to measure it by.

Nobody acted it out, which would take days; its rows are written in bulk. And yet it is true: every grade is explained by
the log, every confirmation bound, every transfer with FS, and `manage.py verify_log` passes.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction
from tqdm import tqdm

from benchmarks.seeding.bulk_writer import Batch
from benchmarks.seeding.exam_history import ExamHistory
from benchmarks.seeding.invented_data import (
    PLANNED,
    PLANNER,
    STUDENT,
    TODAY,
    Faculty,
    Somebody,
    faculties,
)
from committees.actions.transfer import fs_backend
from committees.models import User

PASSWORD = "country"  # of everybody in it; nothing there is anybody's
LINES_AT_ONCE = 5_000
"""Lines of a file that FS issued."""


class SeededRegister:
    """
    So many exams of the country with this seed, to be made in an empty database, beside the known ones with at most
    `largest` candidates. The same seed makes the same country, and a small one is the beginning of a large one.
    """

    def __init__(self, seed: int, exams: int, largest: int) -> None:
        self.seed, self.exams, self.largest = seed, exams, largest
        self.batch = Batch()
        # Hashing is slow by design; the salt is as long as a drawn one.
        self.password = make_password(PASSWORD, salt=hashlib.sha256(str(seed).encode()).hexdigest()[:32])
        self.planned = 0

    @transaction.atomic
    def make(self) -> None:
        """Make it whole, or not at all. Raises CommandError where FS does not take part."""
        planner, _student = self._welcome(PLANNER), self._welcome(STUDENT)
        with tqdm(total=self.exams, unit="exam", disable=None) as bar:
            for faculty in faculties(self.seed, self.exams, self.largest):
                histories = self._histories(faculty, planner)
                _teach_fs(line for history in histories for line in history.fs_lines())
                for history in histories:
                    history.arrive()
                self.batch.flush()
                bar.update(len(histories) if faculty.number else 0)
        self.batch.close()

    def _histories(self, faculty: Faculty, planner: User) -> list[ExamHistory]:
        graders = [self._welcome(one) for one in faculty.graders]
        own = planner if faculty.planner == PLANNER else self._welcome(faculty.planner)
        histories = []
        for sitting in faculty.sittings:
            planners = [own]
            if own is not planner and self.planned < PLANNED:
                planners.append(planner)
            self.planned += 1
            # Repeatable is what is wanted here.
            random = Random(f"{self.seed}/{faculty.number}/{sitting.exam.emnekode}")
            history = ExamHistory(
                batch=self.batch,
                random=random,
                exam=sitting.exam,
                faculty=faculty,
                planners=planners,
                graders=graders,
            )
            history.live(sitting)
            histories.append(history)
        return histories

    def _welcome(self, somebody: Somebody) -> User:
        person = User(
            username=somebody.username,
            name=somebody.name,
            feide_name=somebody.feide_name,
            is_planner=somebody.is_planner,
            password=self.password,
            date_joined=datetime(TODAY.year, 1, 1, tzinfo=UTC),
        )
        return self.batch.add(person)


def _teach_fs(lines: Iterable[str]) -> None:
    """Let FS know whom it is said to have issued, in files of a sensible length."""
    rest = iter(lines)
    while some := "".join(islice(rest, LINES_AT_ONCE)):
        fs_backend(None).learn("candidates", some.encode())
