"""The site as in production: gunicorn in a process with its own database, and visitors by HTTP."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urljoin
from uuid import uuid4

import psutil
import psycopg
from psycopg import sql

from tests.browser.demo_site import MOST_SECONDS, ROOT, free_port

KEY = "a-long-key-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
OURS = (
    "DATABASE_URL",
    "DEBUG",
    "HTTPS",
    "SERVERS",
    "SIMULATION",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DJANGO_SETTINGS_MODULE",
)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a production site on one machine, without TLS, with the simulated FS."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    file = f"sqlite:///{folder / 'gradereg.sqlite3'}"
    given = {"GRADEREG_DATA": str(folder), "SECRET_KEY": KEY, "SERVERS": "1", "SIMULATION": "1"}
    given |= {"DATABASE_URL": file} | settings
    return inherited | given | {"DJANGO_SETTINGS_MODULE": "gradereg.settings"}


@contextmanager
def database() -> Iterator[dict[str, str]]:
    """Return the settings of a new, empty database of the kind that the tests use."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    name = sql.Identifier(plain := f"gradereg_site_{uuid4().hex[:12]}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield {"DATABASE_URL": url.rsplit("/", 1)[0] + "/" + plain}
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def manage(
    settings: Mapping[str, str], *command: str, seconds: float = 120
) -> "subprocess.CompletedProcess[str]":
    """Run `manage.py` and return its output."""
    return python(settings, "-W", "ignore", "manage.py", *command, seconds=seconds)


def python(
    settings: Mapping[str, str], *arguments: str, seconds: float = 120
) -> "subprocess.CompletedProcess[str]":
    """Run Python in the site's folder and return its output."""
    call = [sys.executable, *arguments]
    return subprocess.run(call, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=seconds)


def gunicorn(settings: Mapping[str, str], port: int, log: Path, *options: str) -> "subprocess.Popen[bytes]":
    call = [sys.executable, "-m", "gunicorn", "gradereg.wsgi", "--bind", f"127.0.0.1:{port}", *options]
    with log.open("ab") as out:
        return subprocess.Popen(
            call, cwd=ROOT, env=settings, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


class Server(NamedTuple):
    address: str
    pid: int
    log: Path

    @property
    def memory(self) -> int:
        """Return the memory of its processes in bytes."""
        master = psutil.Process(self.pid)
        return sum(one.memory_info().rss for one in (master, *master.children(recursive=True)))


@contextmanager
def serve(settings: Mapping[str, str], log: Path, *options: str) -> Iterator[Server]:
    """Start gunicorn with `options`, yield the server when it answers, and stop it at the end."""
    port = free_port()
    process = gunicorn(settings, port, log, *options)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_alive(address, process, log)
        yield Server(address, process.pid, log)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_alive(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the server, which runs as this process, answers."""
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/livez", timeout=5).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(address)


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    content: bytes
    url: str

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class _NoRedirect(urllib.request.HTTPErrorProcessor):
    """Return refusals and redirects as responses."""

    def http_response(self, request: urllib.request.Request, response: object) -> object:
        return response


class Visitor:
    """A client like a browser: keeps cookies and the form's token, follows redirects; `urls` are the requested ones."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            _NoRedirect, urllib.request.HTTPCookieProcessor(self.cookies)
        )
        self.urls: list[str] = []
        self.token = ""
        self.follow = True

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(path, None, headers)

    def post(self, path: str, fields: Mapping[str, str | list[str]] | None = None, **headers: str) -> Answer:
        body = urlencode({**(fields or {}), "csrfmiddlewaretoken": self.token}, doseq=True).encode()
        return self._ask(path, body, {"Content-Type": "application/x-www-form-urlencoded"} | headers)

    def upload(
        self, path: str, files: Mapping[str, tuple[str, bytes]], fields: Mapping[str, str] | None = None
    ) -> Answer:
        parts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {"csrfmiddlewaretoken": self.token, **(fields or {})}.items()
        ]
        parts += [
            f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode()
            + content
            + b"\r\n"
            for name, (file, content) in files.items()
        ]
        body = b"".join(b"--frontier\r\n" + part for part in parts) + b"--frontier--\r\n"
        return self._ask(path, body, {"Content-Type": "multipart/form-data; boundary=frontier"})

    def sign_in(self, username: str, password: str) -> Answer:
        self.get("/sign-in/")
        return self.post("/sign-in/", {"username": username, "password": password})

    def _ask(self, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        url = urljoin(self.address, path)
        self.urls.append(url)
        request = urllib.request.Request(url, body, dict(headers))
        with self.opener.open(request, timeout=60) as response:
            answer = Answer(response.status, response.headers, response.read(), url)
        if found := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text):
            self.token = found[1]
        if self.follow and answer.status in (301, 302, 303):
            return self._ask(urljoin(url, answer.headers["Location"]), None, {})
        return answer
