"""The counting cache loses nothing, and its counts expire."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.db.models import DateTimeField, Value

from gradereg.counting import CountingCache

THREADS, EACH = 8, 25


def at_once(act: Callable[[], object]) -> None:
    """Run `act` EACH times in THREADS threads."""
    barrier = Barrier(THREADS)

    def work() -> None:
        barrier.wait()
        try:
            for _time in range(EACH):
                act()
        finally:
            connection.close()

    threads = [Thread(target=work) for _thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_eight_threads_count_without_loss() -> None:
    cache.set("tries", 0, 60)
    at_once(lambda: cache.incr("tries"))
    assert cache.get("tries") == THREADS * EACH


@pytest.mark.django_db(transaction=True)
def test_one_of_eight_threads_starts_a_count() -> None:
    cache.delete("tries")
    begun: list[bool] = []
    at_once(lambda: begun.append(cache.add("tries", 1, 60)))
    assert begun.count(True) == 1


def expiry(key: str) -> Any:
    """Return the time in the table at which a count expires."""
    name = cache.make_key(key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT expires FROM counts WHERE cache_key = %s", [name])
        found = cursor.fetchone()[0]
    for convert in connection.ops.get_db_converters(Value(None, DateTimeField())):
        found = convert(found, None, connection)
    return found


@pytest.mark.django_db
def test_counting_keeps_the_expiry() -> None:
    cache.set("tries", 1, 15 * 60)
    before = expiry("tries")
    assert cache.incr("tries") == 2
    assert expiry("tries") == before


@pytest.mark.django_db
@pytest.mark.parametrize("timeout", [None, -10])
def test_missing_or_expired_count_cannot_grow(timeout: int | None) -> None:
    if timeout is not None:
        cache.set("tries", 1, timeout)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("tries")


def test_processes_count_in_the_database() -> None:
    assert isinstance(caches["default"], CountingCache)


@pytest.mark.django_db
def test_migrate_creates_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE counts")
    call_command("migrate", verbosity=0)
    cache.set("tries", 1, 60)
    assert cache.get("tries") == 1
