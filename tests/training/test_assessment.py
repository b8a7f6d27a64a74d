"""Assessed sessions: own candidates, no tasks and no help, a time limit, and points for each condition of the end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.grading import set_grade
from committees.errors import Refused
from committees.models import Candidate
from committees.responses.refusals import REFUSAL_HEADER
from tests.training.conftest import (
    TEXTS,
    client_of,
    confirm_as,
    poll,
    seat_of,
)
from training.actions import change_session, end_session, join_session, start_over, start_scenario
from training.assessment import judge, label_of
from training.board import Mark, board_of
from training.certificates import find_document
from training.debrief import points_of
from training.engine.progress import advance
from training.errors import TrainingRefusal
from training.forms import SessionForm
from training.live_help import give_extra_time, hand_over_hint, move_time
from training.models import CertificateMode, Run, Trainee, TrainingSession
from training.sandbox.practice import Practice
from training.scenarios.fields import CONDITIONS
from training.scenarios.schema import TRAINEE


@pytest.fixture
def assessed(hall: TrainingSession) -> TrainingSession:
    hall.is_assessed, hall.time_limit = True, 30
    return change_session(hall)


@pytest.fixture
def run(assessed: TrainingSession, start_run: Callable[..., Run]) -> Run:
    """Lise's assessed run of the story, in which 3 points are for the grades."""
    end = [{"notes": 1, "points": 3}, {"confirmed": 1}]
    return start_run(join_session(assessed, name="Lise"), "first-exam", assignment=TEXTS, end=end)


def again(run: Run) -> Run:
    return Run.objects.select_related("trainee__session").get(pk=run.pk)


def grade_by_notes(run: Run) -> None:
    notes = run.scenario.exams[0].committees[0].notes or {}
    for candidate in Candidate.objects.filter(exam__sandbox=run.sandbox_id).select_related("exam"):
        if candidate.number in notes:
            set_grade(seat_of(run), candidate, notes[candidate.number], expected_grade="")


def act(run: Run) -> Any:
    """Set a grade through the page; return the response."""
    candidate = Candidate.objects.filter(exam__sandbox=run.sandbox_id).first()
    assert candidate
    return client_of(run.trainee).post(
        f"/practice/{run.pk}/you/candidates/{candidate.pk}/grade/", {"grade": "A", "expected_grade": ""}
    )


