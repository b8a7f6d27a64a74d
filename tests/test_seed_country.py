"""The invented country for benchmarks is consistent."""

from collections import Counter
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from benchmarks.seeding import PASSWORD, SeededRegister
from benchmarks.seeding.bulk_writer import BulkWriter
from benchmarks.seeding.command import Command
from benchmarks.seeding.generator import (
    COMMITTEE_COUNTS,
    EXAMS,
    PLANNED,
    committee_sizes,
    generate_faculty,
)
from committees.actions.grading import set_grade
from committees.actions.transfer import preview_transfer
from committees.enums import Stage
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, Notification, Transfer, User
from fs.models import Registration
from tests.conftest import seat
from tests.factories import UserFactory
from tests.invariants import breaches
from tests.snapshot import Rows, snapshot

pytestmark = pytest.mark.slow


@pytest.fixture
def country(db: None) -> None:
    SeededRegister(seed=1, exams=8, largest=100).make()


def test_log_is_valid(country: None) -> None:
    told = StringIO()
    call_command("verify_log", stdout=told)
    entries = LogEntry.objects.count()
    chains = Committee.objects.filter(log__isnull=False).distinct().count() + Exam.objects.count()
    assert told.getvalue() == (
        f"{entries} entries in {chains} chains are intact and explain every grade, confirmation and "
        "transfer.\n"
    )


def test_exams_are_consistent(country: None) -> None:
    assert [breach for exam in Exam.objects.all() for breach in breaches(exam)] == []


def test_exams_of_exact_sizes_share_two_graders(country: None) -> None:
    known = Exam.objects.filter(committees__graders__person__username="grader-1").distinct().order_by("pk")
    assert [(one.emnekode, one.candidates.count()) for one in known] == [
        ("OPEN10", 10),
        ("OPEN100", 100),
        ("READ40", 40),
    ]
    seats = Grader.objects.filter(committee__exam__in=known).values_list("person__username", "is_external")
    assert Counter(seats) == {("grader-1", False): 4, ("grader-2", True): 4}


def test_faculty_has_exact_counts() -> None:
    faculty = generate_faculty(seed=1, number=7)
    sizes = [one.size for exam_plan in faculty.exam_plans for one in exam_plan.committees]
    assert (len(COMMITTEE_COUNTS), len(faculty.exam_plans), len(faculty.graders)) == (EXAMS, EXAMS, 150)
    assert (len(sizes), sum(sizes), min(sizes), max(sizes)) == (300, 10_000, 6, 60)
    assert Counter(sizes) == Counter(committee_sizes())
    assert {len(one.graders) for exam_plan in faculty.exam_plans for one in exam_plan.committees} == {2, 3}
    assert len({exam_plan.exam.key for exam_plan in faculty.exam_plans}) == EXAMS


def test_committees_reach_the_drawn_stage(db: None) -> None:
    SeededRegister(seed=3, exams=12, largest=40).make()
    drawn = [
        one.stage for exam_plan in generate_faculty(3, 1).exam_plans[:12] for one in exam_plan.committees
    ]
    ordinary = Committee.objects.with_stage().exclude(exam__emnekode__in=["OPEN10", "READ40"])
    assert [one.stage for one in ordinary.order_by("pk")] == drawn
    assert set(drawn) == set(Stage)


def test_transferred_grades_are_at_fs(country: None) -> None:
    transferred = Transfer.objects.exclude(answered_at=None)
    sent = Candidate.objects.filter(exam__in=transferred.values("exam")).exclude(grade="").count()
    assert transferred.count() == Transfer.objects.count() > 0
    assert Registration.objects.exclude(karakter="").count() == sent > 0
    assert Registration.objects.count() == Candidate.objects.count()


def test_own_acts_give_no_notices(country: None) -> None:
    notifications = list(Notification.objects.select_related("entry"))
    assert [one for one in notifications if one.entry is None or one.entry.by_id == one.person_id] == []
    assert {one.kind for one in notifications} == {"seated", "confirmed", "all-confirmed", "fs-answered"}


def made(**wanted: int) -> Rows:
    """All rows of the country, which is deleted afterwards."""
    with transaction.atomic():
        SeededRegister(**wanted).make()
        rows = snapshot()
        transaction.set_rollback(True)
    return rows


def test_seed_determines_the_country(db: None) -> None:
    first = made(seed=1, exams=3, largest=10)
    assert made(seed=1, exams=3, largest=10) == first
    other = made(seed=2, exams=3, largest=10)
    assert other["committees.Candidate"] != first["committees.Candidate"]


def test_small_country_is_a_prefix_of_a_large_one(db: None) -> None:
    small, large = made(seed=1, exams=2, largest=10), made(seed=1, exams=3, largest=10)
    for table in ("committees.Exam", "committees.Committee", "committees.Candidate"):
        assert large[table][: len(small[table])] == small[table]
    assert [len(rows["committees.Exam"]) for rows in (small, large)] == [3, 4]


def test_one_planner_has_the_first_exams(country: None) -> None:
    assert Exam.objects.filter(planners__username="planner").count() == Exam.objects.count() < PLANNED


@pytest.mark.parametrize(
    ("username", "home"),
    [("planner", "/plan/"), ("grader-1", "/grade/"), ("grader-3", "/grade/"), ("student", "/studentweb/")],
)
def test_people_can_sign_in(country: None, client: Client, username: str, home: str) -> None:
    client.post("/sign-in/", {"username": username, "password": PASSWORD})
    assert client.get("/", follow=True).redirect_chain[-1] == (home, 302)


def test_student_sees_results_and_pending_exams(country: None, sign_in: Callable[[User], Client]) -> None:
    context = sign_in(User.objects.get(username="student")).get("/studentweb/").context
    assert [one.exam.emnekode for one in context["results"]] == ["READ40"]
    assert [one.exam.emnekode for one in context["pending"]] == ["OPEN10", "OPEN100"]


def test_country_can_be_used(country: None) -> None:
    committee = Committee.objects.get(exam__emnekode="OPEN10")
    grader = seat(User.objects.get(username="grader-2"), committee)
    candidate = committee.candidates.ungraded().first()
    assert candidate is not None
    set_grade(grader, candidate, "B")
    assert breaches(committee.exam) == []
    assert sum(row.send for row in preview_transfer(committee.exam)) > 0


def test_country_needs_an_empty_database(db: None) -> None:
    UserFactory.create()
    with pytest.raises(CommandError, match=r"^The database has people\. Use an empty database\.$"):
        call_command(Command(), exams=1)
    assert Exam.objects.count() == 0


def test_real_fs_gets_no_invented_exams(db: None, settings: Settings) -> None:
    settings.FS_BACKEND = "elsewhere.RealFs"
    with pytest.raises(CommandError, match=r"^FS_BACKEND names a real FS"):
        call_command(Command(), exams=1)
    assert User.objects.count() == 0


def test_negative_number_of_exams_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="must be 0 or more"):
        call_command(Command(), exams=-1)


def test_command_prints_sign_ins_without_a_bar(db: None, capfd: pytest.CaptureFixture[str]) -> None:
    told = StringIO()
    call_command(Command(), exams=1, largest=10, stdout=told)
    assert told.getvalue().endswith(f"with the password “{PASSWORD}”.\n")
    assert capfd.readouterr().err == ""
    assert Exam.objects.count() == 2


def test_unknown_model_is_refused(db: None) -> None:
    writer = BulkWriter()
    writer.add(Registration())
    with pytest.raises(LookupError, match="Models missing in ORDER"):
        writer.flush()
