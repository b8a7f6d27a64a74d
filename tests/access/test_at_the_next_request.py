"""Who loses a place while signed in is, at the next request, whoever never had it."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from committees.actions.grading import set_grade
from committees.actions.planning import move_candidates, seat_grader, unseat_grader
from committees.models import Exam, User
from tests.access.table import ROLES, ROWS
from tests.access.world import World, answers, client_of, unlike
from tests.conftest import agreeing, confirm, grade, seat, stage

pytestmark = pytest.mark.db_independent


def is_now(name: str, **fields: bool) -> None:
    User.objects.filter(username=name).update(**fields)


def new_password(name: str) -> None:
    person = User.objects.get(username=name)
    person.set_password("another")
    person.save()


def taken_off(world: World) -> None:
    for exam in Exam.objects.filter(planners=world.cast.per):
        exam.planners.set([world.cast.ola])


LOSSES: dict[str, tuple[str, str, Callable[[World], object]]] = {
    "unseated": (
        "kari",
        "vera",
        lambda world: unseat_grader(seat(world.cast.kari, world.cast.one), by=world.cast.per),
    ),
    "grader-closed": ("kari", "nobody", lambda world: is_now("kari", is_active=False)),
    "grader-new-password": ("kari", "nobody", lambda world: new_password("kari")),
    "taken-off-the-exam": ("per", "petra", taken_off),
    "no-planner-any-more": ("per", "sofie", lambda world: is_now("per", is_planner=False)),
    "planner-closed": ("per", "nobody", lambda world: is_now("per", is_active=False)),
    "no-trainer-any-more": ("nina", "sofie", lambda world: is_now("nina", is_trainer=False)),
    "trainer-closed": ("nina", "nobody", lambda world: is_now("nina", is_active=False)),
    "student-closed": ("sofie", "nobody", lambda world: is_now("sofie", is_active=False)),
    "support-ended": ("admin", "sofie", lambda world: is_now("admin", is_staff=False)),
    "support-closed": ("admin", "nobody", lambda world: is_now("admin", is_active=False)),
}
"""What is lost: who loses it, in whose column of the table they stand from then on, and how."""
STAYS_ONES_OWN = {
    "taken-off-the-exam": ("import-rehearsal", "apply-import"),
    "unseated": ("trainee", "start-scenario", "certificate", "open-notice"),
}
"""
What a loss does not touch: files that one gave, which change no exam of others; training that one takes part in; what one
was told. Where a notice leads is asked for anew.
"""


@pytest.mark.parametrize("loss", LOSSES)
def test_who_loses_a_place_is_a_stranger_at_the_next_request_to_each_route_that_it_opened(
    world: World, loss: str
) -> None:
    who, like, happens = LOSSES[loss]
    client = client_of(who)
    assert client.get(reverse("home")).headers["Location"] != "/sign-in/?next=/"
    happens(world)
    before, after = 2 + ROLES.index(who), 2 + ROLES.index(like)
    kept = [row for row in ROWS if row[0] in STAYS_ONES_OWN.get(loss, ())]
    rows = [row for row in ROWS if row[before] != row[after] or row in kept]
    wanted = {(row[0], row[1]): row[after] for row in rows}
    wanted |= {(row[0], row[1]): row[2 + ROLES.index(who)] for row in kept}
    assert wanted
    assert unlike(answers(world, client, rows), wanted) == {}


def test_a_candidate_who_is_moved_is_out_of_reach_at_the_next_request(world: World) -> None:
    kari, moved = client_of("kari"), world.candidates[0]
    url = reverse("set-grade", args=[moved.pk])
    assert kari.post(url, {"grade": "B"}).status_code == 302
    move_candidates([moved], to=world.spare, by=world.cast.per)
    assert (kari.post(url, {"grade": "C"}).status_code, kari.get(url).status_code) == (404, 405)
    moved.refresh_from_db()
    assert moved.grade == "B"


def test_who_is_seated_again_opens_the_committee_again(world: World) -> None:
    kari, url = client_of("kari"), reverse("final-grading", args=[world.committee.pk])
    unseat_grader(seat(world.cast.kari, world.committee), by=world.cast.per)
    assert kari.get(url).status_code == 404
    seat_grader(world.committee, feide_name="kari@ntnu.no", is_external=False, by=world.cast.per)
    assert kari.get(url).status_code == 200


# What the own confirmation then counts


def test_the_confirmation_of_who_is_unseated_counts_no_more_and_does_not_rise_with_a_new_seat(
    world: World,
) -> None:
    confirm(world.cast.kari, world.committee)
    assert stage(world.committee) == "waiting"
    agreeing(unseat_grader, seat(world.cast.kari, world.committee), by=world.cast.per)
    assert stage(world.committee) == "grading"
    seat_grader(world.committee, feide_name="kari@ntnu.no", is_external=False, by=world.cast.per)
    confirm(world.cast.ola, world.committee)
    assert stage(world.committee) == "waiting"


def test_the_confirmation_of_who_is_closed_counts_no_more(world: World) -> None:
    for person in (world.cast.kari, world.cast.ola):
        confirm(person, world.committee)
    assert stage(world.committee) == "confirmed"
    is_now("kari", is_active=False)
    assert stage(world.committee) == "waiting"
    page = client_of("per").get(reverse("test-transfer", args=[world.exam.pk]))
    assert [[grader.person for grader in graders] for _committee, graders in page.context["blocked"]] == [
        [world.cast.kari]
    ]


def test_the_confirmation_of_who_is_opened_again_counts_again_while_the_grades_are_the_same(
    world: World,
) -> None:
    """It is bound to the grades that were seen, as any; closing an account is no withdrawing."""
    for person in (world.cast.kari, world.cast.ola):
        confirm(person, world.committee)
    for is_active, then in ((False, "waiting"), (True, "confirmed")):
        is_now("kari", is_active=is_active)
        assert stage(world.committee) == then


def test_the_confirmation_of_who_is_opened_again_counts_for_nothing_that_changed_meanwhile(
    world: World,
) -> None:
    for person in (world.cast.kari, world.cast.ola):
        confirm(person, world.committee)
    is_now("kari", is_active=False)
    set_grade(seat(world.cast.ola, world.committee), world.candidates[0], "D")
    is_now("kari", is_active=True)
    assert stage(world.committee) == "grading"


def test_a_confirmation_that_is_sent_after_the_unseating_is_not_given(world: World) -> None:
    kari, url = client_of("kari"), reverse("confirm", args=[world.committee.pk])
    form = {"seen": kari.get(url).context["committee"].version, "acknowledged": "on"}
    unseat_grader(seat(world.cast.kari, world.committee), by=world.cast.per)
    assert kari.post(url, form).status_code == 404
    grade(world.cast.ola, world.committee, c10003="E")
    assert stage(world.committee) == "grading"
