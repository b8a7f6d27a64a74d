"""Practice lists: their mark, and what an upload to the wrong place says."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from committees.actions.grade_lists import write_list
from committees.actions.uploads import upload_grades
from committees.errors import Refusal, Refused
from committees.models import Grader
from tests.factories import CommitteeFactory
from tests.training.conftest import client_of, only_committee, seat_of
from training.actions import self_study, start_over
from training.models import Run, Trainee


def list_of(seat: Grader) -> bytes:
    return write_list(seat, timezone.localtime())


def refusal_of(seat: Grader, content: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        upload_grades(seat, file_name="list.xlsx", content=content)
    return str(refusal.value.code)


@pytest.fixture
def real_seat(accounts: Any) -> Grader:
    """kari's seat on a committee of a real exam with candidates."""
    return Grader.objects.get(
        committee=CommitteeFactory.create(graders=[accounts.kari]), person=accounts.kari
    )


def test_file_name_and_sheets_say_practice(start_run: Callable[..., Run]) -> None:
    run = start_run()
    answer = client_of(run.trainee).get(
        f"/practice/{run.pk}/you/committees/{only_committee(run).pk}/download/"
    )
    name = answer.headers["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content))
    assert name.startswith('attachment; filename="practice-tdt4100-committee-1-')
    assert [book.worksheets[0].title, book.worksheets[1]["A1"].value] == ["Practice grades", "Practice"]


def test_real_list_does_not_say_practice(real_seat: Grader) -> None:
    book = load_workbook(BytesIO(list_of(real_seat)))
    assert [book.worksheets[0].title, book.worksheets[1]["A1"].value] == ["Grades", "What to do"]


def test_own_practice_list_for_a_real_exam(start_run: Callable[..., Run], real_seat: Grader) -> None:
    assert refusal_of(real_seat, list_of(seat_of(start_run()))) == Refusal.PRACTICE_LIST_OF_YOURS


def test_practice_list_of_a_colleague_for_a_real_exam(
    start_run: Callable[..., Run], real_seat: Grader, accounts: Any
) -> None:
    run = start_run(self_study(accounts.ola))
    assert refusal_of(real_seat, list_of(seat_of(run))) == Refusal.PRACTICE_LIST_OF_COLLEAGUE


def test_practice_list_without_an_account_for_a_real_exam(
    start_run: Callable[..., Run], real_seat: Grader, lise: Trainee
) -> None:
    assert refusal_of(real_seat, list_of(seat_of(start_run(lise, "first-exam")))) == Refusal.PRACTICE_LIST


def test_real_list_in_practice(start_run: Callable[..., Run], real_seat: Grader) -> None:
    assert refusal_of(seat_of(start_run()), list_of(real_seat)) == Refusal.REAL_LIST_IN_PRACTICE


def test_list_of_a_colleague_in_practice(start_run: Callable[..., Run], accounts: Any) -> None:
    theirs = list_of(seat_of(start_run(self_study(accounts.ola))))
    assert refusal_of(seat_of(start_run()), theirs) == Refusal.PRACTICE_LIST_OF_COLLEAGUE


def test_list_from_before_starting_over(start_run: Callable[..., Run]) -> None:
    run = start_run()
    before = list_of(seat_of(run))
    Run.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    assert refusal_of(seat_of(start_over(run.trainee, "story")), before) == Refusal.LIST_BEFORE_START_OVER
