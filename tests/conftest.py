"""
A fixed cast. Exam TDT4100 (A–F) has committee 1 with kari and ola (external) and candidates 10001–10003, and committee 2
with ola and ingrid and 10013–10014; per plans it. Sofie is candidate 10001. Exam LUP1001 (Pass/NotPass) has kari alone and
20001–20002. Vera is a grader and petra a planner of other exams: strangers to both.
"""

import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from committees.actions.confirmation import confirm_grades
from committees.actions.grading import set_grade
from committees.enums import GradeScale
from committees.models import Candidate, Committee, Exam, Grader, User
from fs.backend import SimulatedFs
from tests.factories import CommitteeFactory, ExamFactory, UserFactory

CI = os.environ.get("CI") == "true"


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Where CI runs, nothing may be left out: a skip is a failure."""
    if CI and call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception):
        try:
            raise AssertionError(f"skipped in CI: {call.excinfo.value}")
        except AssertionError as error:
            call.excinfo = pytest.ExceptionInfo.from_exception(error)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on which database the tests ran, and how to have them on the other."""
    if connection.vendor == "sqlite":
        terminalreporter.write_line(
            "Ran on SQLite. DATABASE_URL=postgres://user@host/name make test runs the same on PostgreSQL."
        )
    else:
        terminalreporter.write_line(f"Ran on {connection.vendor}.")


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """The cast and their exams: people by name, `exam`, `one`, `two` (committees), `pass_exam`, `three`."""
    people: dict[str, User] = {
        name: UserFactory.create(username=name, name=name.title(), feide_name=f"{name}@ntnu.no")
        for name in ("kari", "ola", "ingrid", "sofie", "vera", "nina")
    }
    people["per"] = UserFactory.create(username="per", name="Per", feide_name="per@ntnu.no", is_planner=True)
    people["petra"] = UserFactory.create(
        username="petra", name="Petra", feide_name="petra@ntnu.no", is_planner=True
    )
    people["admin"] = UserFactory.create(username="admin", name="Admin", is_staff=True, is_superuser=True)
    exam = ExamFactory.create(emnekode="TDT4100", name="Programming", planners=[people["per"]])
    one = CommitteeFactory.create(
        exam=exam, number=1, graders=[people["kari"], people["ola"]], numbers=["10001", "10002", "10003"]
    )
    two = CommitteeFactory.create(
        exam=exam, number=2, graders=[people["ola"], people["ingrid"]], numbers=["10013", "10014"]
    )
    Grader.objects.filter(person=people["ola"]).update(is_external=True)
    Candidate.objects.filter(number="10001").update(feide_name="sofie@ntnu.no", name="Sofie")
    pass_exam = ExamFactory.create(
        emnekode="LUP1001", name="Practice", scale=GradeScale.PASS, planners=[people["per"]]
    )
    three = CommitteeFactory.create(
        exam=pass_exam, number=1, graders=[people["kari"]], numbers=["20001", "20002"]
    )
    other = ExamFactory.create(emnekode="XXX1000", name="Elsewhere", planners=[people["petra"]])
    CommitteeFactory.create(exam=other, number=1, graders=[people["vera"]], numbers=["90001"])
    for planned in (exam, pass_exam):
        teach_fs(planned)
    return SimpleNamespace(
        **people, exam=exam, one=one, two=two, pass_exam=pass_exam, three=three, other=other
    )


def teach_fs(exam: Exam) -> None:
    """Let the simulated FS know the exam's candidates, as if it had issued them."""
    lines = [
        f"{one.feide_name or 'student' + one.number};{';'.join(exam.key)};{one.number};"
        f"{one.committee.number if one.committee else ''};\n"
        for one in exam.candidates.select_related("committee")
    ]
    SimulatedFs().learn("candidates", "".join(lines).encode())


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    """A client signed in as somebody."""

    def signed_in(person: User) -> Client:
        other = Client()
        other.force_login(person)
        return other

    return signed_in


def seat(person: User, committee: Committee) -> Grader:
    """The seat of `person` on `committee`, read anew."""
    return Grader.objects.select_related("committee__exam", "person").get(person=person, committee=committee)


def candidate(number: str) -> Candidate:
    """The candidate with this number, read anew; numbers are unlike in the cast."""
    return Candidate.objects.select_related("exam", "committee", "grade_entry__by").get(number=number)


def stage(committee: Committee) -> str:
    """The stage of `committee` now."""
    return Committee.objects.with_stage().get(pk=committee.pk).stage


def grade(person: User, committee: Committee, **grades: str) -> None:
    """Let `person` click grades: `grade(kari, one, c10001="A")`."""
    for name, value in grades.items():
        set_grade(seat(person, committee), candidate(name.removeprefix("c")), value)


def confirm(person: User, committee: Committee) -> Any:
    """Let `person` confirm the grade sheet as it is now, candidates without grade acknowledged."""
    version = Committee.objects.get(pk=committee.pk).version
    return confirm_grades(seat(person, committee), seen=version, acknowledged=True)


def confirm_all(exam: Exam) -> None:
    """Let every grader of every committee of `exam` confirm what is there now."""
    for committee in exam.committees.all():
        for grader in committee.graders.select_related("person"):
            confirm(grader.person, committee)


__all__ = ["candidate", "confirm", "confirm_all", "grade", "seat", "stage", "teach_fs"]
