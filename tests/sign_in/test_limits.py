"""Limits for failed sign-ins and for uploads."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from committees.models import Upload, User
from committees.responses.limits import client_address
from tests.conftest import People
from tests.sign_in.conftest import refused, sign_in_as, start, trust, user_pk
from tests.sign_in.providers import FaultyProvider
from tests.views.html import HTMX, page_of

pytestmark = pytest.mark.usefixtures("limits")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A fixed time, so that no window ends during a test."""
    clock = SimpleNamespace(now=1_800_000_000.0)
    monkeypatch.setattr("committees.responses.limits.time.time", lambda: clock.now)
    return clock


@pytest.fixture
def kari(db: None) -> User:
    return User.objects.create_user("kari", password="demo")


def attempt(client: Client, username: str, password: str = "wrong", address: str = "10.0.0.1") -> Any:
    return client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=address)


def test_eleventh_try_at_a_name_is_refused_with_the_right_password(client: Client, kari: User) -> None:
    assert [attempt(client, "kari").status_code for _try in range(10)] == [200] * 10
    answer = attempt(client, "kari", "demo")
    status, sentence = refused(answer, client)
    minutes = -(-int(answer["Retry-After"]) // 60)
    assert (status, sentence) == (429, f"Too many failed sign-ins. Wait {minutes} minutes and try again.")
    assert 1 <= int(answer["Retry-After"]) <= 15 * 60
    assert page_of(answer).one("input", name="username")["value"] == "kari"


def test_right_password_works_after_the_time(client: Client, kari: User, clock: SimpleNamespace) -> None:
    for _try in range(10):
        attempt(client, "kari")
    wait = int(attempt(client, "kari", "demo")["Retry-After"])
    clock.now += wait + 1
    assert attempt(client, "kari", "demo").status_code == 302


def test_unknown_name_is_limited_too(client: Client, kari: User) -> None:
    told = {name: [attempt(client, name).status_code for _try in range(12)] for name in ("kari", "nobody")}
    assert told["kari"] == told["nobody"] == [200] * 10 + [429] * 2


@pytest.mark.parametrize("spelling", ["KARI", " kari ", "ｋari"])
def test_other_spellings_count_as_the_same_name(client: Client, kari: User, spelling: str) -> None:
    for _try in range(10):
        attempt(client, spelling)
    assert attempt(client, "kari", "demo").status_code == 429


def test_other_names_and_addresses_are_not_limited(client: Client, kari: User) -> None:
    User.objects.create_user("ola", password="demo")
    for _try in range(11):
        attempt(client, "kari")
    assert attempt(Client(), "ola", "demo").status_code == 302
    assert attempt(Client(), "kari", "demo", address="10.0.0.2").status_code == 302


@pytest.mark.slow
def test_lecture_hall_of_300_at_one_address_signs_in(db: None) -> None:
    persons = [User(username=f"student{number}", password=make_password("demo")) for number in range(300)]
    User.objects.bulk_create(persons)
    assert {attempt(Client(), person.username).status_code for person in persons} == {200}
    assert {attempt(Client(), person.username, "demo").status_code for person in persons[::10]} == {302}


def test_one_address_with_many_names_is_limited(client: Client, kari: User, settings: Any) -> None:
    settings.SIGN_IN_RATE_PER_ADDRESS = "20/15m"
    told = [attempt(client, f"name{number}").status_code for number in range(22)]
    assert told == [200] * 20 + [429] * 2
    assert attempt(client, "kari", "demo").status_code == 429


def test_successful_sign_ins_do_not_count(client: Client, kari: User) -> None:
    for _time in range(30):
        assert attempt(Client(), "kari", "demo").status_code == 302


# Through Feide


def test_failed_feide_logins_are_limited_without_requests(
    faulty_provider: FaultyProvider, settings: Any
) -> None:
    settings.SIGN_IN_RATE_PER_ADDRESS = "3/15m"
    faulty_provider.claims = {"nonce": "made-up"}
    assert [sign_in_as(Client(), faulty_provider, "kari").status_code for _try in range(3)] == [403] * 3
    faulty_provider.claims, client = {}, Client()
    faulty_provider.asked.clear()
    for answer in (client.post("/sign-in/feide/"), client.get("/sign-in/feide/callback/?code=a&state=b")):
        assert refused(answer, client)[0] == 429
    assert faulty_provider.asked == []


def test_wrong_passwords_do_not_limit_feide(
    faulty_provider: FaultyProvider, client: Client, settings: Any
) -> None:
    trust(settings, faulty_provider.issuer, local=True)
    settings.SIGN_IN_RATE_PER_ADDRESS = "3/15m"
    assert [attempt(client, "kari").status_code for _try in range(4)] == [200, 200, 200, 429]
    assert start(client).startswith(faulty_provider.issuer)


# The address


@pytest.mark.parametrize(
    ("behind_proxy", "forwarded", "found"),
    [
        (False, "192.0.2.7", "10.0.0.1"),
        (True, "192.0.2.7", "192.0.2.7"),
        (True, "203.0.113.9, 192.0.2.7", "192.0.2.7"),
        (True, "192.0.2.7, made-up", "10.0.0.1"),
        (True, "", "10.0.0.1"),
        (True, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (True, "2001:db8:1:3::", "2001:db8:1:3::"),
        (True, "::ffff:192.0.2.7", "192.0.2.7"),
        (True, "fe80::1%eth0", "fe80::"),
    ],
)
def test_client_address_comes_from_the_own_proxy(
    settings: Any, behind_proxy: bool, forwarded: str, found: str
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == found


def test_socket_without_an_address_is_localhost() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == "127.0.0.1"


def test_forged_header_is_ignored(client: Client, kari: User) -> None:
    form = {"username": "kari", "password": "wrong"}
    told = [
        client.post("/sign-in/", form, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}").status_code for n in range(12)
    ]
    assert told == [200] * 10 + [429] * 2


def test_ipv6_addresses_of_a_network_count_together(client: Client, kari: User) -> None:
    told = [attempt(client, "kari", address=f"2001:db8:1:2::{n:x}").status_code for n in range(12)]
    assert told == [200] * 10 + [429] * 2
    assert attempt(client, "kari", "demo", address="2001:db8:1:3::1").status_code == 302


def test_ipv4_mapped_addresses_count_separately(client: Client, settings: Any) -> None:
    settings.SIGN_IN_RATE_PER_ADDRESS = "3/15m"
    told = [attempt(client, f"name{n}", address=f"::ffff:192.0.2.{n}").status_code for n in range(6)]
    assert told == [200] * 6


def test_sign_in_is_refused_if_counting_fails(client: Client, kari: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(
        "django.core.cache.backends.db.DatabaseCache._base_set", lambda *args, **kwargs: False
    )
    client.raise_request_exception = False
    answer = attempt(client, "kari")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


# Uploads


def upload(client: Client, people: People, **headers: str) -> Any:
    url, file = (
        reverse("upload-sheet", args=[people.one.pk]),
        SimpleUploadedFile("grades.xlsx", b"no workbook"),
    )
    return client.post(url, {"file": file}, headers=headers)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_upload_limit_shows_the_waiting_time(
    people: People, sign_in: Any, settings: Any, headers: dict[str, str]
) -> None:
    settings.UPLOAD_RATE = "3/5m"
    kari = sign_in(people.kari)
    assert [upload(kari, people).status_code for _time in range(3)] == [422] * 3
    answer = upload(kari, people, **headers)
    page = page_of(answer)
    minutes = -(-int(answer["Retry-After"]) // 60)
    wait = "Wait a minute" if minutes == 1 else f"Wait {minutes} minutes"
    assert (answer.status_code, page.texts("h1")) == (429, ["Grades from Excel"])
    assert page.alerts == [f"You have uploaded many times in a short period. {wait} and try again."]
    assert Upload.objects.count() == 0


def test_people_are_counted_separately(people: People, sign_in: Any, settings: Any) -> None:
    settings.UPLOAD_RATE = "1/5m"
    assert [upload(sign_in(people.kari), people).status_code for _time in range(2)] == [422, 429]
    assert upload(sign_in(people.ola), people).status_code == 422


def test_htmx_swaps_429_responses(client: Client) -> None:
    config = page_of(client.get("/sign-in/")).one("meta", name="htmx-config")["content"]
    assert '{"code":"429","swap":true,"error":true}' in config


def test_default_limits_allow_human_pace(people: People, sign_in: Any) -> None:
    kari = sign_in(people.kari)
    assert {upload(kari, people).status_code for _time in range(30)} == {422}
    assert user_pk(kari) == str(people.kari.pk)
