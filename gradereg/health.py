"""
`/livez` and `/readyz`, for what restarts servers and for what sends them requests.

Middleware rather than routes: probes ask by address, so they are answered before the host is looked at, and neither
sign-in nor session is touched.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from os import getpid
from socket import gethostname
from time import time_ns

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from gradereg.counting import CountingCache

logger = logging.getLogger(__name__)


def answer_probes(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        if probe is None:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        missing = probe()
        told, status = (f"not ready: {missing}", 503) if missing else ("ok", 200)
        return HttpResponse(f"{told}\n", status=status, content_type="text/plain")

    return answer


def alive() -> str:
    """The process answers; whether it can work is another question, and no reason to restart it."""
    return ""


def not_ready() -> str:
    """
    Return which part keeps the site from working: `database`, which can't be read or written, `migrations`, `cache`, or
    "" for none.
    """
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return "database"
    if not newest_migrations() <= set(applied):
        return "migrations"
    # In a table of the database, so that a full disk or a replica is found before any act meets it.
    if not keeps(CountingCache("counts", {})):
        return "database"
    return "" if not settings.CACHE_URL or keeps(caches["default"]) else "cache"


def keeps(cache: BaseCache) -> bool:
    """Return whether the cache gives back what was put into it. Some fail silently, others by exceptions of their own."""
    # Of this process alone. Two probes at once may each read what the other one wrote.
    key, now = f"readyz-{gethostname()}-{getpid()}", time_ns()
    try:
        cache.set(key, now, 60)
        return bool(cache.get(key, 0) >= now)
    except Exception:
        logger.warning("A cache can't be used", exc_info=True)
        return False


@lru_cache(maxsize=1)
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the code has them; read once, as the code itself."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


PROBES = {"/livez": alive, "/readyz": not_ready}
