"""
Fixed people and exams. Exam TDT4100 (A–F) has committee 1 with kari and ola (external) and candidates 10001–10003,
and committee 2 with ola and ingrid and 10013–10014; per plans it. Sofie is candidate 10001. Exam LUP1001
(Pass/NotPass) has kari alone and 20001–20002. Vera is a grader and petra a planner of other exams: strangers to
both.
"""

import gc
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings

from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.effects import NotAgreed
from committees.actions.graders import add_grader, invite_grader
from committees.actions.grading import reset_grade, set_grade
from committees.actions.log import log
from committees.actions.planning import move_candidates, unseat_grader
from committees.actions.transfer import transfer_grades
from committees.audit.triggers import drop_triggers, install_triggers
from committees.enums import ChangeCode, LogAction
from committees.grade_scales import PASS
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User
from fs.backend import SimulatedFs
from fs.models import Registration
from tests.demo_files import SHARED
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from tests.remembered import remembered

# On a busy machine examples are generated slowly, which is not a failure.
settings.register_profile("gradereg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gradereg")

T = TypeVar("T")
CI = os.environ.get("CI") == "true"
FOLDERS, DESELECTED = pytest.StashKey[list[str]](), pytest.StashKey[Counter[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give each run its own temporary folders, so that simultaneous runs share nothing."""
    if hasattr(config, "workerinput"):
        return
    config.stash[FOLDERS] = [tempfile.mkdtemp(prefix="gradereg-tests-") for _folder in range(2)]
    os.environ[SHARED], temporary = config.stash[FOLDERS]
    config.option.basetemp = config.option.basetemp or temporary


def pytest_unconfigure(config: pytest.Config) -> None:
    for folder in config.stash.get(FOLDERS, []):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count by marker what `-m` leaves out."""
    for item in items:
        names = [name for name in ("engines", "browser", "slow") if item.get_closest_marker(name)]
        item.config.stash.setdefault(DESELECTED, Counter()).update(names[:1])


LONG = [
    "tests/load/",
    "tests/files/test_corpus_costs",
    "tests/engines/",
    "tests/crashes/",
    "tests/training/test_plays",
    "tests/training/browser/",
    "tests/browser/",
    "tests/heard/",
    "tests/site/",
    "tests/races/",
]
"""What takes long in one worker, or in one test, longest first."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what takes long, so that no worker waits for another at the end."""
    places = [*LONG, ""]
    items.sort(
        key=lambda item: next(turn for turn, start in enumerate(places) if item.nodeid.startswith(start))
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage less often, and not among the tests and modules, which stay: this takes a tenth of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Turn skips into failures in CI, where nothing may be left out."""
    if CI and call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception):
        try:
            raise AssertionError(f"skipped in CI: {call.excinfo.value}")
        except AssertionError as error:
            call.excinfo = pytest.ExceptionInfo.from_exception(error)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the counts of left-out tests from a worker to the process that started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash.get(DESELECTED, {}))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    left_out = getattr(node, "workeroutput", {}).get("left_out", {})
    node.config.stash[DESELECTED] = Counter(left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the database of the run, how to use the other one, and what was left out."""
    left_out: Counter[str] = terminalreporter.config.stash.get(DESELECTED, Counter())
    if left_out:
        counts = ", ".join(f"{count} {name}" for name, count in left_out.most_common())
        terminalreporter.write_line(f"Left out: {counts}. make test-all runs everything.")
    if connection.vendor == "sqlite":
        terminalreporter.write_line(
            "Ran on SQLite. DATABASE_URL=postgres://user@host/name make test runs the same on PostgreSQL."
        )
    else:
        terminalreporter.write_line(f"Ran on {connection.vendor}.")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Speed up the flush between transactional tests: see `delete_all_rows`."""
    connection.ops.execute_sql_flush = delete_all_rows  # type: ignore[method-assign]
    # Keep the rows that these receivers create.
    flush.emit_post_migrate_signal = lambda *args, **kwargs: None  # type: ignore[attr-defined]


KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def delete_all_rows(sql_list: Iterable[str]) -> None:
    """
    Empty the tables that have rows, except those that `migrate` fills.

    TRUNCATE of all tables takes PostgreSQL many times as long. Foreign keys are checked at the commit.
    """
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - KEPT)
    quoted = [connection.ops.quote_name(table) for table in tables]
    found = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in quoted)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(found)
        full = [name for (name,) in cursor.fetchall()]
        has_triggers = any("committees_" in name for name in full)
        if has_triggers:
            drop_log_triggers(connection)
        for name in full:
            cursor.execute(f"DELETE FROM {name}")
        if has_triggers:
            connection.check_constraints()
            install_triggers(connection)


def drop_log_triggers(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers, as only the owner of a database can."""
    drop_triggers(connection)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Reset the language, which a request leaves active in the process."""
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
    """The people and their exams."""
    return remembered("people", make_people)


def make_people() -> People:
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
        emnekode="LUP1001", name="Practice", scale=PASS.code, planners=[persons["per"]]
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
    """Register the exam's candidates in the simulated FS, or the FS of a practice exam, as if FS had issued them."""
    lines = [
        f"{one.feide_name or 'student' + one.number};{';'.join(exam.key)};{one.number};"
        f"{one.committee.number if one.committee else ''};\n"
        for one in exam.candidates.select_related("committee")
    ]
    SimulatedFs(exam.sandbox_id).learn("candidates", "".join(lines).encode())


@pytest.fixture
def completed_exam(db: None, request: pytest.FixtureRequest) -> People:
    """
    The exam of the people after most acts: graded, moved, graders added and removed, confirmed, withdrawn,
    transferred with a line that FS refused, reopened for an appeal, corrected, and confirmed again by kari only.
    """
    if "people" in request.fixturenames:
        return complete(request.getfixturevalue("people"))
    return remembered("completed_exam", lambda: complete(make_people()))


def complete(people: People) -> People:
    """Run the acts of `completed_exam` on the exam of `people`."""
    with transaction.atomic():
        log(LogAction.EXAM_CREATED, by=people.per, exam=people.exam, key=";".join(people.exam.key))
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=True)
    grade(people.kari, people.one, c10001="A", c10002="B")
    set_grade(seat(people.ola, people.one), candidate("10003"), "C")
    reset_grade(seat(people.ola, people.one), candidate("10003"))
    move_candidates([candidate("10003")], to=people.two, by=people.per)
    grade(people.ingrid, people.two, c10013="D")
    late = invite_grader(people.two, name="", feide_name="late@uio.no", is_external=True, by=people.per)
    unseat_grader(late, by=people.per)
    add_grader(people.two, people.vera, is_external=True, by=people.per)
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
    """Return a client with this person signed in."""

    def signed_in(person: User) -> Client:
        other = Client()
        other.force_login(person)
        return other

    return signed_in


def seat(person: User, committee: Committee) -> Grader:
    """Return the seat of `person` on `committee`, freshly read."""
    return Grader.objects.select_related("committee__exam", "person").get(person=person, committee=committee)


def candidate(number: str) -> Candidate:
    """Return the candidate with this number, freshly read; numbers are unique among the people's exams."""
    return Candidate.objects.select_related("exam", "committee", "grade_entry__by").get(number=number)


def said(entry: LogEntry) -> dict[str, Any]:
    """Return the details of the entry without the exam's state."""
    return {name: value for name, value in entry.details.items() if name not in ("state", "before")}


def stage(committee: Committee) -> str:
    """Return the current stage of `committee`."""
    return Committee.objects.with_stage().get(pk=committee.pk).stage


def agreeing(act: Callable[..., T], *args: Any, **values: Any) -> T:
    """Run a planner's `act`, agreeing to its effects on confirmations if asked."""
    try:
        return act(*args, **values)
    except NotAgreed as asked:
        return act(*args, **values, agreement=asked.agreement)


def grade(person: User, committee: Committee, **grades: str) -> None:
    """Click grades as `person`: `grade(kari, one, c10001="A")`."""
    for name, value in grades.items():
        set_grade(seat(person, committee), candidate(name.removeprefix("c")), value)


def confirm(person: User, committee: Committee) -> Any:
    """Confirm the current grade sheet as `person`, with ungraded candidates acknowledged."""
    version = Committee.objects.get(pk=committee.pk).version
    return confirm_grades(seat(person, committee), expected_version=version, acknowledged=True)


def confirm_all(exam: Exam) -> None:
    """Confirm the current grade sheets of `exam` by every grader."""
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
