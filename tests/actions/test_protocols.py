"""Protocols from current grades, and the status of their codes."""

from typing import Any

import pytest
from django.test import override_settings

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendances
from committees.actions.protocols import build_protocol, check_code
from committees.actions.transfer import transfer_grades
from committees.enums import Attendance, ChangeCode, ConfirmationRule
from committees.errors import Refusal
from committees.files.distribution import GradeShare
from committees.files.protocol import Line, Protocol, write_code
from committees.models import Candidate, Committee, Exam, LogEntry, User
from tests.conftest import People, candidate, confirm, confirm_all, grade
from tests.refusals import refused
from tests.sandboxes import confirm_here, sample_sandbox


def drawn_up(committee: Committee) -> Protocol:
    return build_protocol(Committee.objects.with_stage().select_related("exam").get(pk=committee.pk))


@pytest.fixture
def confirmed(people: People) -> People:
    """The people, with committee 1 confirmed by kari, then ola: 10001 has A, 10002 B, 10003 none."""
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    return people


def reopen(there: People) -> None:
    reopen_committee(there.one, reason="An appeal", code=ChangeCode.APPEAL, by=there.per)


def test_protocol_has_grades_and_confirmations(confirmed: People) -> None:
    found = drawn_up(confirmed.one)
    assert found.candidates == [
        Line("10001", "", "A", ""),
        Line("10002", "", "B", ""),
        Line("10003", "", "", ""),
    ]
    first, last = LogEntry.objects.filter(action="grading.confirmed").order_by("pk")
    assert [(one.name, one.is_external, one.at) for one in found.graders] == [
        ("Kari", False, first.at),
        ("Ola", True, last.at),
    ]
    assert (found.confirmed_at, found.revision, found.reopenings) == (last.at, 1, [])
    assert found.digest == Committee.objects.get(pk=confirmed.one.pk).digest
    assert [one for one in found.distribution if one.count] == [
        GradeShare("A", 1, 33),
        GradeShare("B", 1, 33),
        GradeShare("", 1, 33),
    ]


def test_protocol_has_every_reopening(confirmed: People) -> None:
    reopen(confirmed)
    confirm(confirmed.ola, confirmed.one)
    confirm(confirmed.kari, confirmed.one)
    found = drawn_up(confirmed.one)
    assert found.revision == 2
    assert [(one.revision, one.by, one.code, one.reason) for one in found.reopenings] == [
        (2, "Per", "KLAGE", "An appeal")
    ]


def test_names_are_only_for_non_anonymous_exams(confirmed: People) -> None:
    Exam.objects.update(is_anonymous=False)
    assert [one.name for one in drawn_up(confirmed.one).candidates] == ["Sofie", "", ""]


def test_absence_is_mentioned(confirmed: People) -> None:
    note_attendances([candidate("10003")], Attendance.ABSENT, by=confirmed.per)
    note_attendances([candidate("10001")], Attendance.ATTENDED, by=confirmed.per)
    assert [one.note for one in drawn_up(confirmed.one).candidates] == ["", "", "Did not attend"]


def test_single_confirmation_is_enough_if_allowed(people: People) -> None:
    Exam.objects.update(rule=ConfirmationRule.ONE)
    confirm(people.ola, people.one)
    assert [bool(one.at) for one in drawn_up(people.one).graders] == [False, True]


def test_unconfirmed_committee_has_none_and_names_missing_graders(people: People) -> None:
    confirm(people.kari, people.one)
    with refused(Refusal.NO_PROTOCOL_YET, committee="Committee 1", names="Ola"):
        drawn_up(people.one)


def test_rows_differing_from_the_digest_give_no_protocol(confirmed: People) -> None:
    Candidate.objects.filter(number="10001").update(grade="C")
    with refused(Refusal.PROTOCOL_CHANGED):
        drawn_up(confirmed.one)


# The code


def checked(code: str) -> Any:
    found = check_code(code)
    return (found.is_present, found.was_reopened, found.since is not None) if found else None


def test_current_code_is_found(confirmed: People) -> None:
    found, code = check_code(drawn_up(confirmed.one).code), drawn_up(confirmed.one).code
    assert found is not None
    assert (found.exam, found.committee, checked(code)) == (
        confirmed.exam,
        confirmed.one,
        (True, False, False),
    )
    assert found.confirmed_at == drawn_up(confirmed.one).confirmed_at


def test_unrelated_acts_keep_the_code(confirmed: People) -> None:
    code = drawn_up(confirmed.one).code
    confirm(confirmed.ola, confirmed.two)
    confirm(confirmed.ingrid, confirmed.two)
    transfer_grades(confirmed.exam, by=confirmed.per)
    note_attendances([candidate("10003")], Attendance.ABSENT, by=confirmed.per)
    assert (drawn_up(confirmed.one).code, checked(code)) == (code, (True, False, False))


def test_reopening_ends_the_protocol(confirmed: People) -> None:
    old = drawn_up(confirmed.one).code
    reopen(confirmed)
    assert checked(old) == (False, True, True)
    confirm(confirmed.kari, confirmed.one)
    confirm(confirmed.ola, confirmed.one)
    new = drawn_up(confirmed.one).code
    assert (checked(old), checked(new)) == ((False, True, True), (True, False, False))


def test_inactive_grader_ends_the_protocol(confirmed: People) -> None:
    code = drawn_up(confirmed.one).code
    User.objects.filter(username="ola").update(is_active=False)
    assert checked(code) == (False, False, False)


def test_unissued_codes_are_unknown(confirmed: People) -> None:
    code = drawn_up(confirmed.one).code
    entries = list(LogEntry.objects.values_list("pk", flat=True))
    made_up = [write_code(pk, bytes(32)) for pk in (*entries, 0, 10**6, 2**63, 2**64)]
    assert [checked(one) for one in (*made_up, "", code[:-1] + ("0" if code[-1] != "0" else "4"))] == [
        None
    ] * (len(made_up) + 2)


def test_code_is_valid_under_fallback_keys(confirmed: People) -> None:
    with override_settings(SECRET_KEY="the-former-one"):
        code = drawn_up(confirmed.one).code
    assert checked(code) is None
    with override_settings(SECRET_KEY_FALLBACKS=["the-former-one"]):
        assert checked(code) == (True, False, False)


@pytest.mark.django_db
def test_practice_protocol_is_marked() -> None:
    there = sample_sandbox()
    confirm_here(there.exam)
    found = drawn_up(there.one)
    checked_one = check_code(found.code)
    assert (found.is_practice, checked_one is not None and checked_one.exam.is_practice) == (True, True)


def test_codes_of_committees_differ(people: People) -> None:
    confirm_all(people.exam)
    assert drawn_up(people.one).code != drawn_up(people.two).code
