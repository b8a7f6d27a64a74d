"""Joining by code and name, and the pages of a trainee."""

from typing import Any

from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from tests.training.conftest import client_of
from training.actions import end_session, join_session, open_scenario
from training.models import Trainee, TrainingSession


def join(client: Client, code: str, **more: str) -> Any:
    return client.post(reverse("join"), {"code": code, **more})


def test_join_without_an_account(hall: TrainingSession) -> None:
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


def test_code_with_spaces_and_lower_case(hall: TrainingSession) -> None:
    join(Client(), f" {hall.code[:3].lower()}-{hall.code[3:]} ", name="Lise")
    assert Trainee.objects.get().session == hall


def test_signed_in_person_joins_under_their_own_name(hall: TrainingSession, accounts: Any) -> None:
    client = Client()
    client.force_login(accounts.kari)
    for _time in range(2):
        join(client, hall.code, name="Somebody else")
    trainee = Trainee.objects.get()
    assert (trainee.name, trainee.person) == ("Kari Nordmann", accounts.kari)


def test_name_is_unique_in_a_session(hall: TrainingSession) -> None:
    join_session(hall, name="Åse  Lise")
    page = join(Client(), hall.code, name=" åse lise ")
    assert (page.status_code, "Add an initial or your department" in page.content.decode()) == (422, True)


def test_same_browser_continues_as_the_same_trainee(hall: TrainingSession) -> None:
    client = Client()
    first, again = (join(client, hall.code, name=name).headers["Location"] for name in ("Lise", "lise"))
    assert (first, Trainee.objects.count()) == (again, 1)


def test_signed_in_person_with_a_taken_name_gets_a_number(hall: TrainingSession, accounts: Any) -> None:
    join_session(hall, name="Kari Nordmann")
    client = Client()
    client.force_login(accounts.kari)
    assert join(client, hall.code).status_code == 302
    assert [one.name for one in hall.trainees.all()] == ["Kari Nordmann", "Kari Nordmann (2)"]


def test_signed_in_person_cannot_join_an_ended_session(hall: TrainingSession, accounts: Any) -> None:
    end_session(hall)
    client = Client()
    client.force_login(accounts.kari)
    page = join(client, hall.code)
    assert (page.status_code, "This training session is over." in page.content.decode()) == (422, True)


def test_an_expired_session_is_not_on_the_tab(hall: TrainingSession, accounts: Any) -> None:
    nina = Client()
    nina.force_login(accounts.nina)
    assert hall.title in nina.get(reverse("training")).content.decode()
    TrainingSession.objects.update(expires_at=timezone.now())
    assert hall.title not in nina.get(reverse("training")).content.decode()


def test_wrong_code_is_422(hall: TrainingSession) -> None:
    page = join(Client(), "AAAAAA", name="Lise")
    assert (page.status_code, "No training session has this code." in page.content.decode()) == (422, True)
    assert 'role="alert"' in page.content.decode()
    field = page.content.decode().split('id="id_code"')[1].split(">")[0]
    assert ("autofocus" in field, 'aria-invalid="true"' in field) == (False, True)  # the error comes first


def test_empty_and_hidden_names_are_422(hall: TrainingSession) -> None:
    for name in ("", "  ", "Li\u200bse"):
        assert join(Client(), hall.code, name=name).status_code == 422
    assert Trainee.objects.count() == 0


def test_ended_session_cannot_be_joined(hall: TrainingSession) -> None:
    end_session(hall)
    page = join(Client(), hall.code, name="Lise")
    assert (page.status_code, "This training session is over." in page.content.decode()) == (422, True)


@override_settings(LIMITS_ENABLED=True, JOIN_RATE="3/5m")
def test_rate_limit_counts_wrong_codes_only(hall: TrainingSession) -> None:
    for number in range(5):
        assert join(Client(), hall.code, name=f"Trainee {number}").status_code == 302
    answers = [join(Client(), f"AAAAA{number}", name="x").status_code for number in range(4)]
    assert (answers, join(Client(), hall.code, name="Late").status_code) == ([422, 422, 422, 429], 429)


def test_trainee_page_is_for_the_trainee_only(lise: Trainee, accounts: Any) -> None:
    url = reverse("trainee", args=[lise.pk])
    nina = Client()
    nina.force_login(accounts.nina)
    assert [one.get(url).status_code for one in (client_of(lise), Client(), nina)] == [200, 404, 404]


