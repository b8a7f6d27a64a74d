"""
The health probes `/livez` and `/readyz`.

They are middleware instead of views: probes use an IP address as host, so they must be answered before the host is
checked, and without session and user.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
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
from django.utils import timezone

from committees.enums import MailFrequency
from committees.models import Notification

logger = logging.getLogger(__name__)

LATE = timedelta(minutes=15)


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
        message, status = (f"not ready: {missing}", 503) if missing else ("ok", 200)
        if status == 200 and probe is not_ready and mail_is_late():
            message = "ok, but mail is late: is send_notifications running?"
        return HttpResponse(f"{message}\n", status=status, content_type="text/plain")

    return answer


def alive() -> str:
    """Return "": a process that answers need not be restarted, even if its database is down."""
    return ""


def not_ready() -> str:
    """
    Return the part that does not work: `database` (can't be read or written), `migrations` or `cache`; "" if all work.
    """
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return "database"
    if not newest_migrations() <= set(applied):
        return "migrations"
    # Writes to a database table, which detects a full disk and a read-only replica.
    if not keeps(caches["database"]):
        return "database"
    return "" if not settings.CACHE_URL or keeps(caches["default"]) else "cache"


def mail_is_late() -> bool:
    """Return whether mail that is sent at once has waited for longer than LATE. The site itself works without it."""
    before = timezone.now() - LATE
    waiting = Notification.objects.waiting(before).filter(at__lt=before)
    return waiting.exclude(person__mail_frequency=MailFrequency.DAILY).exists()


def keeps(cache: BaseCache) -> bool:
    """Return whether the cache returns what was written. Some fail silently, others raise their own exceptions."""
    # The key belongs to this process; concurrent probes of it may read each other's later value.
    key, now = f"readyz-{gethostname()}-{getpid()}", time_ns()
    try:
        cache.set(key, now, 60)
        return bool(cache.get(key, 0) >= now)
    except Exception:
        logger.warning("A cache can't be used", exc_info=True)
        return False


@lru_cache(maxsize=1)
def newest_migrations() -> frozenset[tuple[str, str]]:
    """Return the newest migration of each app in the code."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


PROBES = {"/livez": alive, "/readyz": not_ready}
