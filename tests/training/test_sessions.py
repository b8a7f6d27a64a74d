import json
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.versions import texts_of
from committees.models import User
from tests.factories import in_days
from tests.training.rows import FIRST, SECOND, joined, session_of
from tests.views.html import HTMX, page_of
from training.actions import CODE_LETTERS, SESSION_FIELDS, end_session, send_message, start_scenario
from training.models import Message, Run, Trainee, TrainingSession
from training.scenarios.loader import file_scenarios as scenarios

NEW = "/training/sessions/new/"


@pytest.fixture
def session(accounts: SimpleNamespace) -> TrainingSession:
    return session_of(accounts.nina)


@pytest.fixture
def nina(accounts: SimpleNamespace) -> Client:
    return signed_in(accounts.nina)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(route: str, session: TrainingSession, *more: str) -> str:
    return reverse(route, args=[session.pk, *more])


def told(client: Client, response: Any) -> list[str]:
    assert response.status_code == 302, response.status_code
    return page_of(client.get(response.headers["Location"])).one("div", id="messages").texts("div")


def form_of(**other: Any) -> dict[str, Any]:
    return {"title": "Autumn", "date": in_days(0), "language": "nb", "scenarios": [SECOND, FIRST], **other}


def shown(session: TrainingSession) -> dict[str, str]:
    """Return the hidden field of the edit form: the values that it shows now."""
    return {"shown": json.dumps(texts_of(session, SESSION_FIELDS))}


def faults(response: Any) -> list[str]:
    """Return the errors of the form in the response."""
    assert response.status_code == 422, response.status_code
    return [error for errors in response.context["form"].errors.values() for error in errors]


def fresh(session: TrainingSession) -> TrainingSession:
    return TrainingSession.objects.get(pk=session.pk)


def midnight(day: date) -> Any:
    return timezone.make_aware(datetime.combine(day, time.min))


# Setting up


def test_form_defaults(nina: Client) -> None:
    form = page_of(nina.get(NEW, headers={"Accept-Language": "nb"})).one("main")
    assert form.one("input", name="date")["value"] == str(timezone.localdate())
    assert [one["value"] for one in form.all("input", name="language", checked="*")] == ["nb"]
    boxes = form.all("input", name="scenarios", checked="*")
    assert [one["value"] for one in boxes] == list(scenarios())
    modes = form.all("input", name="is_assessed", checked="*")
    assert [one["value"] for one in modes] == ["False"]


def test_new_session_gets_a_code_and_two_weeks(accounts: SimpleNamespace, nina: Client) -> None:
    response = nina.post(NEW, form_of())
    made = TrainingSession.objects.get()
    assert (made.title, made.by, made.language, made.scenarios) == (
        "Autumn",
        accounts.nina,
        "nb",
        [FIRST, SECOND],
    )
    assert (len(made.code), set(made.code) - set(CODE_LETTERS)) == (6, set())
    assert made.expires_at == midnight(in_days(14))
    assert response.headers["Location"] == url("training-session", made)
    assert told(nina, response) == ["The training session is open. Show the code so that trainees can join."]


def test_future_session_is_kept_two_weeks_after_its_day(nina: Client) -> None:
    nina.post(NEW, form_of(date=in_days(30)))
    assert TrainingSession.objects.get().expires_at == midnight(in_days(44))


def test_chosen_day_of_deletion_is_saved(nina: Client) -> None:
    nina.post(NEW, form_of(expires_on=in_days(1)))
    assert TrainingSession.objects.get().expires_at == midnight(in_days(1))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        (
            {"title": "a\u202eb"},
            "This contains invisible characters: U+202E RIGHT-TO-LEFT OVERRIDE. Delete them, or type the text again.",
        ),
        ({"scenarios": []}, "Choose at least one scenario."),
        ({"scenarios": ["nonsense"]}, "Select a valid choice. nonsense is not one of the available choices."),
        ({"language": "sv"}, "Select a valid choice. sv is not one of the available choices."),
        ({"date": "0026-11-23"}, "The year must be between 1990 and 2100."),
        ({"expires_on": in_days(0)}, "Choose a date after the training and after today."),
        ({"date": in_days(9), "expires_on": in_days(5)}, "Choose a date after the training and after today."),
        ({"expires_on": in_days(366)}, "Data from a training session can be kept for at most one year."),
        ({"expires_on": "9999-12-31"}, "Data from a training session can be kept for at most one year."),
    ],
)
def test_invalid_session_is_422(nina: Client, wrong: dict[str, Any], sentence: str) -> None:
    response = nina.post(NEW, form_of(**wrong))
    assert faults(response) == [sentence]
    assert page_of(response).faults == [sentence]
    assert TrainingSession.objects.count() == 0


