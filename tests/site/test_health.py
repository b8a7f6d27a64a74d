from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from committees.actions.graders import add_grader
from committees.enums import MailFrequency
from committees.models import Notification, User
from gradereg import health
from gradereg.health import not_ready
from tests.conftest import People

PROBES = ["/livez", "/readyz"]


@pytest.mark.django_db
@pytest.mark.parametrize("probe", PROBES)
def test_working_site_is_healthy_and_ready(client: Client, probe: str) -> None:
    answer = client.get(probe)
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.head(probe).status_code == 200


def test_without_a_database_the_site_is_alive_but_not_ready(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("connection to database.example.org refused")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answers = [client.get(probe) for probe in PROBES]
    assert [one.status_code for one in answers] == [200, 503]
    assert answers[1].content == b"not ready: database\n"


@pytest.mark.django_db
def test_pending_migration_means_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'committees'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready: migrations\n")


@pytest.mark.parametrize("probe", PROBES)
def test_health_takes_no_queries_and_readiness_few(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None, probe: str
) -> None:
    not_ready()
    # Two queries of the table of migrations; then a row of the cache's table, written and read; and one of late mail.
    with django_assert_num_queries(0 if probe == "/livez" else 9):
        client.get(probe)


@pytest.mark.django_db
@pytest.mark.parametrize("probe", PROBES)
def test_probes_need_neither_tls_nor_session(client: Client, settings: Any, probe: str) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["grades.example.org"], True
    settings.SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    answer = client.get(probe, headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.cookies) == (200, {})


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("how", ["post", "put", "delete"])
def test_probes_are_get_only(client: Client, probe: str, how: str) -> None:
    ask: Callable[[str], object] = getattr(client, how)
    assert getattr(ask(probe), "status_code", 0) == 405


class Broken(BaseCache):
    """A cache that fails as `how` does."""

    how: Callable[[], object]

    def set(self, *args: Any, **kwargs: Any) -> None:
        self.how()

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return 0


def refuse() -> None:
    raise ConnectionError("cache.example.org refused")


@pytest.mark.django_db
@pytest.mark.parametrize("how", [refuse, lambda: None])
def test_failing_cache_means_not_ready(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, how: Callable[[], object]
) -> None:
    settings.CACHE_URL = "redis://cache.example.org"
    cache = Broken({})
    cache.how = how
    monkeypatch.setitem(vars(health), "caches", {"default": cache, "database": caches["database"]})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready: cache\n")


@pytest.mark.django_db
def test_read_only_database_means_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE counts")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready: database\n")


@pytest.mark.parametrize(
    ("waits", "frequency", "found"),
    [
        (16, MailFrequency.AT_ONCE, b"ok, but mail is late: is send_notifications running?\n"),
        (14, MailFrequency.AT_ONCE, b"ok\n"),
        (16, MailFrequency.DAILY, b"ok\n"),
    ],
)
def test_late_mail_is_named(
    client: Client, people: People, waits: int, frequency: MailFrequency, found: bytes
) -> None:
    User.objects.update(mail_frequency=frequency)
    add_grader(people.two, people.vera, is_external=True, by=people.per)
    Notification.objects.update(at=timezone.now() - timedelta(minutes=waits))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, found)
