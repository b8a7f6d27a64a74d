"""Live help: raised hands, messages to one, hints, and what a trainer makes happen in a copy."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.grading import set_grade
from committees.errors import Refused
from committees.models import Confirmation, Exam
from fs.models import Registration
from tests.training.conftest import (
    acting_user,
    candidate_of,
    client_of,
    grades_of,
    poll,
    seat_of,
)
from tests.views.html import page_of
from training.actions import join_session
from training.board import board_of
from training.errors import TrainingRefusal
from training.live_help import (
    hand_over_hint,
    lower_hand,
    make_robot_act,
    move_time,
    raise_hand,
    refuse_at_fs,
    send_message_to,
    send_old_list,
)
from training.messages import newest_message
from training.models import Run, Trainee, TrainingSession

LATE = {"who": "ola", "do": "confirm", "when": "task:confirm", "after": 600}


@pytest.fixture
def nina(accounts: Any) -> Client:
    client = Client()
    client.force_login(accounts.nina)
    return client


def address(route: str, run: Run, *more: object) -> str:
    return reverse(route, args=[run.trainee.session_id, run.trainee_id, run.pk, *more])


def refusal_of(act: Callable[..., object], *args: object) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args)
    return str(refusal.value.code)


# Raised hands


def test_raised_hand_is_first_on_the_board(lise: Trainee, hall: TrainingSession) -> None:
    join_session(hall, name="Anna")
    assert [row.name for row in board_of(hall).rows] == ["Anna", "Lise"]
    raise_hand(lise)
    assert [(row.name, row.hand is not None) for row in board_of(hall).rows] == [
        ("Lise", True),
        ("Anna", False),
    ]
    lower_hand(lise)
    assert board_of(hall).hands == 0


def test_hand_is_raised_in_the_panel(start_run: Callable[..., Run], lise: Trainee) -> None:
    run, client = start_run(lise, "first-exam"), client_of(lise)
    for route, is_raised in (("raise", True), ("raise", True), ("lower", False)):
        answer = client.post(f"/practice/{run.pk}/you/panel/{route}-hand/", headers={"HX-Request": "true"})
        lise.refresh_from_db()
        assert (answer.status_code, lise.hand_raised_at is not None) == (200, is_raised)


def test_hand_is_raised_on_the_list(lise: Trainee) -> None:
    client_of(lise).post(reverse("raise-own-hand", args=[lise.pk]))
    lise.refresh_from_db()
    assert lise.hand_raised_at is not None


def test_trainer_lowers_a_hand(lise: Trainee, nina: Client) -> None:
    raise_hand(lise)
    nina.post(reverse("lower-hand", args=[lise.session_id, lise.pk]))
    lise.refresh_from_db()
    assert lise.hand_raised_at is None


# Messages and hints


def test_message_to_one_is_for_one(lise: Trainee, hall: TrainingSession, nina: Client) -> None:
    other = join_session(hall, name="Anna")
    nina.post(reverse("message-trainee", args=[hall.pk, lise.pk]), {"text": "Look at the list"})
    assert [str(newest_message(one)) for one in (lise, other)] == ["Look at the list", "None"]


def test_message_after_the_end_is_refused(lise: Trainee) -> None:
    TrainingSession.objects.update(ended_at=timezone.now())
    assert refusal_of(send_message_to, Trainee.objects.get(), "Hello") == TrainingRefusal.SESSION_OVER


def test_hint_is_in_the_panel_at_once(start_run: Callable[..., Run], lise: Trainee) -> None:
    run = start_run(lise, "first-exam")
    assert "practice-hint" not in poll(client_of(lise), run).content.decode()
    hand_over_hint(run, "look")
    assert "practice-hint" in poll(client_of(lise), run).content.decode()


def test_hint_of_another_task_is_refused(start_run: Callable[..., Run], lise: Trainee) -> None:
    assert refusal_of(hand_over_hint, start_run(lise, "first-exam"), "grade") == TrainingRefusal.NO_SUCH_TASK


# Events in a copy


def test_robot_acts_at_once_and_not_again(start_run: Callable[..., Run], lise: Trainee) -> None:
    run = start_run(lise, "first-exam", acts=[LATE])
    make_robot_act(run, 0)
    run.refresh_from_db()
    assert (Confirmation.objects.get().grader.person, run.fired) == (acting_user(run, "ola"), {"0": 1})
    assert "made:act:0" in run.events


def test_act_that_is_not_in_the_scenario_is_refused(start_run: Callable[..., Run], lise: Trainee) -> None:
    assert refusal_of(make_robot_act, start_run(lise, "first-exam"), 0) == TrainingRefusal.ROBOT_ABSENT


def test_fs_refuses_a_candidate(start_run: Callable[..., Run], lise: Trainee) -> None:
    run = start_run(lise, "first-exam")
    refuse_at_fs(run, "10002")
    refused = Registration.objects.filter(exam__sandbox=run.sandbox_id, is_withdrawn=True)
    assert [one.kandidatlopenr for one in refused] == ["10002"]
    assert refusal_of(refuse_at_fs, run, "99999") == TrainingRefusal.NO_SUCH_CANDIDATE


def test_old_list_overwrites_two_grades(start_run: Callable[..., Run], lise: Trainee) -> None:
    run = start_run(lise, "first-exam")
    assert refusal_of(send_old_list, run) == TrainingRefusal.ROBOT_ABSENT
    for number, grade in (("10001", "A"), ("10002", "F"), ("10004", "C")):
        set_grade(seat_of(run), candidate_of(run, number), grade, expected_grade="")
    send_old_list(run)
    assert grades_of(run) == {"10001": "B", "10002": "A", "10003": "", "10004": "C"}


def test_time_passes_for_deadlines_and_robots(start_run: Callable[..., Run], lise: Trainee) -> None:
    run = start_run(lise, "first-exam", acts=[LATE | {"when": "start"}])
    before = Exam.objects.get().deadline
    move_time(run, 7)
    assert ((before - Exam.objects.get().deadline).days, Confirmation.objects.count()) == (7, 1)


def test_trainer_makes_it_happen_from_the_page(
    start_run: Callable[..., Run], lise: Trainee, nina: Client
) -> None:
    run = start_run(lise, "first-exam", acts=[LATE])
    page = page_of(nina.get(reverse("training-trainee", args=[lise.session_id, lise.pk])))
    forms = [form["action"] for form in page.one("section", data_run="first-exam").all("form")]
    assert forms == [
        address("give-hint", run, "look"),
        address("make-robot-act", run, 0),
        address("send-old-list", run),
        address("refuse-at-fs", run),
        address("move-time", run),
    ]
    assert [nina.post(form).status_code for form in forms] == [302, 302, 409, 409, 302]


def test_help_is_for_the_trainer_of_the_session(
    start_run: Callable[..., Run], lise: Trainee, accounts: Any
) -> None:
    run, other = start_run(lise, "first-exam"), Client()
    accounts.kari.is_trainer = True
    accounts.kari.save()
    other.force_login(accounts.kari)
    assert other.post(address("move-time", run), {"days": "7"}).status_code == 404
    assert client_of(lise).post(address("move-time", run)).status_code == 302


# Looking over the shoulder


def test_trainer_starts_on_the_page_that_is_open(
    start_run: Callable[..., Run], lise: Trainee, nina: Client
) -> None:
    run = start_run(lise, "first-exam")
    start = f"/practice/{run.pk}/you/"
    for page in (f"{start}grade/", "/practice/777/you/grade/", "/training/"):
        client_of(lise).post(f"{start}panel/", headers={"HX-Current-URL": f"http://testserver{page}"})
    assert nina.get(start).headers["Location"] == f"{start}grade/"


@pytest.mark.parametrize("sent", ["http://[", "http://testserver/practice/{pk}/you/grade/\x00", "x" * 500])
def test_invalid_address_of_the_open_page_is_ignored(
    start_run: Callable[..., Run], lise: Trainee, sent: str
) -> None:
    run = start_run(lise, "first-exam")
    headers = {"HX-Current-URL": sent.replace("{pk}", str(run.pk))}
    response = client_of(lise).post(f"/practice/{run.pk}/you/panel/", headers=headers)
    run.refresh_from_db()
    assert (response.status_code, run.page) == (200, "")
