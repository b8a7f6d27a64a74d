"""
Log lines without personal data: people appear by id only; no name, grade, candidate number or query is logged.

The formatter removes what libraries put into messages: exception texts, typed paths, the DETAIL of database errors. It
writes the exception's type, its place in the code, the database's error code, and the request id instead.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from copy import copy
from http import HTTPStatus
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_guid import get_guid
from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

request_logger = logging.getLogger("gradereg.request")

ABOUT_REQUESTS = ("django.request", "django.security")
FIELDS = ("method", "path", "status", "ms", "user")
# Beginnings of gunicorn's messages that quote the first line of the request.
QUOTING = ("Invalid request", "Error handling request", "Exception during worker exit")
CSRF_REASONS = (
    "CSRF cookie not set",
    "CSRF token missing",
    "CSRF token",
    "Origin checking failed",
    "Referer checking failed",
)
"""Beginnings of Django's reasons for refusing a form; the rest may quote a header."""
CODES = ("sqlstate", "sqlite_errorname", "errno")


def without_values(record: logging.LogRecord) -> logging.LogRecord:
    """Return a copy of `record` with the request id, and without values in message and traceback."""
    safe = copy(record)
    safe.msg, safe.args = _message(record), ()
    error = record.exc_info[1] if record.exc_info else None
    safe.exc_info, safe.exc_text = None, "\n".join(_traceback(error)) if error else None
    safe.stack_info = None
    for name in set(vars(safe)) - set(vars(logging.makeLogRecord({}))) - set(FIELDS):
        delattr(safe, name)
    safe.request_id = get_guid() or "-"
    return safe


def _message(record: logging.LogRecord) -> str:
    if record.name.startswith(ABOUT_REQUESTS):
        # Django quotes the path and the error.
        if record.name == "django.security.csrf":
            reason = str(record.args[0]) if isinstance(record.args, tuple) and record.args else ""
            known = next((one for one in CSRF_REASONS if reason.startswith(one)), "unknown reason")
            return f"Form refused: {known}"
        status = getattr(record, "status_code", None)
        return f"{status} {HTTPStatus(status).phrase}" if status else "Refused"
    for beginning in QUOTING:
        if str(record.msg).startswith(beginning):
            return beginning
    args = record.args
    if isinstance(args, tuple):
        args = tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in args)
    text = str(record.msg) % args if args else str(record.msg)
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(record.msg, BaseException) or (error is not None and str(error) and str(error) in text):
        return type(error or record.msg).__name__
    return text


def _traceback(error: BaseException) -> Iterator[str]:
    """Yield the chain of exceptions, innermost last: types, codes and places in the code, no messages."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        codes = [f"{code}={value}" for code in CODES if (value := getattr(link, code, None))]
        constraint = getattr(getattr(link, "diag", None), "constraint_name", None)
        codes += [f"constraint={constraint}"] if constraint else []
        yield f"{type(link).__module__}.{type(link).__qualname__} {' '.join(codes)}".rstrip()
        for frame in traceback.extract_tb(link.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
        link = link.__cause__ or link.__context__


class Lines(logging.Formatter):
    """Plain text lines."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(without_values(record))


class JsonLines(JsonFormatter):
    """One JSON object per line: `time` in UTC, `level`, `logger`, `message`, `request_id`; `FIELDS` for requests."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
            timestamp="time",
        )

    def format(self, record: logging.LogRecord) -> str:
        return super().format(without_values(record))


def formatter(name: str) -> logging.Formatter:
    """Return the formatter for a value of `GRADEREG_LOG`."""
    return JsonLines() if name == "json" else Lines()


class ServerLogger(Logger):  # type: ignore[misc]
    """gunicorn's logger with our format. See gunicorn.conf.py."""

    def _set_handler(self, log: logging.Logger, output: Any, fmt: Any, stream: Any = None) -> None:
        ours = fmt if log is self.access_log else formatter(settings.LOG_LINES)
        super()._set_handler(log, output, ours, stream)


def log_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: log each response; successful static files and probes are left out."""

    def answer(request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        response = get_response(request)
        if response.status_code < 400 and request.path.startswith((settings.STATIC_URL, *PROBES)):
            return response
        # request.user could query a database that is down; this is the user if it was loaded before.
        user = getattr(request, "_cached_user", None)
        fields = {
            "method": request.method if request.method in METHODS else "-",
            "path": safe_path(request),
            "status": response.status_code,
            "ms": round((monotonic() - begun) * 1000),
            "user": getattr(user, "pk", None),
        }
        message = "%(method)s %(path)s %(status)s, %(ms)s ms, user %(user)s"
        request_logger.info(message % fields, extra=fields)
        return response

    return answer


PROBES = ("/livez", "/readyz")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def safe_path(request: HttpRequest) -> str:
    """Return the path if its only variable parts are ids, otherwise its route; "-" for an unknown path."""
    match = request.resolver_match
    if match is None:
        return request.path if request.path in PROBES else "-"
    varying = [*match.args, *match.kwargs.values()]
    return request.path if all(str(value).isdigit() for value in varying) else f"/{match.route}"
