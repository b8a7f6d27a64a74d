"""Shared copies: two or three trainees in one committee, robots in the empty seats, and isolation from everybody else."""

from collections.abc import Callable
from typing import Any

import pytest

from committees.actions.confirmation import withdraw_confirmation
from committees.actions.grading import set_grade
from committees.models import Committee, Grader, Sandbox
from tests.training.conftest import (
    acting_user,
    candidate_of,
    client_of,
    confirm_as,
    grades_of,
    later,
    only_committee,
    poll,
    seat_of,
)
from training.actions import join_session, remove_trainee
from training.engine.conditions import unmet
from training.engine.robots import fire_due_acts
from training.models import GroupSize, Run, Trainee, TrainingSession
from training.sandbox.state import SandboxState

Start = Callable[..., Run]
NOTES = {"10001": "A", "10002": "B", "10004": "F"}


@pytest.fixture
def pair(hall: TrainingSession) -> TrainingSession:
    """nina's session with two trainees per copy."""
    hall.group_size = GroupSize.TWO
    hall.save()
    return hall


@pytest.fixture
def two(start_run: Start, pair: TrainingSession) -> tuple[Run, Run]:
    """Runs of Anna and Bo in one copy."""
    anna, bo = (start_run(join_session(pair, name=name), "first-exam") for name in ("Anna", "Bo"))
    return anna, bo


def seated(run: Run) -> list[str]:
    seats = Grader.objects.filter(committee=only_committee(run)).order_by("pk")
    return [str(seat.person) for seat in seats]


def grade_all(run: Run) -> None:
    for number, grade in NOTES.items():
        set_grade(seat_of(run), candidate_of(run, number), grade, expected_grade="")


def test_second_trainee_takes_the_seat_of_a_robot(start_run: Start, pair: TrainingSession) -> None:
    anna = start_run(join_session(pair, name="Anna"), "first-exam")
    assert seated(anna) == ["Anna", "Ola Hansen (robot)"]
    bo = start_run(join_session(pair, name="Bo"), "first-exam")
    assert (anna.sandbox_id, seated(anna)) == (bo.sandbox_id, ["Anna", "Bo"])


def test_third_trainee_gets_another_copy(
    two: tuple[Run, Run], start_run: Start, pair: TrainingSession
) -> None:
    cato = start_run(join_session(pair, name="Cato"), "first-exam")
    assert (cato.sandbox_id == two[0].sandbox_id, seated(cato)) == (False, ["Cato", "Ola Hansen (robot)"])


def test_three_in_a_committee_of_two_seats(start_run: Start, pair: TrainingSession) -> None:
    pair.group_size = GroupSize.THREE
    pair.save()
    runs = [start_run(join_session(pair, name=name), "first-exam") for name in ("Anna", "Bo", "Cato")]
    assert (len({run.sandbox_id for run in runs}), seated(runs[0])) == (1, ["Anna", "Bo", "Cato"])


def test_one_per_copy_shares_nothing(start_run: Start, hall: TrainingSession) -> None:
    anna, bo = (start_run(join_session(hall, name=name), "first-exam") for name in ("Anna", "Bo"))
    assert (anna.sandbox_id == bo.sandbox_id, anna.is_shared) == (False, False)


def test_robot_of_the_story_keeps_its_seat(start_run: Start, pair: TrainingSession) -> None:
    acts = [{"who": "ola", "do": "grade", "when": "confirmed", "grades": {"10001": "B"}}]
    runs = [start_run(join_session(pair, name=name), "first-exam", acts=acts) for name in ("Anna", "Bo")]
    assert seated(runs[0]) == ["Anna", "Ola Hansen (robot)", "Bo"]


def test_robot_that_has_confirmed_keeps_its_seat(start_run: Start, pair: TrainingSession) -> None:
    anna = start_run(join_session(pair, name="Anna"), "first-exam")
    confirm_as(anna, "ola")
    start_run(join_session(pair, name="Bo"), "first-exam")
    assert seated(anna) == ["Anna", "Ola Hansen (robot)", "Bo"]


# Working together


def test_both_must_confirm_and_one_can_withdraw(two: tuple[Run, Run]) -> None:
    anna, bo = two
    grade_all(anna)
    confirm_as(anna)
    assert [bool(unmet_task(run, "confirm")) for run in two] == [False, True]
    withdraw_confirmation(seat_of(anna))
    confirm_as(bo)
    assert [bool(unmet_task(run, "confirm")) for run in two] == [True, False]


def unmet_task(run: Run, key: str) -> list[Any]:
    task = run.scenario.task(key)
    assert task is not None
    return list(unmet(SandboxState(run), task.done))


def test_change_of_one_ends_the_confirmation_of_the_other(two: tuple[Run, Run]) -> None:
    anna, bo = two
    grade_all(anna)
    confirm_as(anna)
    set_grade(seat_of(bo), candidate_of(bo, "10001"), "C", expected_grade="A")
    assert (Grader.objects.valid().count(), grades_of(anna)["10001"]) == (0, "C")


def test_robot_waits_until_both_are_done(start_run: Start, pair: TrainingSession) -> None:
    acts = [
        {"who": "ola", "do": "grade", "when": "start", "after": 9999, "grades": {"10001": "A"}},
        {"who": "ola", "do": "confirm", "when": "task:look"},
    ]
    anna, bo = (start_run(join_session(pair, name=name), "first-exam", acts=acts) for name in ("Anna", "Bo"))
    fired = []
    for run in (anna, bo):
        Run.objects.filter(pk=run.pk).update(tasks={"look": later(0).isoformat()})
        fired.append(fire_due_acts(Run.objects.get(pk=run.pk), later(1)))
    assert fired == [False, True]
    assert not fire_due_acts(Run.objects.get(pk=anna.pk), later(2))


def test_panel_names_the_others(two: tuple[Run, Run]) -> None:
    page = poll(client_of(two[0].trainee), two[0]).content.decode()
    assert "You share this copy with Bo." in page


# Leaving


def test_starting_over_leaves_the_copy_to_the_others(two: tuple[Run, Run], start_run: Start) -> None:
    anna, bo = two
    Run.objects.update(started_at=later(-60))
    again = start_run(bo.trainee, "first-exam")
    assert again.sandbox_id == anna.sandbox_id  # it is the copy with a free place
    assert seated(anna)[0] == "Anna"


def test_removed_trainee_leaves_a_robot(two: tuple[Run, Run]) -> None:
    anna, bo = two
    remove_trainee(bo.trainee)
    assert (seated(anna), Sandbox.objects.count()) == (["Anna", "Ola Hansen (robot)"], 1)
    remove_trainee(anna.trainee)
    assert Sandbox.objects.count() == 0


# Isolation


def test_members_cannot_act_for_each_other(two: tuple[Run, Run]) -> None:
    anna, bo = two
    assert acting_user(anna) != acting_user(bo)
    as_bo = client_of(anna.trainee).get(f"/practice/{bo.pk}/you/grade/")
    assert (as_bo.status_code, as_bo.headers["Location"]) == (302, "/join/")


def test_others_of_the_session_cannot_enter(
    two: tuple[Run, Run], start_run: Start, pair: TrainingSession
) -> None:
    cato: Trainee = join_session(pair, name="Cato")
    run = start_run(cato, "first-exam")
    theirs = Committee.objects.get(exam__sandbox=two[0].sandbox_id)
    address = f"/practice/{run.pk}/you/committees/{theirs.pk}/"
    assert client_of(cato).get(address).status_code == 404
    assert client_of(cato).get(f"/practice/{two[0].pk}/you/committees/{theirs.pk}/").status_code == 302
