from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committees.actions.confirmation import reopen_committee, withdraw_confirmation
from committees.actions.grading import reset_grade
from committees.actions.transfer import transfer_grades
from committees.enums import ChangeCode, ConfirmationRule, Stage
from committees.models import Candidate, Committee, Exam, Grader, User
from fs.models import Registration
from tests.conftest import People, candidate, confirm, confirm_all, grade, seat, stage

# Acts on committee 1 of TDT4100 by name.
ACTS: dict[str, Callable[[People], object]] = {
    "A": lambda people: grade(people.kari, people.one, c10001="A"),
    "B": lambda people: grade(people.ola, people.one, c10001="B"),
    "reset": lambda people: reset_grade(seat(people.kari, people.one), candidate("10001")),
    "kari": lambda people: confirm(people.kari, people.one),
    "ola": lambda people: confirm(people.ola, people.one),
    "kari-withdraws": lambda people: withdraw_confirmation(seat(people.kari, people.one)),
    "all": lambda people: confirm_all(people.exam),
    "one-can": lambda people: Exam.objects.filter(pk=people.exam.pk).update(rule=ConfirmationRule.ONE),
    "reopen": lambda people: reopen_committee(people.one, reason="Why", code=ChangeCode.ERROR, by=people.per),
    "transfer": lambda people: transfer_grades(people.exam, by=people.per),
    "fs-refuses": lambda people: Registration.objects.filter(kandidatlopenr="10001").update(
        is_withdrawn=True
    ),
    "fs-relents": lambda people: Registration.objects.filter(kandidatlopenr="10001").update(
        is_withdrawn=False
    ),
    "ola-closed": lambda people: User.objects.filter(pk=people.ola.pk).update(is_active=False),
    "unseat-ola": lambda people: Grader.objects.filter(committee=people.one, person=people.ola).delete(),
    "unseat-all": lambda people: Grader.objects.filter(committee=people.one).delete(),
    "no-candidates": lambda people: Candidate.objects.filter(committee=people.one).delete(),
}


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ("", "not-started"),
        ("A", "grading"),
        ("A reset", "not-started"),
        ("kari", "waiting"),
        ("A kari", "waiting"),
        ("A kari B", "grading"),
        ("A kari B A", "waiting"),
        ("A kari kari-withdraws", "grading"),
        ("kari A", "grading"),
        ("A kari ola", "confirmed"),
        ("kari ola", "confirmed"),
        ("A kari B ola", "waiting"),
        ("A kari B ola kari", "confirmed"),
        ("one-can", "not-started"),
        ("one-can A kari", "confirmed"),
        ("A kari one-can", "confirmed"),
        ("A kari unseat-ola", "confirmed"),
        ("A unseat-all", "grading"),
        ("A kari ola unseat-all", "grading"),
        ("one-can A kari unseat-all", "grading"),
        ("unseat-all no-candidates", "not-started"),
        ("A kari ola ola-closed", "waiting"),
        ("A all transfer ola-closed", "transferred"),
        ("A all transfer ola-closed reopen", "grading"),
        ("A all transfer reopen B kari ola-closed", "waiting"),
        ("one-can A ola ola-closed", "grading"),
        ("A kari ola reopen", "grading"),
        ("A kari ola reopen kari", "waiting"),
        ("A kari ola reopen kari ola", "confirmed"),
        ("A all transfer", "transferred"),
        ("all transfer", "transferred"),
        ("A all transfer reopen", "grading"),
        ("A all transfer reopen kari", "waiting"),
        ("A all transfer reopen kari ola", "transferred"),
        ("A all transfer reopen B kari ola", "confirmed"),
        ("A all transfer reopen B all transfer", "transferred"),
        ("A all transfer reopen B A kari ola", "transferred"),
        ("A all transfer reopen B all transfer reopen A kari ola", "confirmed"),
        ("A all fs-refuses transfer", "confirmed"),
        ("A all fs-refuses transfer fs-relents transfer", "transferred"),
        ("A all transfer reopen B all fs-refuses transfer", "confirmed"),
        ("A all transfer reopen B all fs-refuses transfer reopen A kari ola", "confirmed"),
    ],
)
def test_stage_is_derived_from_acts(people: People, happened: str, expected: str) -> None:
    for act in happened.split():
        ACTS[act](people)
    assert stage(people.one) == expected


def test_stages_of_committees_are_independent(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.ola, people.two)
    stages = Committee.objects.with_stage().filter(exam=people.exam).order_by("number")
    assert [committee.stage for committee in stages] == ["grading", "waiting"]


def test_stage_comes_with_counts(people: People) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B")
    confirm(people.kari, people.one)
    one = Committee.objects.with_stage().get(pk=people.one.pk)
    counts = (one.candidate_count, one.graded_count, one.seat_count, one.valid_count, one.percent_graded)
    assert counts == (3, 2, 2, 1, 66)


def test_counts_are_0_without_candidates(people: People) -> None:
    people.one.candidates.all().delete()
    one = Committee.objects.with_stage().get(pk=people.one.pk)
    assert (one.candidate_count, one.graded_count, one.seat_count, one.percent_graded) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("matching", "valid", "at_fs", "stage", "is_locked"),
    [
        (0, 0, None, Stage.NOT_STARTED, False),
        (1, 1, None, Stage.WAITING, False),
        (2, 2, None, Stage.CONFIRMED, True),
        (2, 1, None, Stage.WAITING, False),
        (2, 2, "d", Stage.TRANSFERRED, True),
        (2, 1, "d", Stage.TRANSFERRED, True),
        (2, 2, "other", Stage.CONFIRMED, True),
    ],
)
def test_confirmed_or_transferred_committee_is_locked(
    matching: int, valid: int, at_fs: str | None, stage: Stage, is_locked: bool
) -> None:
    one = Committee(digest="d")
    one.matching_count, one.valid_count, one.digest_at_fs = matching, valid, at_fs
    one.seat_count, one.candidate_count, one.graded_count, one.rule = 2, 3, 0, "all"
    assert (one.stage, one.is_locked) == (stage, is_locked)


def test_unconfirmed_committees_have_candidates_and_are_open(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    confirm(people.kari, people.three)
    assert Committee.objects.filter(exam__planners=people.per).unconfirmed() == [people.two]
    people.two.candidates.all().delete()
    assert Committee.objects.filter(exam__planners=people.per).unconfirmed() == []


def read(**which: Any) -> tuple[int, int]:
    """Return the number of committees read with their stages, and the number of queries."""
    with CaptureQueriesContext(connection) as queries:
        stages = [one.stage for one in Committee.objects.with_stage().filter(**which)]
    return len(stages), len(queries)


def test_stages_take_one_query(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    transfer_grades(people.exam, by=people.per)
    assert read(pk=people.one.pk) == (1, 1)
    assert read(exam__planners=people.per) == (3, 1)


def test_with_confirmed_annotates_seats(people: People) -> None:
    confirm(people.kari, people.one)
    confirm(people.ola, people.two)
    seats = Grader.objects.with_confirmed().filter(committee__exam=people.exam).order_by("pk")
    assert [(str(one), one.committee.number, one.has_confirmed) for one in seats] == [
        ("Kari", 1, True),
        ("Ola", 1, False),
        ("Ola", 2, True),
        ("Ingrid", 2, False),
    ]