def test_edit_shows_and_saves_values(nina: Client, session: TrainingSession) -> None:
    page = page_of(nina.get(url("edit-training", session)))
    assert page.one("input", name="expires_on")["value"] == str(in_days(14))
    assert [one["value"] for one in page.all("input", name="scenarios", checked="*")] == [FIRST, SECOND]
    form = form_of(title="Spring", scenarios=[SECOND], expires_on=in_days(3), **shown(session))
    assert told(nina, nina.post(url("edit-training", session), form)) == ["Saved."]
    made = fresh(session)
    assert (made.title, made.scenarios, made.code) == ("Spring", [SECOND], session.code)
    assert made.expires_at == midnight(in_days(3))


def test_scenario_without_a_file_can_stay_in_a_session(nina: Client, session: TrainingSession) -> None:
    TrainingSession.objects.filter(pk=session.pk).update(scenarios=[FIRST, "gone"])
    form = form_of(scenarios=["gone", FIRST], **shown(fresh(session)))
    assert told(nina, nina.post(url("edit-training", session), form)) == ["Saved."]
    assert fresh(session).scenarios == [FIRST, "gone"]


def test_invalid_edit_changes_nothing(nina: Client, session: TrainingSession) -> None:
    response = nina.post(url("edit-training", session), form_of(title=""))
    assert faults(response) == ["This field is required."]
    assert page_of(response).one("p", class_="page-path").text == "Training › Autumn"
    assert fresh(session).title == "Autumn"


def test_stale_edit_is_409_and_overwrites_nothing(nina: Client, session: TrainingSession) -> None:
    first, second = shown(session), shown(session)
    there = str(session.expires_on)
    nina.post(url("edit-training", session), form_of(title="Spring", expires_on=there, **first))
    response = nina.post(url("edit-training", session), form_of(language="nn", expires_on=there, **second))
    page = page_of(response)
    assert (response.status_code, page.one(role="alert").texts("li")[0]) == (409, "Title: Autumn → Spring")
    assert (fresh(session).title, fresh(session).language) == ("Spring", "nb")
    form = page.one("main").one("form")
    assert form.one("input", name="title")["value"] == "Spring"
    assert form.one("input", name="language", checked="*")["value"] == "nn"


# Who may what

ROUTES = [
    ("get", "training-session", ()),
    ("get", "training-board", ()),
    ("get", "training-poster", ()),
    ("get", "training-qr", ()),
    ("get", "training-summary", ()),
    ("get", "edit-training", ()),
    ("post", "edit-training", ()),
    ("get", "end-training", ()),
    ("post", "end-training", ()),
    ("post", "training-message", ()),
    ("post", "training-scenario", (FIRST,)),
]


@pytest.mark.parametrize(("method", "route", "more"), ROUTES)
def test_other_trainers_get_404_and_others_403(
    accounts: SimpleNamespace, session: TrainingSession, method: str, route: str, more: tuple[str, ...]
) -> None:
    User.objects.filter(pk=accounts.ola.pk).update(is_trainer=True)
    data = {"text": "Hello", "act": "end", **form_of(title="Taken over")}
    answers = [
        getattr(signed_in(person), method)(url(route, session, *more), data).status_code
        for person in (accounts.ola, accounts.kari)
    ]
    assert answers == [404, 403]
    stands = fresh(session)
    assert (stands.title, stands.closed, stands.ended_at, Message.objects.count()) == ("Autumn", [], None, 0)


def test_only_trainers_create_sessions(accounts: SimpleNamespace) -> None:
    kari = signed_in(accounts.kari)
    assert (kari.get(NEW).status_code, kari.post(NEW, form_of()).status_code) == (403, 403)
    assert TrainingSession.objects.count() == 0


def test_former_trainer_has_no_sessions(accounts: SimpleNamespace, session: TrainingSession) -> None:
    User.objects.filter(pk=accounts.nina.pk).update(is_trainer=False)
    assert signed_in(accounts.nina).get(url("training-session", session)).status_code == 403


def test_visitor_is_redirected_to_sign_in(session: TrainingSession) -> None:
    response = Client().get(url("training-session", session))
    assert response.headers["Location"].startswith("/sign-in/")


# Joining


def test_page_shows_code_and_link(nina: Client, session: TrainingSession) -> None:
    joined(session, "Bo")
    card = page_of(nina.get(url("training-session", session))).one("section", class_="card-plain board-join")
    half = session.code[:3], session.code[3:]
    assert card.one("p", class_="board-code").text == " ".join(half)
    assert card.one("a")["href"] == f"http://testserver/join/{session.code}/{session.link_key}/"


def test_poster_is_in_the_sessions_language(nina: Client, session: TrainingSession) -> None:
    TrainingSession.objects.filter(pk=session.pk).update(language="nn", title="Haust")
    page = page_of(nina.get(url("training-poster", session)))
    assert (page.one("html")["lang"], page.one("h1").text) == ("nn", "Haust")
    assert page.one("p", class_="poster-address").text == "testserver/join/"
    assert page.one("p", class_="poster-code").text == f"{session.code[:3]} {session.code[3:]}"
    assert page.one("img")["src"] == url("training-qr", session)


