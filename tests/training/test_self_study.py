"""Self-study on the Training tab, and rehearsals of real exams."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.audit.verification import violations
from committees.models import Candidate, Committee, Exam, Grader
from tests.conftest import People
from tests.factories import UserFactory
from tests.training.conftest import advance_all, confirm_as, later, poll
from training.actions import start_over
from training.engine.progress import current
from training.engine.robots import fire_due_acts
from training.models import Run, Trainee
from training.sandbox.practice_copy import grader_copy, planner_copy
from training.scenarios.checker import problems


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_self_study_keeps_progress(accounts: Any) -> None:
    kari = signed_in(accounts.kari)
    assert kari.get(reverse("training")).status_code == 200
    assert Trainee.objects.count() == 0
    place = kari.post(reverse("self-study", args=["first-exam"])).headers["Location"]
    assert kari.get(f"{place}grade/").status_code == 200
    Run.objects.update(tasks={"find": "2026-11-23T10:00:00+01:00"})
    again = signed_in(accounts.kari)
    assert again.post(reverse("self-study", args=["first-exam"])).headers["Location"] == place
    assert "1 of 7" in again.get(reverse("training")).content.decode()


def test_an_unknown_scenario_is_404(accounts: Any) -> None:
    assert signed_in(accounts.kari).post(reverse("self-study", args=["nowhere"])).status_code == 404


def test_unknown_practice_copy_is_refused(accounts: Any) -> None:
    assert (
        signed_in(accounts.kari).post(reverse("self-study", args=["practice-copy-grader-1"])).status_code
        == 409
    )


def test_tab_query_count_is_constant(accounts: Any, django_assert_num_queries: Any) -> None:
    kari = signed_in(accounts.kari)
    kari.post(reverse("self-study", args=["first-exam"]))
    with CaptureQueriesContext(connection) as few:
        kari.get(reverse("training"))
    asked = len(few)
    for key in ("absent-candidate", "bad-sheet"):
        kari.post(reverse("self-study", args=[key]))
    with django_assert_num_queries(asked):
        kari.get(reverse("training"))


# Practise this exam


@pytest.mark.parametrize("role", ["grader", "planner"])
def test_practice_copy_has_no_problems(people: People, role: str) -> None:
    for exam in (people.exam, people.pass_exam):
        blueprint = planner_copy(exam) if role == "planner" else grader_copy(exam, people.kari)
        assert problems(blueprint) == []


def test_grader_rehearses_their_own_committees(people: People) -> None:
    kari = signed_in(people.kari)
    place = kari.post(reverse("rehearse", args=[people.exam.pk])).headers["Location"]
    run = Run.objects.get()
    practice_copy = Exam.objects.get(sandbox=run.sandbox_id)
    assert (practice_copy.emnekode, practice_copy.scale, practice_copy.rule, practice_copy.deadline) == (
        people.exam.emnekode,
        people.exam.scale,
        people.exam.rule,
        people.exam.deadline,
    )
    seats = Grader.objects.filter(committee__exam=practice_copy)
    assert [(str(seat), seat.is_external) for seat in seats] == [
        (str(seat) if seat.person == people.kari else "Ada (robot)", seat.is_external)
        for seat in Grader.objects.filter(committee=people.one)
    ]
    assert kari.get(place, follow=True).status_code == 200


def test_practice_copy_of_an_exam_to_come_can_be_confirmed(people: People) -> None:
    day = timezone.localdate() + timedelta(days=30)
    Exam.objects.filter(pk=people.exam.pk).update(date=day, deadline=day)
    signed_in(people.kari).post(reverse("rehearse", args=[people.exam.pk]))
    practice_copy = Exam.objects.get(sandbox__isnull=False)
    assert (practice_copy.date, practice_copy.on_behalf) == (timezone.localdate(), False)


def test_practice_copy_has_as_many_invented_candidates(people: People) -> None:
    signed_in(people.ola).post(reverse("rehearse", args=[people.exam.pk]))
    practice_copy = Exam.objects.exclude(sandbox=None).get()
    sizes = [committee.candidates.count() for committee in practice_copy.committees.order_by("number")]
    assert sizes == [people.one.candidates.count(), people.two.candidates.count()]
    numbers = set(practice_copy.candidates.values_list("number", flat=True))
    assert numbers.isdisjoint(Candidate.objects.filter(exam__sandbox=None).values_list("number", flat=True))


def test_grader_finishes_a_practice_copy(people: People) -> None:
    signed_in(people.kari).post(reverse("rehearse", args=[people.exam.pk]))
    run = Run.objects.get()
    person = run.people["you"]
    client = signed_in(people.kari)
    committee = Committee.objects.get(exam__sandbox=run.sandbox_id)
    confirm_as(run)
    assert fire_due_acts(run, later(9)) is False  # the robots wait for the right grades
    notes = run.blueprint["exams"][0]["committees"][0]["notes"]
    for candidate in committee.candidates.filter(number__in=notes):
        url = f"/practice/{run.pk}/you/candidates/{candidate.pk}/grade/"
        client.post(url, {"grade": notes[candidate.number]})
    confirm_as(run)
    fire_due_acts(run, later(9))
    advance_all(run)
    assert (current(run), run.done_at is not None, person != people.kari.pk) == (None, True, True)
    assert list(violations()) == []


def test_planner_rehearses_with_robots(people: People, django_capture_on_commit_callbacks: Any) -> None:
    per = signed_in(people.per)
    with django_capture_on_commit_callbacks(execute=True):
        place = per.post(reverse("rehearse", args=[people.exam.pk]), {"role": "planner"}).headers["Location"]
    practice_copy = Exam.objects.exclude(sandbox=None).get()
    assert practice_copy.candidates.filter(grade="").count() == 0
    assert per.get(f"{place}plan/exams/{practice_copy.pk}/").status_code == 200
    run = Run.objects.get()
    fire_due_acts(run, later(11))
    per.post(f"{place}plan/exams/{practice_copy.pk}/remind/")
    advance_all(run)
    fire_due_acts(run, later(20))
    per.post(f"{place}plan/exams/{practice_copy.pk}/transfer/", {"version": ""})
    assert per.get(f"{place}plan/exams/{practice_copy.pk}/test-transfer/").status_code == 200
    for _poll in range(2):
        poll(per, run)
    run.refresh_from_db()
    assert list(run.tasks)[:2] == ["remind", "rehearse"]


def test_one_grader_can_confirm_in_a_planners_practice_copy(people: People) -> None:
    Exam.objects.filter(pk=people.exam.pk).update(rule="one")
    copy = planner_copy(Exam.objects.get(pk=people.exam.pk))
    assert [task["key"] for task in copy["tasks"]] == ["rehearse", "transfer"]
    assert problems(copy) == []


def test_strangers_cannot_rehearse(people: People) -> None:
    for person, role in (
        (people.vera, "grader"),
        (people.petra, "planner"),
        (people.kari, "planner"),
        (people.per, "grader"),
    ):
        answer = signed_in(person).post(reverse("rehearse", args=[people.exam.pk]), {"role": role})
        assert answer.status_code == 404
    assert Run.objects.count() == 0


def test_rehearsal_leaves_the_real_exam_unchanged(people: People) -> None:
    before = list(Exam.objects.filter(sandbox=None).values()), list(Grader.objects.values())
    signed_in(people.kari).post(reverse("rehearse", args=[people.exam.pk]))
    real = list(Exam.objects.filter(sandbox=None).values())
    seats = list(Grader.objects.filter(committee__exam__sandbox=None).values())
    assert (real, seats) == before


def test_acting_user_has_no_training_tab(accounts: Any) -> None:
    UserFactory.create()
    kari = signed_in(accounts.kari)
    place = kari.post(reverse("self-study", args=["first-exam"])).headers["Location"]
    tabs = kari.get(f"{place}grade/").context["tabs"]()
    assert [str(tab.label) for tab in tabs] == ["Grade"]


def test_starting_over_keeps_the_completion(start_run: Callable[..., Run]) -> None:
    run, moment = start_run(), timezone.now() - timedelta(minutes=1)
    Run.objects.update(
        tasks={"look": "", "grade": ""}, completed_at=moment, done_at=moment, started_at=moment
    )
    again = start_over(run.trainee, "story")
    assert (again.done_at, again.completed_at, again.step, again.best_step) == (None, moment, 0, 2)
