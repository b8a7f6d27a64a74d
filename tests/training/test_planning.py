"""Conditions about planning, and people whom the trainee invites by e-mail."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage

from committees.actions.deleting import cancel_exam, delete_candidates, delete_exam
from committees.actions.graders import invite_grader
from committees.actions.grading import note_attendance
from committees.actions.mailing import send_waiting
from committees.actions.restoring import undo_removal
from committees.enums import Attendance
from committees.errors import Refused
from committees.models import Exam, Grader, User
from tests.training.conftest import (
    STORY,
    acting_user,
    candidate_of,
    client_of,
    later,
    only_committee,
)
from tests.training.test_conditions import still, task
from training.engine.robots import fire_due_acts, perform
from training.errors import TrainingRefusal
from training.models import Run
from training.scenarios.loader import file_blueprints as blueprints
from training.scenarios.schema import TRAINEE
from training.scenarios.variation import varied

StartRun = Callable[..., Run]
GRO = "gro@teatret.example"
PEOPLE = [*STORY["people"], {"key": "gro", "name": "Gro Vik", "email": GRO, "external": True}]


def invited(run: Run, **more: str) -> User:
    """Invite Gro as an external grader, and return her."""
    seat = invite_grader(
        only_committee(run), name="Gro Vik", **({"email": GRO} | more), is_external=True, by=acting_user(run)
    )
    return seat.person


def sign_in(**more: Any) -> dict[str, Any]:
    return {"who": "gro", "do": "sign-in", "when": "start", **more}


def test_placed(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, placed="10001", committee=1) == still(run, placed="10009") == []
    assert still(run, placed="10001", committee=2) == ["Committee 2 has not been created yet."]
    assert still(run, placed="10009", committee=1) == ["Candidate 10009 is missing."]
    Exam.objects.get().candidates.filter(number="10004").update(committee=None)
    assert still(run, placed="10004", committee=1) == ["10004 should be in Committee 1 – Oral A."]


def test_placed_without_a_committee(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, placed="10001") == [
        "10001 should not be in the exam. Delete this candidate on the “Candidates” page."
    ]
    delete_candidates([candidate_of(run, "10001")], exam=Exam.objects.get(), by=acting_user(run))
    assert still(run, placed="10001") == []


def test_candidates_who_are_present(start_run: StartRun) -> None:
    run = start_run(role="planner")
    assert still(run, candidates="10001-10004", committee=1) == []
    assert still(run, candidates="10001-10004", committee=1, present=True) == [
        "10003 attended, but is registered as “Did not attend”."
    ]
    note_attendance(candidate_of(run, "10003"), Attendance.UNKNOWN, by=acting_user(run))
    assert still(run, candidates="10001-10004", committee=1, present=True) == []


def test_removed(start_run: StartRun) -> None:
    run = start_run(role="planner")
    exam, by = Exam.objects.get(), acting_user(run)
    restore = (
        "TDT4100 has been deleted or cancelled. On the “Plan” tab, choose archived or deleted exams under "
        "“Show”, and click “Restore”."
    )
    assert still(run, removed="TDT4100", is_="cancelled") == ["TDT4100 has not been cancelled yet."]
    entry = cancel_exam(exam, reason="Twice", by=by)
    assert still(run, removed="TDT4100", is_="cancelled") == []
    assert still(run, exam="TDT4100") == still(run, settings="TDT4100") == [restore]
    undo_removal(entry, by=by)
    assert (still(run, settings="TDT4100"), len(still(run, removed="TDT4100", is_="cancelled"))) == ([], 1)
    delete_exam(exam, by=by)
    assert (still(run, removed="TDT4100", is_="deleted"), still(run, exam="TDT4100")) == ([], [restore])


def test_page_of_a_certain_exam(start_run: StartRun) -> None:
    other = STORY["exams"][0] | {"code": "TDT9999", "committees": []}
    seen = {"seen": "planned-exam", "exam": "TDT9999"}
    run = start_run(role="planner", exams=[STORY["exams"][0], other], tasks=[task(seen)])
    client = client_of(run.trainee)
    for code, lacking in (("TDT4100", 1), ("TDT9999", 0)):
        client.get(f"/practice/{run.pk}/you/plan/exams/{Exam.objects.get(emnekode=code).pk}/")
        client.post(f"/practice/{run.pk}/you/panel/")
        assert (code, len(still(run, **seen))) == (code, lacking)


# People without Feide


def test_person_with_an_address_is_there_once_invited(start_run: StartRun) -> None:
    run = start_run(role="planner", people=PEOPLE)
    mine = acting_user(run).feide_name
    assert not User.objects.filter(email=GRO).exists()
    invited(run)
    assert still(run, seated=GRO, committee=1, external=True) == []
    assert still(run, graders=[mine, "ola@uio.no", GRO], committee=1) == []


def test_feide_name_is_no_address(start_run: StartRun) -> None:
    run = start_run(role="planner", people=PEOPLE, acts=[sign_in()])
    invited(run, email="", feide_name=GRO)
    (sentence,) = still(run, seated=GRO, committee=1, external=True)
    assert "was invited with a Feide name" in sentence
    fire_due_acts(run, later(60))
    assert User.objects.get(feide_name=GRO).is_invited


def test_invited_robot_signs_in(start_run: StartRun) -> None:
    run = start_run(role="planner", people=PEOPLE, acts=[sign_in(needs=[{"ready": "TDT4100"}], after=6)])
    gro = invited(run)
    assert (fire_due_acts(run, later(5)), fire_due_acts(run, later(7))) == (False, True)
    gro.refresh_from_db()
    assert (gro.is_invited, gro.name) == (False, "Gro Vik (robot)")
    assert fire_due_acts(run, later(60)) is False


def test_robot_does_nothing_before_it_has_signed_in(start_run: StartRun) -> None:
    confirm = {"who": "gro", "do": "confirm", "when": "start", "needs": [{"ready": "TDT4100"}]}
    run = start_run(role="planner", people=PEOPLE, acts=[confirm])
    invited(run)
    assert fire_due_acts(run, later(60)) is False
    with pytest.raises(Refused) as refusal:
        perform(run, run.scenario.acts[0])
    assert refusal.value.code == TrainingRefusal.ROBOT_ABSENT


def test_invitation_in_practice_sends_no_mail(start_run: StartRun, mailoutbox: list[EmailMessage]) -> None:
    run = start_run(role="planner", people=PEOPLE)
    committee = only_committee(run)
    answer = client_of(run.trainee).post(
        f"/practice/{run.pk}/you/plan/committees/{committee.pk}/invite/",
        {"name": "Gro Vik", "email": GRO, "is_external": "on"},
    )
    assert (answer.status_code, Grader.objects.filter(person__email=GRO).count()) == (302, 1)
    assert (send_waiting().mails, mailoutbox) == (0, [])


def test_scenarios_without_feide_need_codes(settings: Any) -> None:
    assert "invite-external" in blueprints()
    settings.LOGIN_BY_CODE = False
    blueprints.cache_clear()
    try:
        assert ("invite-external" in blueprints(), "plan-exam" in blueprints()) == (False, True)
    finally:
        blueprints.cache_clear()


# Files to copy from, and order


def test_panel_shows_a_list_to_copy(start_run: StartRun) -> None:
    file = {"key": "late", "name": STORY["title"], "text": "10009; 2\n", "paste": True}
    run = start_run(role="planner", files=[file, file | {"key": "fs", "paste": False}])
    page = client_of(run.trainee).get(f"/practice/{run.pk}/{TRAINEE}/plan/").content.decode()
    assert (page.count('class="practice-paste"'), page.count("10009; 2")) == (1, 1)


def test_candidates_can_keep_their_order() -> None:
    story = blueprints()["shifted-column"]
    data = varied(story, "1:a")
    before, after = (one["exams"][0]["committees"][0] for one in (story, data))
    moved = {
        int(new) - int(old) for old, new in zip(sorted(before["notes"]), sorted(after["notes"]), strict=True)
    }
    assert (len(moved), moved == {0}) == (1, False)
    assert sorted(after["absent"]) == [str(int(one) + min(moved)) for one in before["absent"]]