def test_qr_picture_is_an_svg_image(nina: Client, session: TrainingSession) -> None:
    response = nina.get(url("training-qr", session))
    picture = ElementTree.fromstring(response.content)
    assert (response.headers["Content-Type"], picture.tag) == (
        "image/svg+xml",
        "{http://www.w3.org/2000/svg}svg",
    )
    assert {name for one in picture.iter() for name in one.attrib} == {"viewBox", "fill", "d", "stroke"}


# Messages


def test_message_is_sent_and_the_last_one_shown(nina: Client, session: TrainingSession) -> None:
    for text in ("Begin!", "Ten more minutes."):
        response = nina.post(url("training-message", session), {"text": text})
        assert told(nina, response) == ["Sent. Trainees see the message above their tasks within seconds."]
    last = page_of(nina.get(url("training-session", session))).one("p", data_last_message="").text
    assert last.endswith(": “Ten more minutes.”")
    assert [one.text for one in session.messages.all()] == ["Ten more minutes.", "Begin!"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" ", "This field is required."),
        ("x" * 301, "Write at most 300 characters. This text has 301."),
        (
            "a\u200bb",
            "This contains invisible characters: U+200B ZERO WIDTH SPACE. Delete them, or type the text again.",
        ),
    ],
)
def test_invalid_message_is_422(nina: Client, session: TrainingSession, text: str, sentence: str) -> None:
    joined(session, "Bo")
    response = nina.post(url("training-message", session), {"text": text})
    assert faults(response) == [sentence]
    assert sentence in page_of(response).one("main").text
    assert session.messages.count() == 0


# Scenarios, for all


def test_scenario_is_ended_and_opened(nina: Client, session: TrainingSession) -> None:
    page = page_of(nina.get(url("training-session", session)))
    form = page.one("li", data_scenario=FIRST).one("form")
    button = form.one("button")
    response = nina.post(form["action"], {button["name"]: button["value"]})
    assert told(nina, response) == ["The scenario is paused for everyone."]
    assert (fresh(session).is_open(FIRST), fresh(session).is_open(SECOND)) == (False, True)
    page = page_of(nina.get(url("training-session", session)))
    button = page.one("li", data_scenario=FIRST).one("button")
    response = nina.post(form["action"], {button["name"]: button["value"]})
    assert told(nina, response) == ["The scenario is open for everyone."]
    assert fresh(session).is_open(FIRST)


def test_unknown_scenario_is_refused(nina: Client, session: TrainingSession) -> None:
    response = nina.post(url("training-scenario", session, "nonsense"), {"act": "end"})
    assert (response.status_code, page_of(response).alerts) == (
        409,
        ["This training session has no such scenario."],
    )


# The end


def test_end_asks_for_confirmation(nina: Client, session: TrainingSession) -> None:
    page = page_of(nina.get(url("end-training", session)))
    assert page.one("h1").text == "End “Autumn”?"
    assert len(page.one("main").one("ul").all("li")) == 3
    dialog = page_of(nina.get(url("end-training", session), headers=HTMX))
    assert dialog.all("header") == []
    assert fresh(session).ended_at is None
    response = nina.post(dialog.one("form")["action"])
    assert told(nina, response) == ["The training session has ended."]
    assert fresh(session).is_over


def test_ending_twice_keeps_the_first_moment(nina: Client, session: TrainingSession) -> None:
    end_session(session)
    first = fresh(session).ended_at
    nina.post(url("end-training", session))
    assert fresh(session).ended_at == first


@pytest.mark.parametrize(("method", "route", "more"), [
    ("post", "training-message", ()),
    ("post", "training-scenario", (FIRST,)),
    ("get", "edit-training", ()),
    ("post", "edit-training", ()),
    ("get", "training-poster", ()),
])  # fmt: skip
def test_ended_session_cannot_be_changed(
    nina: Client, session: TrainingSession, method: str, route: str, more: tuple[str, ...]
) -> None:
    end_session(session)
    data = {"text": "Hello", "act": "end", **form_of(title="Changed")}
    response = getattr(nina, method)(url(route, session, *more), data)
    assert (response.status_code, page_of(response).alerts) == (409, ["This training session is over."])
    assert (fresh(session).title, fresh(session).closed, session.messages.count()) == ("Autumn", [], 0)


def test_ended_session_keeps_its_summary(nina: Client, session: TrainingSession) -> None:
    end_session(session)
    assert nina.get(url("training-summary", session)).status_code == 200


def test_a_new_session_clears_expired_ones(nina: Client, session: TrainingSession) -> None:
    start_scenario(joined(session, "Bo"), FIRST)
    send_message(session, "Hello")
    TrainingSession.objects.filter(pk=session.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert nina.get(url("training-session", session)).status_code == 404
    nina.post(NEW, form_of())
    assert TrainingSession.objects.get().title == form_of()["title"]
    assert [model.objects.count() for model in (Trainee, Run, Message)] == [0, 0, 0]
    assert User.objects.filter(sandbox__isnull=False).count() == 0
