"""
`/livez` and `/readyz`, for what restarts servers and for what sends them requests.

Middleware rather than routes: probes ask by address, so they are answered before the host is looked at, and neither
sign-in nor session is touched.
"""

from collections.abc import Callable
from functools import lru_cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed


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
    """Which part keeps the site from working: `database`, `migrations`, or "" for none."""
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error:
        return "database"
    return "" if newest_migrations() <= set(applied) else "migrations"


@lru_cache(maxsize=1)
def newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as the code has them; read once, as the code itself."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


PROBES = {"/livez": alive, "/readyz": not_ready}
