from collections.abc import Callable
from types import SimpleNamespace
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
from tests.conftest import candidate, confirm, confirm_all, grade, seat, stage

# What may happen to committee 1 of TDT4100, by a word for it.
ACTS: dict[str, Callable[[SimpleNamespace], object]] = {
    "A": lambda cast: grade(cast.kari, cast.one, c10001="A"),
    "B": lambda cast: grade(cast.ola, cast.one, c10001="B"),
    "reset": lambda cast: reset_grade(seat(cast.kari, cast.one), candidate("10001")),
    "kari": lambda cast: confirm(cast.kari, cast.one),
    "ola": lambda cast: confirm(cast.ola, cast.one),
    "kari-withdraws": lambda cast: withdraw_confirmation(seat(cast.kari, cast.one)),
    "all": lambda cast: confirm_all(cast.exam),
    "one-can": lambda cast: Exam.objects.filter(pk=cast.exam.pk).update(rule=ConfirmationRule.ONE),
    "reopen": lambda cast: reopen_committee(cast.one, reason="Why", code=ChangeCode.ERROR, by=cast.per),
    "transfer": lambda cast: transfer_grades(cast.exam, by=cast.per),
    "fs-refuses": lambda cast: Registration.objects.filter(kandidatlopenr="10001").update(is_withdrawn=True),
    "fs-relents": lambda cast: Registration.objects.filter(kandidatlopenr="10001").update(is_withdrawn=False),
    "ola-closed": lambda cast: User.objects.filter(pk=cast.ola.pk).update(is_active=False),
    "unseat-ola": lambda cast: Grader.objects.filter(committee=cast.one, person=cast.ola).delete(),
    "unseat-all": lambda cast: Grader.objects.filter(committee=cast.one).delete(),
    "no-candidates": lambda cast: Candidate.objects.filter(committee=cast.one).delete(),
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
def test_the_stage_follows_from_what_happened(cast: SimpleNamespace, happened: str, expected: str) -> None:
    for act in happened.split():
        ACTS[act](cast)
    assert stage(cast.one) == expected


def test_the_other_committee_of_the_exam_has_its_own_stage(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm(cast.ola, cast.two)
    stages = Committee.objects.with_stage().filter(exam=cast.exam).order_by("number")
    assert [committee.stage for committee in stages] == ["grading", "waiting"]


def test_a_stage_comes_with_its_counts(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    confirm(cast.kari, cast.one)
    one = Committee.objects.with_stage().get(pk=cast.one.pk)
    counts = (one.candidate_count, one.graded_count, one.seat_count, one.standing_count, one.percent_graded)
    assert counts == (3, 2, 2, 1, 66)


def test_a_committee_without_candidates_counts_nothing(cast: SimpleNamespace) -> None:
    cast.one.candidates.all().delete()
    one = Committee.objects.with_stage().get(pk=cast.one.pk)
    assert (one.candidate_count, one.graded_count, one.seat_count, one.percent_graded) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("given", "standing", "at_fs", "stage", "is_locked"),
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
def test_a_confirmed_or_transferred_committee_is_locked(
    given: int, standing: int, at_fs: str | None, stage: Stage, is_locked: bool
) -> None:
    one = Committee(digest="d")
    one.given_count, one.standing_count, one.digest_at_fs = given, standing, at_fs
    one.seat_count, one.graded_count, one.rule = 2, 0, "all"
    assert (one.stage, one.is_locked) == (stage, is_locked)


def test_unconfirmed_are_the_committees_with_candidates_that_are_not_locked(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ola, cast.one)
    confirm(cast.kari, cast.three)
    assert Committee.objects.filter(exam__planners=cast.per).unconfirmed() == [cast.two]
    cast.two.candidates.all().delete()
    assert Committee.objects.filter(exam__planners=cast.per).unconfirmed() == []


def read(**which: Any) -> tuple[int, int]:
    """How many committees were read with their stages, in how many queries."""
    with CaptureQueriesContext(connection) as queries:
        stages = [one.stage for one in Committee.objects.with_stage().filter(**which)]
    return len(stages), len(queries)


def test_stages_take_one_query_for_one_and_for_three_committees(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)
    transfer_grades(cast.exam, by=cast.per)
    assert read(pk=cast.one.pk) == (1, 1)
    assert read(exam__planners=cast.per) == (3, 1)


def test_a_seat_knows_whether_its_confirmation_stands(cast: SimpleNamespace) -> None:
    confirm(cast.kari, cast.one)
    confirm(cast.ola, cast.two)
    seats = Grader.objects.with_standing().filter(committee__exam=cast.exam).order_by("pk")
    assert [(str(one), one.committee.number, one.has_confirmed) for one in seats] == [
        ("Kari", 1, True),
        ("Ola", 1, False),
        ("Ola", 2, True),
        ("Ingrid", 2, False),
    ]
