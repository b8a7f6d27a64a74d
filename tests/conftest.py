"""
A fixed people. Exam TDT4100 (A–F) has committee 1 with kari and ola (external) and candidates 10001–10003, and committee 2
with ola and ingrid and 10013–10014; per plans it. Sofie is candidate 10001. Exam LUP1001 (Pass/NotPass) has kari alone and
20001–20002. Vera is a grader and petra a planner of other exams: strangers to both.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings

from committees.actions import log
from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.effects import NotAgreed
from committees.actions.grading import reset_grade, set_grade
from committees.actions.planning import move_candidates, seat_grader, unseat_grader
from committees.actions.transfer import transfer_grades
from committees.audit.triggers import drop_triggers, install_triggers
from committees.enums import ChangeCode, GradeScale, LogAction
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User
from fs.backend import SimulatedFs
from fs.models import Registration
from tests.factories import CommitteeFactory, ExamFactory, UserFactory

# A machine with other work beside makes examples slowly, which is no fault of what is tested.
settings.register_profile("gradereg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gradereg")

T = TypeVar("T")
CI = os.environ.get("CI") == "true"
DB_INDEPENDENT = (
    "tests/access/test_at_the_next_request.py",
    "tests/access/test_extra_fields.py",
    "tests/access/test_forged_requests.py",
    "tests/access/test_get_never_writes.py",
    "tests/browser/test_accessibility.py",
    "tests/browser/test_by_hand.py",
    "tests/browser/test_head.py",
    "tests/browser/test_headers.py",
    "tests/browser/test_keyboard.py",
    "tests/browser/test_layout.py",
    "tests/browser/test_long_sheet.py",
    "tests/browser/test_print.py",
    "tests/browser/test_progress.py",
    "tests/browser/test_session_slips.py",
    "tests/browser/test_sign_in.py",
    "tests/browser/test_typing_slips.py",
    "tests/browser/test_without_javascript.py",
    "tests/engines/",
    "tests/files/",
    "tests/interop/",
    "tests/sign_in/test_kept_forms.py",
    "tests/site/test_bodies.py",
    "tests/site/test_cookies.py",
    "tests/site/test_dependencies.py",
    "tests/site/test_headers.py",
    "tests/site/test_uploads.py",
    "tests/test_read_sheets.py",
    "tests/training/browser/",
)
"""
Where tests are that tell the same on either kind of database: of files, of how pages look and are used, of what is said
beside them, and of what a form may bring or an address do. Each route and each foreign row are asked for on both.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(DB_INDEPENDENT):
            item.add_marker("db_independent")


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Where CI runs, nothing may be left out: a skip is a failure."""
    if CI and call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception):
        try:
            raise AssertionError(f"skipped in CI: {call.excinfo.value}")
        except AssertionError as error:
            call.excinfo = pytest.ExceptionInfo.from_exception(error)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on which database the tests ran, how to have them on the other, and what `make test` leaves out."""
    if terminalreporter.config.option.markexpr == "not engines":
        terminalreporter.write_line(
            "Without the tests in three browser engines: make test-all runs them too."
        )
    if connection.vendor == "sqlite":
        terminalreporter.write_line(
            "Ran on SQLite. DATABASE_URL=postgres://user@host/name make test runs the same on PostgreSQL."
        )
    else:
        terminalreporter.write_line(f"Ran on {connection.vendor}.")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Lets the flush between transactional tests empty the log, which the database otherwise refuses."""
    flush = connection.ops.execute_sql_flush

    def flush_without_triggers(sql_list: Iterable[str]) -> None:
        drop_log_triggers(connection)
        flush(sql_list)
        install_triggers(connection)

    connection.ops.execute_sql_flush = flush_without_triggers  # type: ignore[method-assign]


def drop_log_triggers(connection: BaseDatabaseWrapper) -> None:
    """What only the owner of a database can do."""
    drop_triggers(connection)


@pytest.fixture(autouse=True)
def begins_in_english() -> Iterator[None]:
    """A request leaves its language behind in the process, which in a test is that of the next one too."""
    with translation.override("en"):
        yield


@dataclass
class People:
    """The people of most tests, their exams `exam`, `pass_exam` and `other`, and the committees `one`, `two` and `three`."""

    kari: User
    ola: User
    ingrid: User
    sofie: User
    vera: User
    nina: User
    per: User
    petra: User
    admin: User
    exam: Exam
    one: Committee
    two: Committee
    pass_exam: Exam
    three: Committee
    other: Exam


@pytest.fixture
def people(db: None) -> People:
    """The people and their exams: persons by name, `exam`, `one`, `two` (committees), `pass_exam`, `three`."""
    persons: dict[str, User] = {
        name: UserFactory.create(username=name, name=name.title(), feide_name=f"{name}@ntnu.no")
        for name in ("kari", "ola", "ingrid", "sofie", "vera")
    }
    persons["nina"] = UserFactory.create(
        username="nina", name="Nina", feide_name="nina@ntnu.no", is_trainer=True
    )
    persons["per"] = UserFactory.create(username="per", name="Per", feide_name="per@ntnu.no", is_planner=True)
    persons["petra"] = UserFactory.create(
        username="petra", name="Petra", feide_name="petra@ntnu.no", is_planner=True
    )
    persons["admin"] = UserFactory.create(username="admin", name="Admin", is_staff=True, is_superuser=True)
    exam = ExamFactory.create(emnekode="TDT4100", name="Programming", planners=[persons["per"]])
    one = CommitteeFactory.create(
        exam=exam, number=1, graders=[persons["kari"], persons["ola"]], numbers=["10001", "10002", "10003"]
    )
    two = CommitteeFactory.create(
        exam=exam, number=2, graders=[persons["ola"], persons["ingrid"]], numbers=["10013", "10014"]
    )
    Grader.objects.filter(person=persons["ola"]).update(is_external=True)
    Candidate.objects.filter(number="10001").update(feide_name="sofie@ntnu.no", name="Sofie")
    pass_exam = ExamFactory.create(
        emnekode="LUP1001", name="Practice", scale=GradeScale.PASS, planners=[persons["per"]]
    )
    three = CommitteeFactory.create(
        exam=pass_exam, number=1, graders=[persons["kari"]], numbers=["20001", "20002"]
    )
    other = ExamFactory.create(emnekode="XXX1000", name="Elsewhere", planners=[persons["petra"]])
    CommitteeFactory.create(exam=other, number=1, graders=[persons["vera"]], numbers=["90001"])
    for planned in (exam, pass_exam):
        teach_fs(planned)
    return People(**persons, exam=exam, one=one, two=two, pass_exam=pass_exam, three=three, other=other)


def teach_fs(exam: Exam) -> None:
    """Let the simulated FS, a practice exam's own one, know the exam's candidates, as if it had issued them."""
    lines = [
        f"{one.feide_name or 'student' + one.number};{';'.join(exam.key)};{one.number};"
        f"{one.committee.number if one.committee else ''};\n"
        for one in exam.candidates.select_related("committee")
    ]
    SimulatedFs(exam.sandbox_id).learn("candidates", "".join(lines).encode())


@pytest.fixture
def completed_exam(people: People) -> People:
    """
    An exam that lived through most acts: graded, moved, seated and unseated, confirmed, withdrawn, transferred with a line
    that FS refused, reopened for an appeal, corrected, confirmed again by kari alone.
    """
    with transaction.atomic():
        log(LogAction.EXAM_CREATED, by=people.per, exam=people.exam, key=";".join(people.exam.key))
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=True)
    grade(people.kari, people.one, c10001="A", c10002="B")
    set_grade(seat(people.ola, people.one), candidate("10003"), "C")
    reset_grade(seat(people.ola, people.one), candidate("10003"))
    move_candidates([candidate("10003")], to=people.two, by=people.per)
    grade(people.ingrid, people.two, c10013="D")
    late = seat_grader(people.two, feide_name="late@uio.no", is_external=True, by=people.per)
    unseat_grader(late, by=people.per)
    seat_grader(people.two, feide_name="vera@ntnu.no", is_external=True, by=people.per)
    confirm(people.kari, people.one)
    withdraw_confirmation(seat(people.kari, people.one))
    confirm_all(people.exam)
    transfer_grades(people.exam, by=people.per)
    reopen_committee(people.one, reason="Appeal", code=ChangeCode.APPEAL, by=people.per)
    grade(people.ola, people.one, c10001="B")
    confirm(people.kari, people.one)
    return people


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
    """The candidate with this number, read anew; numbers are unlike in the people."""
    return Candidate.objects.select_related("exam", "committee", "grade_entry__by").get(number=number)


def said(entry: LogEntry) -> dict[str, Any]:
    """What the entry says, without the state of the exam that it records."""
    return {name: value for name, value in entry.details.items() if name not in ("state", "before")}


def stage(committee: Committee) -> str:
    """The stage of `committee` now."""
    return Committee.objects.with_stage().get(pk=committee.pk).stage


def agreeing(act: Callable[..., T], *args: Any, **values: Any) -> T:
    """Let a planner do `act` and agree to what it does to confirmations, if that is asked."""
    try:
        return act(*args, **values)
    except NotAgreed as asked:
        return act(*args, **values, agreement=asked.agreement)


def grade(person: User, committee: Committee, **grades: str) -> None:
    """Let `person` click grades: `grade(kari, one, c10001="A")`."""
    for name, value in grades.items():
        set_grade(seat(person, committee), candidate(name.removeprefix("c")), value)


def confirm(person: User, committee: Committee) -> Any:
    """Let `person` confirm the grade sheet as it is now, candidates without grade acknowledged."""
    version = Committee.objects.get(pk=committee.pk).version
    return confirm_grades(seat(person, committee), expected_version=version, acknowledged=True)


def confirm_all(exam: Exam) -> None:
    """Let every grader of every committee of `exam` confirm what is there now."""
    for committee in exam.committees.all():
        for grader in committee.graders.select_related("person"):
            confirm(grader.person, committee)


__all__ = [
    "People",
    "agreeing",
    "candidate",
    "confirm",
    "confirm_all",
    "drop_log_triggers",
    "grade",
    "said",
    "seat",
    "stage",
    "teach_fs",
]