def time_is_up(run: Run) -> Run:
    Run.objects.filter(pk=run.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    return again(run)


def code_of(act: Callable[[], object]) -> object:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def test_trainees_have_candidates_of_their_own(run: Run, start_run: Callable[..., Run]) -> None:
    session = run.trainee.session
    assert session
    other = start_run(join_session(session, name="Per"), "first-exam", assignment=TEXTS)
    numbers = [
        set(Candidate.objects.filter(exam__sandbox=one.sandbox_id).values_list("number", flat=True))
        for one in (run, other)
    ]
    assert (len(numbers[0]), numbers[0] == numbers[1], "10001" in numbers[0]) == (4, False, False)


def test_scenario_is_done_once(run: Run) -> None:
    assert code_of(lambda: start_over(run.trainee, "first-exam")) == TrainingRefusal.ASSESSED_ONCE
    assert start_scenario(run.trainee, "first-exam").pk == run.pk


def test_panel_has_the_assignment_and_no_task(run: Run) -> None:
    page = poll(client_of(run.trainee), run).content.decode()
    shown = [word in page for word in ("Text", "practice-steps", "practice/check", "start-over", "hand-in")]
    assert shown == [True, False, False, False, True]


def timed(run: Run, minutes: int) -> timedelta:
    """Give the trainee extra minutes; return the length of their open scenario."""
    trainee = Trainee.objects.select_related("session").get(pk=run.trainee_id)
    give_extra_time(trainee, minutes)
    fresh = again(run)
    assert fresh.ends_at
    return fresh.ends_at - fresh.started_at


def test_extra_time_counts_in_an_open_scenario(run: Run) -> None:
    assert [timed(run, minutes) for minutes in (15, 10, 20)] == [
        timedelta(minutes=minutes) for minutes in (45, 45, 50)
    ]


def test_extra_time_counts_from_the_next_scenario_on(run: Run, start_run: Callable[..., Run]) -> None:
    timed(run, 15)
    trainee = Trainee.objects.select_related("session").get(pk=run.trainee_id)
    other = start_run(trainee, "by-click", assignment=TEXTS)
    assert other.ends_at
    assert round((other.ends_at - other.started_at).total_seconds() / 60) == 45


def test_extra_time_does_not_open_a_judged_scenario(run: Run) -> None:
    judge(run)
    ended = again(run).done_at
    give_extra_time(run.trainee, 15)
    assert (again(run).done_at, again(run).ends_at) == (ended, run.ends_at)


def test_extra_time_needs_a_time_limit(lise: Trainee) -> None:
    assert code_of(lambda: give_extra_time(lise, 15)) == TrainingRefusal.NO_TIME_LIMIT


def test_check_and_hints_are_refused(run: Run) -> None:
    answer = client_of(run.trainee).post(f"/practice/{run.pk}/you/panel/check/", {"task": "look"})
    assert answer[REFUSAL_HEADER] == TrainingRefusal.NO_HELP
    assert code_of(lambda: hand_over_hint(run, "look")) == TrainingRefusal.NO_HELP


def test_panel_does_not_show_progress(run: Run) -> None:
    before = Practice(again(run), TRAINEE, is_watching=False, outside="/").state
    grade_by_notes(run)
    answer = client_of(run.trainee).post(f"/practice/{run.pk}/you/panel/?state={before}")
    assert (list(again(run).tasks), answer.status_code) == (["grade"], 204)


def test_all_conditions_met_give_all_points(run: Run) -> None:
    grade_by_notes(run)
    Candidate.objects.filter(exam__sandbox=run.sandbox_id, grade="").update(attendance="absent")
    confirm_as(run)
    client_of(run.trainee).post(f"/practice/{run.pk}/you/panel/hand-in/")
    assert (again(run).points, again(run).is_handed_in) == ([3, 1], True)


def test_points_are_per_condition(run: Run) -> None:
    confirm_as(run)
    judge(run)
    found = [(one.earned, one.points, bool(one.missing)) for one in points_of(again(run))]
    assert found == [(0, 3, True), (1, 1, False)]


def test_asking_to_hand_in_judges_nothing(run: Run) -> None:
    answer = client_of(run.trainee).get(f"/practice/{run.pk}/you/panel/hand-in/")
    assert (answer.status_code, again(run).done_at) == (200, None)


def test_practice_cannot_be_handed_in(start_run: Callable[..., Run]) -> None:
    practice = start_run()
    answer = client_of(practice.trainee).post(f"/practice/{practice.pk}/you/panel/hand-in/")
    assert answer.status_code == 404


def test_robots_act_before_it_is_judged(assessed: TrainingSession, start_run: Callable[..., Run]) -> None:
    robot = {"who": "ola", "do": "confirm", "when": "confirmed", "after": 600}
    end = [{"stage": 1, "is": "confirmed"}]
    run = start_run(join_session(assessed, name="Lise"), acts=[robot], end=end, assignment=TEXTS)
    confirm_as(run)
    judge(run)
    assert again(run).points == [1]


def test_tasks_are_recorded_in_any_order(run: Run) -> None:
    confirm_as(run)
    advance(run)
    assert list(again(run).tasks) == ["confirm"]


def test_act_after_the_time_is_refused_and_the_run_judged(run: Run) -> None:
    time_is_up(run)
    assert [act(run).get(REFUSAL_HEADER) for _time in range(2)] == [
        TrainingRefusal.TIME_UP,
        TrainingRefusal.HANDED_IN,
    ]
    assert again(run).done_at == again(run).ends_at
    assert not Candidate.objects.filter(exam__sandbox=run.sandbox_id).exclude(grade="").exists()


def test_act_before_the_time_is_accepted(run: Run) -> None:
    assert act(run).headers.get(REFUSAL_HEADER) is None
    assert Candidate.objects.filter(exam__sandbox=run.sandbox_id, grade="A").count() == 1


def test_poll_after_the_time_judges(run: Run) -> None:
    time_is_up(run)
    assert "data-handed-in" in poll(client_of(run.trainee), run).content.decode()


@pytest.mark.parametrize(
    ("minutes", "spoken"), [(4.5, "5 minutes left."), (0.5, "1 minute left."), (9, None)]
)
def test_time_left_is_announced(run: Run, minutes: float, spoken: str | None) -> None:
    Run.objects.filter(pk=run.pk).update(ends_at=timezone.now() + timedelta(minutes=minutes))
    answer = client_of(run.trainee).post(f"/practice/{run.pk}/you/panel/?state=1-0-0-0-0-20-1-0-0")
    heard = answer.headers.get("HX-Trigger-After-Settle", "")
    assert (spoken in heard if spoken else heard == "") is True


def test_end_of_the_session_judges_everybody(run: Run, assessed: TrainingSession) -> None:
    end_session(assessed)
    assert again(run).points == [0, 0]


def test_what_is_judged_stays(run: Run) -> None:
    judge(run)
    assert code_of(lambda: move_time(run, 7)) == TrainingRefusal.HANDED_IN
    grade_by_notes(run)
    judge(again(run))
    assert again(run).points == [0, 0]


def test_session_keeps_its_mode_once_somebody_began(run: Run, assessed: TrainingSession) -> None:
    assessed.time_limit = 60
    assert code_of(lambda: change_session(assessed)) == TrainingRefusal.SESSION_BEGUN


def test_certificate_states_mode_and_points(run: Run) -> None:
    confirm_as(run)
    judge(run)
    certificate = Trainee.objects.get().certificate
    _template, content = find_document(certificate.code) or ("", {})
    assert (certificate.mode, content["scenarios"][0].result) == (CertificateMode.ASSESSED, "1 of 4 points")


def test_board_has_points_per_condition(run: Run, assessed: TrainingSession) -> None:
    before = board_of(assessed, "first-exam").rows[0].cells[0]
    confirm_as(run)
    judge(run)
    after = board_of(assessed, "first-exam").rows[0].cells[0]
    assert (before.points, after.points, after.marks) == (None, 1, (Mark.MISSED, Mark.DONE))


def test_debrief_opens_when_it_is_handed_in(run: Run) -> None:
    client, address = client_of(run.trainee), reverse("debrief", args=[run.trainee_id, run.pk])
    before = client.get(address).get(REFUSAL_HEADER)
    judge(run)
    assert (before, client.get(address).status_code) == (TrainingRefusal.NOT_HANDED_IN, 200)


def test_trainer_sees_the_debrief_before(run: Run, accounts: Any) -> None:
    nina = Client()
    nina.force_login(accounts.nina)
    assert nina.get(reverse("debrief", args=[run.trainee_id, run.pk])).status_code == 200


def test_every_condition_has_a_label() -> None:
    labels = [label_of({word: 1, "is": "confirmed"}) for word in CONDITIONS]
    assert (all(labels), len(set(labels))) == (True, len(CONDITIONS))


def form_of(**values: Any) -> SessionForm:
    data = {"title": "Exam", "date": timezone.localdate(), "language": "en", "scenarios": ["first-exam"]}
    return SessionForm(data | values, submit="")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"is_assessed": "True", "time_limit": "20"}, []),
        ({"is_assessed": "True"}, []),
        ({"is_assessed": "True", "time_limit": "0"}, ["time_limit"]),
        ({"is_assessed": "False", "time_limit": "20"}, ["time_limit"]),
        ({"is_assessed": "True", "group_size": "2"}, ["group_size"]),
    ],
)
@pytest.mark.django_db
def test_form_accepts_only_what_fits_together(values: dict[str, str], wrong: list[str]) -> None:
    assert list(form_of(**values).errors) == wrong
