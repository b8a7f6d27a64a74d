"""
The body of a request on its way from gunicorn to Django: whole or not at all, never waited for long, and dropped if
nothing reads it.
"""

import codecs
import socket
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Any

from django.utils.http import parse_header_parameters

# A sender who pauses for so long has broken off.
PAUSE_SECONDS = 10.0
# What a browser still sends after the response is read and dropped, or the browser would report a broken connection
# instead of the response. Up to here; then the connection is closed after all.
DROPPED_BYTES = 256 * 1024 * 1024
DROPPED_SECONDS = 10.0
DROPPED_PAUSE_SECONDS = 1.0
CHUNK_BYTES = 64 * 1024
# So much is read and dropped by gunicorn itself, for at most five seconds: gunicorn/http/parser.py.
LEFT_TO_SERVER = 64 * 1024

# In place of a type that Django fails on before any middleware. `uploads.bound_bodies` refuses it as it does any charset but
# UTF-8; this one decodes every byte.
REFUSED_TYPE = "text/plain; charset=latin-1"

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Body:
    """The body of `length` bytes that `source` reads from the socket `sender`."""

    def __init__(self, source: Any, length: int, sender: socket.socket) -> None:
        self.source, self.left, self.sender = source, length, sender

    def read(self, size: int | None = None) -> bytes:
        """Read `size` bytes, or all that are left. Raises OSError where the body ends too early, or pauses."""
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.sender.settimeout(PAUSE_SECONDS)
        return self._counted(self.source.read, size)

    def readline(self, size: int | None = None) -> bytes:
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.sender.settimeout(PAUSE_SECONDS)
        return self._counted(self.source.readline, size, is_line=True)

    def drop(self) -> None:
        """Read what is left, as long as more of it arrives."""
        most, end = DROPPED_BYTES, monotonic() + DROPPED_SECONDS
        while self.left > LEFT_TO_SERVER and most > 0 and (seconds := end - monotonic()) > 0:
            self.sender.settimeout(min(seconds, DROPPED_PAUSE_SECONDS))
            # No more is asked for than has arrived: a read waits until it has all of it.
            arrived = self.sender.recv(CHUNK_BYTES, socket.MSG_PEEK)
            if not arrived:
                return
            most -= len(self._counted(self.source.read, min(len(arrived), self.left)))

    def _counted(self, read: Callable[[int], bytes], size: int, *, is_line: bool = False) -> bytes:
        try:
            found = read(size)
        except OSError:
            self.left = 0
            raise
        self.left -= len(found)
        if len(found) < size and not (is_line and found.endswith(b"\n")):
            self.left = 0
            raise OSError("The body ended before its announced length.")
        return found


def with_whole_bodies(app: App) -> App:
    """The WSGI application `app`, which reads each body as a `Body`. What it did not read is dropped after its response."""

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
            # Whoever reads the response may take as long as it needs.
            sender.settimeout(None)

    return answer


class _Response:
    """The response of an application; closing it, which the server does when all was sent, drops the rest of `body`."""

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
                pass  # No more arrives, or the sender is gone.
            finally:
                self.body.sender.settimeout(None)


def is_utf8(content_type: str) -> bool:
    """Return whether a body of this type can be read: its charset is UTF-8, or it names none."""
    try:
        charset = parse_header_parameters(content_type)[1].get("charset", "utf-8")
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def content_length(environ: dict[str, Any]) -> int:
    """Return the length that a request announces for its body, which may be any number; 0 if it announces none."""
    digits = environ.get("CONTENT_LENGTH") or "0"
    # Python refuses to convert thousands of digits.
    return int(digits[:20]) if digits.isdecimal() else 0
