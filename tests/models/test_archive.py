from datetime import timedelta

import pytest
from django.utils import timezone

from committees.enums import ExamRemoval, Stage
from committees.models import Candidate, Committee, Exam, Transfer
from tests.conftest import People, stage
from tests.models.test_stage import ACTS


@pytest.mark.parametrize(
    "happened",
    [
        "",
        "A kari",
        "A kari ola",
        "A all transfer",
        "A all transfer ola-closed",
        "A all transfer reopen",
        "A all transfer reopen kari",
        "A all transfer reopen kari ola",
        "A all transfer reopen B kari ola",
        "A all transfer reopen B all transfer",
        "A fs-refuses all transfer",
        "A fs-refuses all transfer fs-relents transfer",
        "A all one-can transfer reopen ola",
        "A all one-can transfer",
    ],
)
def test_unfinished_committees_are_those_that_are_not_transferred(people: People, happened: str) -> None:
    for act in happened.split():
        ACTS[act](people)
    is_unfinished = Committee.objects.unfinished().filter(pk=people.one.pk).exists()
    assert is_unfinished == (stage(people.one) != Stage.TRANSFERRED)


def test_committees_without_candidates_are_not_unfinished(people: People) -> None:
    assert people.one in Committee.objects.unfinished()
    ACTS["no-candidates"](people)
    assert people.one not in Committee.objects.unfinished()


def transferred(people: People, days: int) -> None:
    """Transfer every grade of the exam, with FS's answer dated `days` ago."""
    for act in ["A", "all", "transfer"]:
        ACTS[act](people)
    Transfer.objects.update(answered_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize(("days", "is_archived"), [(29, False), (31, True)])
def test_finished_exams_are_archived_after_a_setting_days(
    people: People, days: int, is_archived: bool
) -> None:
    transferred(people, days)
    assert (people.exam in Exam.objects.archived()) == is_archived
    assert (people.exam in Exam.objects.daily()) != is_archived


@pytest.mark.parametrize("act", ["reopen", "reopen B", "unplace"])
def test_exams_with_work_left_are_daily_again(people: People, act: str) -> None:
    transferred(people, 400)
    assert people.exam not in Exam.objects.daily()
    if act == "unplace":
        Candidate.objects.filter(number="10013").update(committee=None)
    else:
        for one in act.split():
            ACTS[one](people)
    assert people.exam in Exam.objects.daily()


@pytest.mark.parametrize(("removal", "archived"), [("", False), ("cancelled", True), ("deleted", False)])
def test_removed_exams_are_not_daily(people: People, removal: str, archived: bool) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(removal=removal)
    assert (people.exam in Exam.objects.daily()) == (not removal)
    assert (people.exam in Exam.objects.archived()) == archived
    assert (people.exam in Exam.objects.all()) == (removal != ExamRemoval.DELETED)


@pytest.mark.parametrize("removal", ExamRemoval.values)
def test_fs_key_of_a_removed_exam_is_free(people: People, removal: str) -> None:
    key = people.exam.key
    assert list(Exam.objects.by_key(key, None)) == [people.exam]
    Exam.objects.filter(pk=people.exam.pk).update(removal=removal)
    assert list(Exam.objects.by_key(key, None)) == []
    assert Exam.objects.like_keys([key], None) == {}
    people.exam.pk, people.exam._state.adding = None, True
    people.exam.save()