def test_start_and_continue_a_scenario(lise: Trainee) -> None:
    client, url = client_of(lise), reverse("start-scenario", args=[lise.pk, "first-exam"])
    first = client.post(url).headers["Location"]
    assert (client.post(url).headers["Location"], client.get(url).status_code) == (first, 405)
    assert first == f"/practice/{lise.runs.get().pk}/you/"


def test_closed_scenario_is_refused(lise: Trainee, hall: TrainingSession) -> None:
    client = client_of(lise)
    assert client.post(reverse("start-scenario", args=[lise.pk, "transfer"])).status_code == 409
    open_scenario(hall, "first-exam", is_open=False)
    assert client.post(reverse("start-scenario", args=[lise.pk, "first-exam"])).status_code == 409
    assert "Paused" in client.get(reverse("trainee", args=[lise.pk])).content.decode()


def test_trainers_message_is_shown(lise: Trainee, hall: TrainingSession) -> None:
    hall.messages.create(text="Coffee at ten")
    assert "Coffee at ten" in client_of(lise).get(reverse("trainee", args=[lise.pk])).content.decode()


def test_certificate_is_for_trainee_and_trainer_only(lise: Trainee, accounts: Any) -> None:
    client, url = client_of(lise), reverse("certificate", args=[lise.pk])
    assert "has not finished a scenario yet" in client.get(url).content.decode()
    client.post(reverse("start-scenario", args=[lise.pk, "first-exam"]))
    lise.runs.update(completed_at=timezone.now())
    nina = Client()
    nina.force_login(accounts.nina)
    for one in (client, nina):
        page = one.get(url).content.decode()
        assert ("Lise" in page, "First exam with Excel" in page, "1 of 1" in page) == (True, True, True)
    kari = Client()
    kari.force_login(accounts.kari)
    assert [Client().get(url).status_code, kari.get(url).status_code] == [404, 404]


def test_wrong_codes_do_not_stop_the_link(hall: TrainingSession) -> None:
    link = reverse("join-link", args=[hall.code, hall.link_key])
    guessed = reverse("join-link", args=[hall.code, "x" * 12])
    with override_settings(LIMITS_ENABLED=True, JOIN_RATE="1/5m"):
        join(Client(), "WRONG2", name="Lise")
        form = {"code": hall.code, "name": "Lise"}
        codes = [Client().post(address, form).status_code for address in (reverse("join"), guessed, link)]
    assert codes == [429, 429, 302]


def test_shared_computer_is_left(hall: TrainingSession, lise: Trainee) -> None:
    client = client_of(lise)
    page = client.get(reverse("join-code", args=[hall.code])).content.decode()
    assert ("data-joined-as" in page, "Lise" in page) == (True, True)
    client.post(reverse("leave-training", args=[lise.pk]))
    assert client.get(reverse("trainee", args=[lise.pk])).status_code == 404
    assert "data-joined-as" not in client.get(reverse("join-code", args=[hall.code])).content.decode()


def test_account_stays_a_trainee(hall: TrainingSession, accounts: Any) -> None:
    trainee = join_session(hall, name="", person=accounts.kari)
    client, page = client_of(trainee), reverse("trainee", args=[trainee.pk])
    assert client.post(reverse("leave-training", args=[trainee.pk])).headers["Location"] == page
    assert client.get(page).status_code == 200


def test_list_shows_changes_without_a_reload(hall: TrainingSession, lise: Trainee) -> None:
    client, htmx = client_of(lise), {"HX-Request": "true"}
    page = client.get(reverse("trainee", args=[lise.pk])).content.decode()
    address = page.partition('id="live" hx-get="')[2].partition('"')[0]
    assert client.get(address, headers=htmx).status_code == 204
    hall.messages.create(text="Coffee at ten")
    news = client.get(address, headers=htmx)
    assert (news.status_code, "Coffee at ten" in news.content.decode()) == (200, True)


def test_waiting_page_reloads_when_the_scenario_opens(hall: TrainingSession, lise: Trainee) -> None:
    client, htmx = client_of(lise), {"HX-Request": "true"}
    open_scenario(hall, "first-exam", is_open=False)
    address = reverse("trainee-live", args=[lise.pk]) + "?paused=first-exam"
    assert client.get(address, headers=htmx).status_code == 204
    open_scenario(hall, "first-exam", is_open=True)
    assert client.get(address, headers=htmx).headers["HX-Refresh"] == "true"
