"""The world of a run: what the scenario tells, made in as many queries for many candidates as for few."""

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.audit.verification import violations
from committees.models import Committee, Exam, Grader, Sandbox, User
from fs.models import Registration
from tests.training.conftest import STORY, acting_user, candidate_of, only_committee, seat_of
from training.actions import begin, bring_to_today, self_study, start_over
from training.models import Run, Trainee


def larger(candidates: str, seats: list[str]) -> dict[str, Any]:
    story = copy.deepcopy(STORY)
    first = story["exams"][0]["committees"][0]
    story["exams"][0]["committees"] = [
        first | {"candidates": candidates, "seats": ["you", "ola"]},
        first | {"number": 2, "candidates": "20001", "seats": seats, "absent": [], "named": {}, "notes": {}},
    ]
    return story


def test_a_sandbox_is_what_the_scenario_tells(start_run: Callable[..., Run]) -> None:
    run = start_run()
    exam = Exam.objects.get(sandbox=run.sandbox_id)
    assert (exam.emnekode, exam.is_practice, exam.name, exam.days_left) == ("TDT4100", True, "Text", 16)
    assert [str(seat) for seat in Grader.objects.filter(committee__exam=exam)] == [
        "Kari Nordmann",
        "Ola Hansen (robot)",
    ]
    assert (candidate_of(run, "10003").attendance, candidate_of(run, "10001").feide_name) == (
        "absent",
        "sofie@ntnu.no",
    )
    assert only_committee(run).stage == "not-started"


def test_fs_of_the_sandbox_knows_its_candidates_and_no_others(start_run: Callable[..., Run]) -> None:
    run = start_run()
    assert set(Registration.objects.values_list("exam__sandbox", flat=True)) == {run.sandbox_id}
    assert Registration.objects.count() == 4


def test_real_people_of_the_same_names_get_no_seat(start_run: Callable[..., Run]) -> None:
    start_run()
    assert Grader.objects.filter(person__sandbox=None).count() == 0
    assert Exam.objects.filter(planners__sandbox=None).count() == 0


def test_a_copy_costs_the_same_for_many_candidates_and_people(accounts: Any) -> None:
    def cost(key: str, blueprint: dict[str, Any]) -> int:
        trainee = self_study(accounts.kari)
        with CaptureQueriesContext(connection) as queries:
            begin(trainee, key, blueprint)
        return len(queries)

    small, large = larger("10001-10004", ["ola"]), larger("10001-10100", ["ola", "you", "eva", "liv"])
    large["people"] += [
        {"key": key, "name": key.title(), "feide": f"{key}@ntnu.no"} for key in ("eva", "liv", "mia")
    ]
    assert cost("large", large) == cost("small", small)


def test_the_log_of_a_fresh_copy_proves_itself(start_run: Callable[..., Run]) -> None:
    start_run(acts=[{"who": "ola", "do": "grade", "when": "start", "grades": {"10001": "C", "10002": "D"}}])
    assert list(violations()) == []


def test_starting_over_takes_the_old_copy_away(start_run: Callable[..., Run]) -> None:
    run = start_run()
    Run.objects.update(started_at=run.started_at - timedelta(minutes=1), tasks={"look": "now"})
    again = start_run()
    assert (again.pk, again.sandbox_id != run.sandbox_id, again.tasks, again.attempts) == (
        run.pk,
        True,
        {},
        2,
    )
    assert (Sandbox.objects.count(), Exam.objects.count(), User.objects.exclude(sandbox=None).count()) == (
        1,
        1,
        4,
    )


def test_who_clicks_twice_gets_one_copy(start_run: Callable[..., Run]) -> None:
    assert start_run().sandbox_id == start_run().sandbox_id


def test_a_run_goes_on_with_its_own_story_though_the_file_is_gone(start_run: Callable[..., Run]) -> None:
    run = start_run(key="of-a-trainer")
    Run.objects.update(started_at=run.started_at - timedelta(minutes=1))
    trainee = Trainee.objects.get()
    assert start_over(trainee, "of-a-trainer").scenario.title == {
        "en": "A story",
        "nb": "En historie",
        "nn": "Ei historie",
    }


def test_dates_stay_what_they_were_from_today(start_run: Callable[..., Run]) -> None:
    run = start_run()
    Run.objects.update(day=run.day - timedelta(days=9))
    exam = Exam.objects.get()
    Exam.objects.update(date=exam.date - timedelta(days=9), deadline=exam.deadline - timedelta(days=9))
    bring_to_today(Run.objects.get())
    assert (Exam.objects.get().days_left, Run.objects.get().day) == (16, timezone.localdate())


@pytest.mark.parametrize("name", ["Ola", "=1+1", "李", "ola@uio.no;x\n"])
def test_any_name_makes_a_stand_in(accounts: Any, name: str, start_run: Callable[..., Run]) -> None:
    accounts.kari.name = name
    accounts.kari.save()
    run = start_run(self_study(accounts.kari))
    assert (acting_user(run).name, seat_of(run).person_id) == (name, run.people["you"])


def test_a_committee_may_be_called_what_fs_would_take_for_fields(start_run: Callable[..., Run]) -> None:
    story = larger("10001-10004", ["ola"])
    story["exams"][0]["committees"][1]["name"] = "Oral; B \\ C"
    run = start_run(exams=story["exams"])
    names = (
        Committee.objects.filter(exam__sandbox=run.sandbox_id)
        .order_by("number")
        .values_list("name", flat=True)
    )
    assert list(names) == ["Oral A", "Oral; B \\ C"]


def test_a_stand_in_has_no_seat_outside(start_run: Callable[..., Run]) -> None:
    run = start_run()
    assert (
        Committee.objects.filter(graders__person=acting_user(run))
        .exclude(exam__sandbox=run.sandbox_id)
        .count()
        == 0
    )
