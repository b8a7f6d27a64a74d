"""Exams of which confirmed committees are transferred before the others."""

import hashlib

import pytest

from committees.actions.confirmation import reopen_committee
from committees.actions.transfer import preview_transfer, transfer_grades
from committees.audit.verification import violations
from committees.enums import ChangeCode
from committees.errors import Refusal
from committees.models import Exam, Notification, Transfer
from fs.models import Registration
from tests.conftest import People, confirm, grade, stage
from tests.invariants import breaches
from tests.refusals import refused


@pytest.fixture
def half(people: People) -> People:
    """Committee 1 is confirmed and committee 2 is not; the exam is transferred by committee."""
    Exam.objects.filter(pk=people.exam.pk).update(transfer_by_committee=True)
    people.exam.refresh_from_db()
    grade(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    grade(people.ingrid, people.two, c10013="D", c10014="E")
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    return people


def send(people: People) -> Transfer:
    return transfer_grades(people.exam, by=people.per)


def sent(transfer: Transfer) -> list[tuple[str, str]]:
    return list(transfer.lines.order_by("line").values_list("candidate__number", "grade"))


def found(people: People) -> list[str]:
    return [*map(str, violations()), *breaches(people.exam)]


def confirm_two(people: People) -> None:
    confirm(people.ola, people.two)
    confirm(people.ingrid, people.two)


def test_confirmed_committees_go_and_the_others_later(half: People) -> None:
    assert sent(send(half)) == [("10001", "A"), ("10002", "B"), ("10003", "C")]
    assert (stage(half.one), stage(half.two)) == ("transferred", "grading")
    confirm_two(half)
    assert sent(send(half)) == [("10013", "D"), ("10014", "E")]
    assert (stage(half.one), stage(half.two)) == ("transferred", "transferred")
    assert found(half) == []


def test_without_the_setting_all_committees_must_be_confirmed(half: People) -> None:
    Exam.objects.filter(pk=half.exam.pk).update(transfer_by_committee=False)
    with refused(Refusal.NOT_ALL_CONFIRMED, committees="Committee 2"):
        send(half)


def test_nothing_goes_while_no_committee_is_confirmed(half: People) -> None:
    reopen_committee(half.one, reason="Slip", code=ChangeCode.ERROR, by=half.per)
    with refused(Refusal.NOT_ALL_CONFIRMED, committees="Committee 1, Committee 2"):
        send(half)


def test_nothing_goes_twice(half: People) -> None:
    send(half)
    with refused(Refusal.NOTHING_TO_TRANSFER):
        send(half)


def test_a_reopened_committee_waits_and_then_sends_only_the_difference(half: People) -> None:
    first = send(half)
    reopen_committee(half.one, reason="Slip", code=ChangeCode.ERROR, by=half.per)
    grade(half.kari, half.one, c10002="C")
    confirm_two(half)
    assert sent(send(half)) == [("10013", "D"), ("10014", "E")]
    confirm(half.kari, half.one)
    confirm(half.ola, half.one)
    last = send(half)
    assert [(one.candidate.number, one.grade, one.code) for one in last.lines.all()] == [
        ("10002", "C", "FEILREG")
    ]
    content = Transfer.objects.get(pk=first.pk).content
    assert hashlib.sha256(content).hexdigest() == first.sha256
    assert (stage(half.one), stage(half.two), found(half)) == ("transferred", "transferred", [])


def test_a_line_that_fs_refused_goes_again_with_the_next_committee(half: People) -> None:
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=True)
    send(half)
    assert stage(half.one) == "confirmed"
    Registration.objects.filter(kandidatlopenr="10002").update(is_withdrawn=False)
    confirm_two(half)
    assert sent(send(half)) == [("10002", "B"), ("10013", "D"), ("10014", "E")]
    assert (stage(half.one), found(half)) == ("transferred", [])


def test_the_planner_is_told_of_each_committee_and_of_the_last_one(half: People) -> None:
    confirm_two(half)
    kinds = Notification.objects.filter(person=half.per).order_by("pk").values_list("kind", "committee")
    assert list(kinds) == [("committee-ready", half.one.pk), ("all-confirmed", None)]


def test_the_test_transfer_shows_what_would_go(half: People) -> None:
    rows = preview_transfer(half.exam)
    assert [(row.candidate.number, row.send, row.is_waiting) for row in rows] == [
        ("10001", True, False),
        ("10002", True, False),
        ("10003", True, False),
        ("10013", False, True),
        ("10014", False, True),
    ]
