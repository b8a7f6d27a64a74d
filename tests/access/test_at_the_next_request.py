"""People who lose their role while signed in are treated at the next request as if they never had it."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from committees.actions.graders import add_grader
from committees.actions.grading import set_grade
from committees.actions.planning import move_candidates, unseat_grader
from committees.models import Exam, User
from tests.access.table import ROLES, ROWS
from tests.access.targets import Targets, answers, client_of, differing_rows
from tests.conftest import agreeing, confirm, grade, seat, stage

pytestmark = pytest.mark.db_independent


def is_now(name: str, **fields: bool) -> None:
    User.objects.filter(username=name).update(**fields)


def new_password(name: str) -> None:
    person = User.objects.get(username=name)
    person.set_password("another")
    person.save()


def taken_off(targets: Targets) -> None:
    for exam in Exam.objects.filter(planners=targets.people.per):
        exam.planners.set([targets.people.ola])


LOSSES: dict[str, tuple[str, str, Callable[[Targets], object]]] = {
    "unseated": (
        "kari",
        "vera",
        lambda targets: unseat_grader(seat(targets.people.kari, targets.people.one), by=targets.people.per),
    ),
    "grader-closed": ("kari", "nobody", lambda targets: is_now("kari", is_active=False)),
    "grader-new-password": ("kari", "nobody", lambda targets: new_password("kari")),
    "taken-off-the-exam": ("per", "petra", taken_off),
    "no-planner-any-more": ("per", "sofie", lambda targets: is_now("per", is_planner=False)),
    "planner-closed": ("per", "nobody", lambda targets: is_now("per", is_active=False)),
    "no-trainer-any-more": ("nina", "sofie", lambda targets: is_now("nina", is_trainer=False)),
    "trainer-closed": ("nina", "nobody", lambda targets: is_now("nina", is_active=False)),
    "student-closed": ("sofie", "nobody", lambda targets: is_now("sofie", is_active=False)),
    "support-ended": ("admin", "sofie", lambda targets: is_now("admin", is_staff=False)),
    "support-closed": ("admin", "nobody", lambda targets: is_now("admin", is_active=False)),
}
"""Losses: the person, the column of the table that applies afterwards, and the act."""
CHANGES_NOTHING = {"taken-off-the-exam": {("undo-import", "POST"): "409"}}
"""Pages that stay one's own, but whose act is refused because it would change the exam."""
STAYS_ONES_OWN = {
    "taken-off-the-exam": ("import-preview", "place-files", "apply-import", "undo-import"),
    "unseated": (
        "trainee",
        "trainee-live",
        "start-scenario",
        "raise-own-hand",
        "lower-own-hand",
        "leave-training",
        "debrief",
        "certificate",
        "certificate-pdf",
        "delete-certificate",
        "open-notification",
    ),
}
"""
Routes that a loss does not affect: uploaded files, which change no exam of others; training that the person takes
part in; and notices, whose targets are checked again.
"""


@pytest.mark.parametrize("loss", LOSSES)
def test_removed_person_is_a_stranger_at_the_next_request(targets: Targets, loss: str) -> None:
    who, like, happens = LOSSES[loss]
    client = client_of(who)
    assert client.get(reverse("home")).headers["Location"] != "/sign-in/?next=/"
    happens(targets)
    before, after = 2 + ROLES.index(who), 2 + ROLES.index(like)
    kept = [row for row in ROWS if row[0] in STAYS_ONES_OWN.get(loss, ())]
    rows = [row for row in ROWS if row[before] != row[after] or row in kept]
    if like == "nobody":  # The session has ended, which no view decides: one row for each pair of responses.
        rows = list({(row[1], row[before], row[after]): row for row in rows}.values())
    wanted = {(row[0], row[1]): row[after] for row in rows}
    wanted |= {(row[0], row[1]): row[2 + ROLES.index(who)] for row in kept} | CHANGES_NOTHING.get(loss, {})
    assert wanted
    assert differing_rows(answers(targets, client, rows), wanted) == {}


def test_moved_candidate_is_404_at_the_next_request(targets: Targets) -> None:
    kari, moved = client_of("kari"), targets.candidates[0]
    url = reverse("set-grade", args=[moved.pk])
    assert kari.post(url, {"grade": "B"}).status_code == 302
    move_candidates([moved], to=targets.spare, by=targets.people.per)
    assert (kari.post(url, {"grade": "C"}).status_code, kari.get(url).status_code) == (404, 405)
    moved.refresh_from_db()
    assert moved.grade == "B"


def test_person_added_again_has_access_again(targets: Targets) -> None:
    kari, url = client_of("kari"), reverse("final-grading", args=[targets.committee.pk])
    unseat_grader(seat(targets.people.kari, targets.committee), by=targets.people.per)
    assert kari.get(url).status_code == 404
    add_grader(targets.committee, targets.people.kari, is_external=False, by=targets.people.per)
    assert kari.get(url).status_code == 200


# Confirmations afterwards


def test_confirmation_of_a_removed_grader_stays_invalid(targets: Targets) -> None:
    confirm(targets.people.kari, targets.committee)
    assert stage(targets.committee) == "waiting"
    agreeing(unseat_grader, seat(targets.people.kari, targets.committee), by=targets.people.per)
    assert stage(targets.committee) == "grading"
    add_grader(targets.committee, targets.people.kari, is_external=False, by=targets.people.per)
    confirm(targets.people.ola, targets.committee)
    assert stage(targets.committee) == "waiting"


def test_confirmation_of_an_inactive_grader_is_invalid(targets: Targets) -> None:
    for grader in targets.committee.graders.select_related("person"):
        confirm(grader.person, targets.committee)
    assert stage(targets.committee) == "confirmed"
    is_now("kari", is_active=False)
    assert stage(targets.committee) == "waiting"
    page = client_of("per").get(reverse("test-transfer", args=[targets.exam.pk]))
    assert [[grader.person for grader in graders] for _committee, graders in page.context["blocked"]] == [
        [targets.people.kari]
    ]


def test_confirmation_is_valid_again_after_reactivation(targets: Targets) -> None:
    """Closing an account does not withdraw a confirmation."""
    for grader in targets.committee.graders.select_related("person"):
        confirm(grader.person, targets.committee)
    for is_active, then in ((False, "waiting"), (True, "confirmed")):
        is_now("kari", is_active=is_active)
        assert stage(targets.committee) == then


def test_reactivation_does_not_confirm_changed_grades(targets: Targets) -> None:
    for grader in targets.committee.graders.select_related("person"):
        confirm(grader.person, targets.committee)
    is_now("kari", is_active=False)
    set_grade(seat(targets.people.ola, targets.committee), targets.candidates[0], "D")
    is_now("kari", is_active=True)
    assert stage(targets.committee) == "grading"


def test_confirmation_after_removal_is_refused(targets: Targets) -> None:
    kari, url = client_of("kari"), reverse("confirm", args=[targets.committee.pk])
    form = {"expected_version": kari.get(url).context["committee"].version, "acknowledged": "on"}
    unseat_grader(seat(targets.people.kari, targets.committee), by=targets.people.per)
    assert kari.post(url, form).status_code == 404
    grade(targets.people.ola, targets.committee, c10003="E")
    assert stage(targets.committee) == "grading"
