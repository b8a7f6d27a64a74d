"""
A register with the data of all universities of a country, in the weeks of the deadline, for measurements.

Rows are written in bulk, because performing the acts would take days. They are consistent: every grade has its log entry,
confirmations are bound to content, FS has every transfer, and `manage.py verify_log` passes.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction
from tqdm import tqdm

from benchmarks.seeding.bulk_writer import BulkWriter
from benchmarks.seeding.exam_history import ExamHistory
from benchmarks.seeding.generator import (
    PLANNED,
    PLANNER,
    STUDENT,
    TODAY,
    Faculty,
    PersonPlan,
    faculties,
)
from committees.actions.transfer import fs_backend
from committees.models import User

PASSWORD = "country"  # of every person; all data is invented
LINES_AT_ONCE = 5_000
"""Lines in one file of candidates from FS."""


class SeededRegister:
    """
    A country of `exams` generated exams, and the fixed exams with at most `largest` candidates, for an empty database.

    The same seed makes the same country, and a small country is the beginning of a larger one.
    """

    def __init__(self, seed: int, exams: int, largest: int) -> None:
        self.seed, self.exams, self.largest = seed, exams, largest
        self.writer = BulkWriter()
        # Hashed once, because hashing is slow by design. The salt has the usual length.
        self.password = make_password(PASSWORD, salt=hashlib.sha256(str(seed).encode()).hexdigest()[:32])
        self.planned = 0

    @transaction.atomic
    def make(self) -> None:
        """Make the country in one transaction. Raise CommandError if FS refuses a line."""
        planner, _student = self._add_person(PLANNER), self._add_person(STUDENT)
        with tqdm(total=self.exams, unit="exam", disable=None) as bar:
            for faculty in faculties(self.seed, self.exams, self.largest):
                histories = self._histories(faculty, planner)
                _register_with_fs(line for history in histories for line in history.fs_lines())
                for history in histories:
                    history.deliver()
                self.writer.flush()
                bar.update(len(histories) if faculty.number else 0)
        self.writer.reset_sequences()

    def _histories(self, faculty: Faculty, planner: User) -> list[ExamHistory]:
        graders = [self._add_person(one) for one in faculty.graders]
        own = planner if faculty.planner == PLANNER else self._add_person(faculty.planner)
        histories = []
        for exam_plan in faculty.exam_plans:
            planners = [own]
            if own is not planner and self.planned < PLANNED:
                planners.append(planner)
            self.planned += 1
            # Results have to be repeatable.
            random = Random(f"{self.seed}/{faculty.number}/{exam_plan.exam.emnekode}")
            history = ExamHistory(
                writer=self.writer,
                random=random,
                exam=exam_plan.exam,
                faculty=faculty,
                planners=planners,
                graders=graders,
            )
            history.record(exam_plan)
            histories.append(history)
        return histories

    def _add_person(self, plan: PersonPlan) -> User:
        person = User(
            username=plan.username,
            name=plan.name,
            feide_name=plan.feide_name,
            is_planner=plan.is_planner,
            password=self.password,
            date_joined=datetime(TODAY.year, 1, 1, tzinfo=UTC),
        )
        return self.writer.add(person)


def _register_with_fs(lines: Iterable[str]) -> None:
    """Register the candidates with the simulated FS, in files of LINES_AT_ONCE lines."""
    rest = iter(lines)
    while some := "".join(islice(rest, LINES_AT_ONCE)):
        fs_backend(None).learn("candidates", some.encode())
