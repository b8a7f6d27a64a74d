"""Outages of the database or the cache: which errors they are, and the 503 response with Retry-After."""

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

# PostgreSQL: read-only transaction; session ended after an idle transaction.
POSTGRESQL_STATES = ("25006", "25P03")
# SQLite: errors of the file and its disk. Wrong SQL is an OperationalError too (SQLITE_ERROR), but no outage.
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

# Milliseconds that a request may wait on PostgreSQL; for a lock less than htmx's timeout (20 s). Commands have no limit.
LOCK_TIMEOUT, STATEMENT_TIMEOUT = 15_000, 30_000

SENTENCE = gettext_lazy(
    "The database is not available right now. Wait a minute, reload the page, and check whether your last "
    "change was saved."
)


def is_outage(error: BaseException | None) -> bool:
    """Return whether `error` or one of its causes comes from an outage of the database or the cache."""
    return any(_is_from_outage(cause) for cause in causes(error))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield `error` and its causes, the last error first."""
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
    # Compared by name, because redis is installed only where CACHE_URL is set.
    kind = type(error)
    return getattr(error, "sqlite_errorname", "").startswith(SQLITE_NAMES) or (
        kind.__module__ == "redis.exceptions" and kind.__name__ != "ResponseError"
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the 503 page, for htmx an alert. Reads no session, user or database."""
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
        # A background request of the page, which repeats it: leave the page as it is.
        response["HX-Reswap"] = "none"
    else:
        show_alert(request, response)
    return response


def show_alert(request: HttpRequest, response: HttpResponse) -> None:
    """Make htmx show the alert in the dialog if the request came from there, otherwise at the top of the page."""
    if request.headers.get("HX-Target") == "dialog-body":
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog-body", "afterbegin"
    else:
        response["HX-Retarget"], response["HX-Reswap"] = "#alerts", "beforeend"


def limit_waits() -> None:
    """Set lock and statement timeouts on every database connection that this process opens from now on."""
    connection_created.connect(_set_timeouts)


def _set_timeouts(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {LOCK_TIMEOUT}; SET statement_timeout = {STATEMENT_TIMEOUT}")


def styles() -> list[str]:
    """Return the URLs of the style sheets; none if they were not collected, which may be the error itself."""
    try:
        return [static("bootstrap/bootstrap.min.css"), static("css/gradereg.css")]
    except ValueError:
        return []
