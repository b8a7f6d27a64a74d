"""Request bodies between gunicorn and Django: complete or refused, read with a timeout, dropped if unread."""

import codecs
import socket
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Any

from django.utils.http import parse_header_parameters

# A body that pauses for longer counts as broken off.
PAUSE_SECONDS = 10.0
# Limits for reading and dropping what a browser still sends after the response. If the connection were closed at once,
# the browser would report a broken connection instead of the response.
DROPPED_BYTES = 256 * 1024 * 1024
DROPPED_SECONDS = 10.0
DROPPED_PAUSE_SECONDS = 1.0
CHUNK_BYTES = 64 * 1024
# gunicorn itself reads and drops this much, for at most five seconds: gunicorn/http/parser.py.
LEFT_TO_SERVER = 64 * 1024

# Replaces a type on which Django fails before any middleware. Latin-1 decodes every byte; `uploads.bound_bodies` then
# refuses the request, as with every charset but UTF-8.
REFUSED_TYPE = "text/plain; charset=latin-1"

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Body:
    """A body of `length` bytes that `source` reads from the socket `sender`."""

    def __init__(self, source: Any, length: int, sender: socket.socket) -> None:
        self.source, self.left, self.sender = source, length, sender
        self.failed = False

    def read(self, size: int | None = None) -> bytes:
        """Read `size` bytes, or all that are left. Raise OSError, from then on, if it ends too early or pauses too long."""
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.sender.settimeout(PAUSE_SECONDS)
        return self._counted(self.source.read, size)

    def readline(self, size: int | None = None) -> bytes:
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.sender.settimeout(PAUSE_SECONDS)
        return self._counted(self.source.readline, size, is_line=True)

    def drop(self) -> None:
        """Read and drop what is left, as long as more arrives."""
        most, end = DROPPED_BYTES, monotonic() + DROPPED_SECONDS
        while self.left > LEFT_TO_SERVER and most > 0 and (seconds := end - monotonic()) > 0:
            self.sender.settimeout(min(seconds, DROPPED_PAUSE_SECONDS))
            # Read only what has arrived: a read blocks until it has all it was asked for.
            arrived = self.sender.recv(CHUNK_BYTES, socket.MSG_PEEK)
            if not arrived:
                return
            most -= len(self._counted(self.source.read, min(len(arrived), self.left)))

    def _counted(self, read: Callable[[int], bytes], size: int, *, is_line: bool = False) -> bytes:
        if self.failed:
            raise OSError("The body could not be read.")
        try:
            data = read(size)
        except OSError:
            self.left, self.failed = 0, True
            raise
        self.left -= len(data)
        if len(data) < size and not (is_line and data.endswith(b"\n")):
            self.left, self.failed = 0, True
            raise OSError("The body ended before its announced length.")
        return data


def with_whole_bodies(app: App) -> App:
    """Wrap a WSGI application: it reads bodies as `Body`, and unread data is dropped after the response."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not is_utf8(environ.get("CONTENT_TYPE", "")):
            environ["CONTENT_TYPE"] = REFUSED_TYPE
        sender, length = environ.get("gunicorn.socket"), content_length(environ)
        if sender is None or not length:
            return app(environ, start_response)
        body = environ["wsgi.input"] = Body(environ["wsgi.input"], length, sender)
        try:
            return _Response(app(environ, start_response), body)
        finally:
            # Reading the response has no time limit.
            sender.settimeout(None)

    return answer


class _Response:
    """A response that drops the rest of `body` when it is closed, which the server does after sending it."""

    def __init__(self, response: Iterable[bytes], body: Body) -> None:
        self.response, self.body = response, body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.response)

    def close(self) -> None:
        try:
            if close := getattr(self.response, "close", None):
                close()
        finally:
            try:
                self.body.drop()
            except OSError:
                pass  # Nothing more arrives, or the connection is closed.
            finally:
                self.body.sender.settimeout(None)


def is_utf8(content_type: str) -> bool:
    """Return whether the charset of this type is UTF-8 or not given."""
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def content_length(environ: dict[str, Any]) -> int:
    """Return the announced length of the body, which may be any number; 0 if none is announced."""
    digits = environ.get("CONTENT_LENGTH") or "0"
    # Python raises ValueError for thousands of digits.
    return int(digits[:20]) if digits.isdecimal() else 0
