"""Which errors mean that the database or the cache can't be used now, and the response to them: 503, and when to retry."""

from collections.abc import Iterator
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext_lazy

RETRY_AFTER_SECONDS = 30

# PostgreSQL: the transaction is read-only; the session was ended because its transaction was idle for too long.
POSTGRESQL_STATES = ("25006", "25P03")
# SQLite: what the file and its disk can cause. Django reports wrong SQL as OperationalError too (SQLITE_ERROR).
SQLITE_NAMES = (
    "SQLITE_BUSY",
    "SQLITE_CANTOPEN",
    "SQLITE_CORRUPT",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_LOCKED",
    "SQLITE_NOTADB",
    "SQLITE_PROTOCOL",
    "SQLITE_READONLY",
)

# What a request may wait for on PostgreSQL, in milliseconds; a lock shorter than htmx waits for a response (20 s). Commands
# wait as long as they need.
LOCK_TIMEOUT, STATEMENT_TIMEOUT = 15_000, 30_000

SENTENCE = gettext_lazy(
    "The database is not available right now. Wait a minute, reload the page, and check whether your last "
    "change was saved."
)


def is_outage(error: BaseException | None) -> bool:
    """Return whether `error`, or an error that led to it, comes from a database or a cache that can't be used now."""
    return any(_is_from_outage(one) for one in causes(error))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield `error` and the errors that led to it, the last one first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_from_outage(error: BaseException) -> bool:
    if getattr(error, "sqlstate", None) in POSTGRESQL_STATES:
        return True
    if isinstance(error, OperationalError | InterfaceError):
        name = getattr(error.__cause__, "sqlite_errorname", None)
        return name is None or name.startswith(SQLITE_NAMES)
    # By module, since redis is installed only where CACHE_URL is set.
    kind = type(error)
    return getattr(error, "sqlite_errorname", "").startswith(SQLITE_NAMES) or (
        kind.__module__ == "redis.exceptions" and kind.__name__ != "ResponseError"
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the page of an outage, which reads no session, user or row; for htmx an alert."""
    with translation.override(_language(request)):
        if request.headers.get("HX-Request") == "true":
            response = _alert(request)
        else:
            response = HttpResponse(
                render_to_string("503.html", {"sentence": str(SENTENCE), "styles": styles()})
            )
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _language(request: HttpRequest) -> str:
    """The language of the page if it was chosen before the error, else the browser's."""
    chosen: str | None = getattr(request, "LANGUAGE_CODE", None)
    return chosen or translation.get_language_from_request(request)


def _alert(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(render_to_string("components/_alert.html", {"sentence": str(SENTENCE)}))
    if request.headers.get("HX-Target") in ("live", "change-feed"):
        # The page asked by itself. It asks again, so nothing on it changes.
        response["HX-Reswap"] = "none"
    else:
        show_alert(request, response)
    return response


def show_alert(request: HttpRequest, response: HttpResponse) -> None:
    """Make htmx show the alert of `response`: in the open dialog if it was sent from there, else at the top of the page."""
    if request.headers.get("HX-Target") == "dialog-body":
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "afterbegin"
    else:
        response["HX-Retarget"], response["HX-Reswap"] = "#alerts", "beforeend"


def limit_waits() -> None:
    """Let every connection that this process makes from now on give up a lock or a statement that takes too long."""
    connection_created.connect(_set_timeouts)


def _set_timeouts(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {LOCK_TIMEOUT}; SET statement_timeout = {STATEMENT_TIMEOUT}")


def styles() -> list[str]:
    """Return the addresses of our style sheets; none where they were never collected, which may be the error itself."""
    try:
        return [static("bootstrap/bootstrap.min.css"), static("css/gradereg.css")]
    except ValueError:
        return []
