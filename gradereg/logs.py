"""
Log lines that tell what happened to whom by number only: no name, grade, candidate number or query ever stands in one.

What others put into a message (an exception's words, a path as it was typed, a database's DETAIL with its values) is left
out by how lines are formatted, so that it holds for libraries too. In its place stand the exception's type, where it was
raised, the database's own code for it, and the id of the request.
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
# What gunicorn says of a request that it can't read or that failed goes on with the request's first line.
QUOTING = ("Invalid request", "Error handling request", "Exception during worker exit")
CODES = ("sqlstate", "sqlite_errorname", "errno")


def without_values(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of `record` whose message and traceback quote no value, with the id of the request it belongs to."""
    safe = copy(record)
    safe.msg, safe.args = _message(record), ()
    error = record.exc_info[1] if record.exc_info else None
    safe.exc_info, safe.exc_text = None, "\n".join(_told(error)) if error else None
    safe.stack_info = None
    for name in set(vars(safe)) - set(vars(logging.makeLogRecord({}))) - set(FIELDS):
        delattr(safe, name)
    safe.request_id = get_guid() or "-"
    return safe


def _message(record: logging.LogRecord) -> str:
    if record.name.startswith(ABOUT_REQUESTS):
        # Django quotes the path and what was wrong with it.
        status = getattr(record, "status_code", None)
        return f"{status} {HTTPStatus(status).phrase}" if status else "Refused"
    for beginning in QUOTING:
        if str(record.msg).startswith(beginning):
            return beginning
    args = record.args
    if isinstance(args, tuple):
        args = tuple(type(one).__name__ if isinstance(one, BaseException) else one for one in args)
    text = str(record.msg) % args if args else str(record.msg)
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(record.msg, BaseException) or (error is not None and str(error) and str(error) in text):
        return type(error or record.msg).__name__
    return text


def _told(error: BaseException) -> Iterator[str]:
    """The chain of exceptions, innermost last: types, codes and places in the code, no words."""
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
    """Lines for people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(without_values(record))


class JsonLines(JsonFormatter):
    """One JSON object a line: `time` in UTC, `level`, `logger`, `message`, `request_id`; and `FIELDS` for a request."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "error"},
            timestamp="time",
        )

    def format(self, record: logging.LogRecord) -> str:
        return super().format(without_values(record))


def formatter(name: str) -> logging.Formatter:
    """The formatter of `GRADEREG_LOG`; "warnings" are lines too, only fewer."""
    return JsonLines() if name == "json" else Lines()


class ServerLogger(Logger):  # type: ignore[misc]
    """gunicorn's own lines, in the format of ours. See gunicorn.conf.py."""

    def _set_handler(self, log: logging.Logger, output: Any, fmt: Any, stream: Any = None) -> None:
        ours = fmt if log is self.access_log else formatter(settings.LOG_LINES)
        super()._set_handler(log, output, ours, stream)


def log_requests(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost but for the request's id: a line per request, when it is answered."""

    def answer(request: HttpRequest) -> HttpResponse:
        begun = monotonic()
        response = get_response(request)
        if response.status_code < 400 and request.path.startswith((settings.STATIC_URL, *PROBES)):
            return response
        # Asking for request.user could query a database that is down; who was known is remembered here.
        user = getattr(request, "_cached_user", None)
        fields = {
            "method": request.method if request.method in METHODS else "-",
            "path": safe_path(request),
            "status": response.status_code,
            "ms": round((monotonic() - begun) * 1000),
            "user": getattr(user, "pk", None),
        }
        told = "%(method)s %(path)s %(status)s, %(ms)s ms, user %(user)s"
        request_logger.info(told % fields, extra=fields)
        return response

    return answer


PROBES = ("/livez", "/readyz")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def safe_path(request: HttpRequest) -> str:
    """The path where ids are all that it varies by; else the route that it took, "-" where it leads nowhere."""
    match = request.resolver_match
    if match is None:
        return request.path if request.path in PROBES else "-"
    varying = [*match.args, *match.kwargs.values()]
    return request.path if all(str(one).isdigit() for one in varying) else f"/{match.route}"
