"""Joining by code and name, and what a trainee sees then."""

from typing import Any

from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from tests.training.conftest import client_of
from training.actions import end_session, join_session, open_scenario
from training.models import Trainee, TrainingSession


def join(client: Client, code: str, **more: str) -> Any:
    return client.post(reverse("join"), {"code": code, **more})


def test_a_trainee_needs_a_code_and_a_name_and_no_account(hall: TrainingSession) -> None:
    client = Client()
    assert client.get(reverse("join-code", args=[hall.code])).status_code == 200
    answer = join(client, hall.code, name="Lise")
    trainee = Trainee.objects.get()
    assert (trainee.name, trainee.person, answer.headers["Location"]) == (
        "Lise",
        None,
        reverse("trainee", args=[trainee.pk]),
    )
    assert "First exam with Excel" in client.get(answer.headers["Location"]).content.decode()


def test_the_code_may_be_typed_as_people_type(hall: TrainingSession) -> None:
    join(Client(), f" {hall.code[:3].lower()}-{hall.code[3:]} ", name="Lise")
    assert Trainee.objects.get().session == hall


def test_who_is_signed_in_takes_part_under_their_own_name(hall: TrainingSession, accounts: Any) -> None:
    client = Client()
    client.force_login(accounts.kari)
    for _time in range(2):
        join(client, hall.code, name="Somebody else")
    trainee = Trainee.objects.get()
    assert (trainee.name, trainee.person) == ("Kari Nordmann", accounts.kari)


def test_a_name_is_taken_once(hall: TrainingSession) -> None:
    join_session(hall, name="Lise")
    page = join(Client(), hall.code, name="lise")
    assert (page.status_code, "Add an initial or your department" in page.content.decode()) == (422, True)


def test_who_comes_back_in_the_same_browser_goes_on_under_the_own_name(hall: TrainingSession) -> None:
    client = Client()
    first, again = (join(client, hall.code, name=name).headers["Location"] for name in ("Lise", "lise"))
    assert (first, Trainee.objects.count()) == (again, 1)


def test_who_is_signed_in_gets_a_number_where_the_own_name_is_taken(
    hall: TrainingSession, accounts: Any
) -> None:
    join_session(hall, name="Kari Nordmann")
    client = Client()
    client.force_login(accounts.kari)
    assert join(client, hall.code).status_code == 302
    assert [one.name for one in hall.trainees.all()] == ["Kari Nordmann", "Kari Nordmann (2)"]


def test_who_is_signed_in_is_told_that_the_session_is_over(hall: TrainingSession, accounts: Any) -> None:
    end_session(hall)
    client = Client()
    client.force_login(accounts.kari)
    page = join(client, hall.code)
    assert (page.status_code, "This training session is over." in page.content.decode()) == (422, True)


def test_an_expired_session_is_gone_from_the_tab_at_the_next_visit(
    hall: TrainingSession, accounts: Any
) -> None:
    nina = Client()
    nina.force_login(accounts.nina)
    assert hall.title in nina.get(reverse("training")).content.decode()
    TrainingSession.objects.update(expires_at=timezone.now())
    assert hall.title not in nina.get(reverse("training")).content.decode()
    assert TrainingSession.objects.count() == 0


def test_a_wrong_code_is_told(hall: TrainingSession) -> None:
    page = join(Client(), "AAAAAA", name="Lise")
    assert (page.status_code, "No training session has this code." in page.content.decode()) == (422, True)
    assert 'role="alert"' in page.content.decode()
    field = page.content.decode().split('id="id_code"')[1].split(">")[0]
    assert ("autofocus" in field, 'aria-invalid="true"' in field) == (False, True)  # the error comes first


def test_empty_and_hidden_names_are_told(hall: TrainingSession) -> None:
    for name in ("", "  ", "Li\u200bse"):
        assert join(Client(), hall.code, name=name).status_code == 422
    assert Trainee.objects.count() == 0


def test_a_session_that_has_ended_takes_nobody_in(hall: TrainingSession) -> None:
    end_session(hall)
    page = join(Client(), hall.code, name="Lise")
    assert (page.status_code, "This training session is over." in page.content.decode()) == (422, True)


@override_settings(RATELIMIT_ENABLE=True, JOIN_RATE="3/5m")
def test_who_tries_codes_is_slowed_down_and_a_hall_behind_one_address_is_not(hall: TrainingSession) -> None:
    for number in range(5):
        assert join(Client(), hall.code, name=f"Trainee {number}").status_code == 302
    answers = [join(Client(), f"AAAAA{number}", name="x").status_code for number in range(4)]
    assert (answers, join(Client(), hall.code, name="Late").status_code) == ([422, 422, 422, 429], 429)


def test_a_trainees_page_is_theirs_alone(lise: Trainee, accounts: Any) -> None:
    url = reverse("trainee", args=[lise.pk])
    nina = Client()
    nina.force_login(accounts.nina)
    assert [one.get(url).status_code for one in (client_of(lise), Client(), nina)] == [200, 404, 404]


def test_a_scenario_begins_by_a_button_and_goes_on(lise: Trainee) -> None:
    client, url = client_of(lise), reverse("start-scenario", args=[lise.pk, "first-exam"])
    first = client.post(url).headers["Location"]
    assert (client.post(url).headers["Location"], client.get(url).status_code) == (first, 405)
    assert first == f"/practice/{lise.runs.get().pk}/you/"


def test_what_is_not_open_is_refused(lise: Trainee, hall: TrainingSession) -> None:
    client = client_of(lise)
    assert client.post(reverse("start-scenario", args=[lise.pk, "transfer"])).status_code == 409
    open_scenario(hall, "first-exam", is_open=False)
    assert client.post(reverse("start-scenario", args=[lise.pk, "first-exam"])).status_code == 409
    assert "Not open now" in client.get(reverse("trainee", args=[lise.pk])).content.decode()


def test_the_trainers_message_is_shown(lise: Trainee, hall: TrainingSession) -> None:
    hall.messages.create(text="Coffee at ten")
    assert "Coffee at ten" in client_of(lise).get(reverse("trainee", args=[lise.pk])).content.decode()


def test_a_certificate_tells_what_is_done_to_trainee_and_trainer_alone(lise: Trainee, accounts: Any) -> None:
    client, url = client_of(lise), reverse("certificate", args=[lise.pk])
    assert "has not finished a scenario yet" in client.get(url).content.decode()
    client.post(reverse("start-scenario", args=[lise.pk, "first-exam"]))
    lise.runs.update(done_at=timezone.now())
    nina = Client()
    nina.force_login(accounts.nina)
    for one in (client, nina):
        page = one.get(url).content.decode()
        assert ("Lise" in page, "First exam with Excel" in page, "1 of 1" in page) == (True, True, True)
    kari = Client()
    kari.force_login(accounts.kari)
    assert [Client().get(url).status_code, kari.get(url).status_code] == [404, 404]
