"""The running site while its database is down, read-only or full: 503 with a page on every route, and recovery."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from psycopg import sql

from tests.demo_files import make_demo
from tests.site.server import Answer, Server, Visitor, database, environment, serve
from tests.views.html import parse

pytestmark = pytest.mark.slow

HTMX = {"HX-Request": "true"}
IS_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


class Proxy:
    """A TCP proxy before PostgreSQL. When off, it closes connections and accepts none."""

    def __init__(self, host: str, port: int) -> None:
        self.target = host, port
        self.pairs: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def stop(self) -> None:
        # A thread in accept() keeps the port open until the socket is shut down.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.pairs:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def start(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=[self.listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _address = listener.accept()
                server = socket.create_connection(self.target)
                self.pairs += [client, server]
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class Site:
    """A server with a demo site of its own, and functions that make its database fail."""

    def __init__(self, server: Server, settings: dict[str, str], proxy: Proxy | None, url: str) -> None:
        self.server, self.settings, self.proxy, self.url = server, settings, proxy, url
        self.folder = Path(settings["GRADEREG_DATA"])

    @contextmanager
    def outage(self, kind: str) -> Iterator[None]:
        begin, end = {
            "stopped": (self.stop, self.start),
            "read-only": (lambda: self._set_read_only("on"), lambda: self._set_read_only("off")),
            "full": (lambda: self._limit_files(0), lambda: self._limit_files(-1)),
        }[kind]
        begin()
        try:
            yield
        finally:
            end()

    def stop(self) -> None:
        if self.proxy:
            return self.proxy.stop()
        # A missing mount. Processes that have the file open could go on, so restart the workers.
        self.file.rename(self.file.with_suffix(".away"))
        self.file.mkdir()
        return self._renew_workers()

    def start(self) -> None:
        if self.proxy:
            return self.proxy.start()
        self.file.rmdir()
        self.file.with_suffix(".away").rename(self.file)
        return None

    @property
    def file(self) -> Path:
        return Path(self.settings["GRADEREG_DATA"]) / "gradereg.sqlite3"

    def _limit_files(self, most: int) -> None:
        """Limit the size of files that the server's processes may write; 0 means no space for SQLite."""
        master = psutil.Process(self.server.pid)
        for one in (master, *master.children(recursive=True)):
            one.rlimit(psutil.RLIMIT_FSIZE, (most, -1))

    def _renew_workers(self) -> None:
        for one in psutil.Process(self.server.pid).children():
            one.kill()
            one.wait()
        wait_for(lambda: Visitor(self.server.address).get("/livez").status == 200)

    def _set_read_only(self, value: str) -> None:
        """Make the database read-only for new connections, as an administrator or a replica does."""
        name = self.url.rsplit("/", 1)[1]
        with psycopg.connect(self.url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as admin:
            admin.execute(
                sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(
                    sql.Identifier(name), sql.Literal(value)
                )
            )
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def wait_for(holds: Callable[[], bool]) -> None:
    for _attempt in range(200):
        with suppress(OSError):
            if holds():
                return
        threading.Event().wait(0.05)
    raise TimeoutError


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("outages") / "data"
    folder.mkdir()
    with database() as kind:
        given, proxy, url = environment(folder, GRADEREG_DEMO="1", GRADEREG_LOG="json", **kind), None, ""
        make_demo(given)
        if url := kind.get("DATABASE_URL", ""):
            parts = urlsplit(url)
            proxy = Proxy(parts.hostname or "127.0.0.1", parts.port or 5432)
            user = f"{parts.username}:{parts.password}" if parts.password else parts.username
            given["DATABASE_URL"] = f"postgres://{user}@127.0.0.1:{proxy.port}{parts.path}"
        with serve(given, folder.with_name("log"), "--workers", "1") as server:
            yield Site(server, given, proxy, url)


@pytest.fixture
def kari(site: Site) -> Visitor:
    kari = Visitor(site.server.address)
    assert kari.sign_in("kari", "demo").status == 200
    kari.get("/committees/1/")
    return kari


SENTENCE = (
    "The database is not available right now. Wait a minute, reload the page, and check whether your last change was "
    "saved."
)
PAGES = """
/ /grade/ /grade/1/ /committees/1/ /committees/1/live/ /candidates/1/ /committees/1/download/ /settings/ /notices/ /nowhere/
/accessibility/ /sign-in/ /plan/ /fs/ /studentweb/ /training/ /admin/ /admin/committees/exam/ /practice/1/you/grade/
"""
ACTS = {
    "/candidates/1/grade/": {"grade": "A", "expected_grade": ""},
    "/settings/": {"language": "nn", "theme": "dark", "mail_frequency": "daily"},
    "/language/": {"language": "nb"},
    "/training/self-study/first-exam/": {},
}
UNWRITABLE = ["stopped", "read-only" if IS_POSTGRESQL else "full"]


def unlike_503(answers: dict[str, Answer]) -> dict[str, int]:
    """Return the responses that are not 503 with Retry-After."""
    found = {}
    for path, answer in answers.items():
        if answer.status != 503 or answer.headers["Retry-After"] != "30":
            found[path] = answer.status
    return found


def test_pages_report_the_outage(site: Site, kari: Visitor) -> None:
    with site.outage("stopped"):
        answers = {path: kari.get(path) for path in PAGES.split()}
        # Neither the user nor their settings may be read from the database.
        norwegian = Visitor(site.server.address).get("/sign-in/", **{"Accept-Language": "nn"})
        static = kari.get(parse(answers["/grade/"].text).all("link")[0]["href"])
    assert unlike_503(answers) == {}
    assert {tuple(parse(one.text).texts("p")) for one in answers.values()} == {(SENTENCE,)}
    assert (norwegian.status, parse(norwegian.text).one("html")["lang"]) == (503, "nn")
    assert static.status == 200
    assert kari.get("/grade/").status == 200


@pytest.mark.parametrize("kind", UNWRITABLE)
def test_acts_are_refused_with_a_message(site: Site, kari: Visitor, kind: str) -> None:
    visitor = Visitor(site.server.address)
    visitor.get("/sign-in/")
    with site.outage(kind):
        answers = {path: kari.post(path, fields) for path, fields in ACTS.items()}
        answers["/sign-in/"] = visitor.post("/sign-in/", {"username": "ola", "password": "demo"})
        answers["wrong password"] = visitor.post("/sign-in/", {"username": "ola", "password": "wrong"})
    assert unlike_503(answers) == {}
    assert [
        row["data-grade"] for row in parse(kari.get("/committees/1/").text).all("tr", data_candidate="10001")
    ] == [""]
    assert parse(kari.get("/grade/").text).one("html")["lang"] == "en"


@pytest.mark.parametrize("kind", UNWRITABLE)
def test_htmx_request_gets_an_alert(site: Site, kari: Visitor, kind: str) -> None:
    with site.outage(kind):
        answer = kari.post("/candidates/1/grade/", {"grade": "A", "expected_grade": ""}, **HTMX)
    assert unlike_503({"click": answer}) == {}
    assert (parse(answer.text).alerts, answer.headers["HX-Retarget"]) == ([SENTENCE], "#alerts")


def test_polling_stops_silently(site: Site, kari: Visitor) -> None:
    news = parse(kari.get("/committees/1/").text).one(id="change-feed")["hx-get"]
    with site.outage("stopped"):
        answer = kari.get(news, **HTMX, **{"HX-Target": "change-feed"})
    assert (answer.status, answer.headers["HX-Reswap"]) == (503, "none")
    (*_others, last) = site.server.log.read_text().splitlines()
    assert len(json.loads(last)["request_id"]) == 32
    assert kari.get(news, **HTMX).status == 204


@pytest.mark.parametrize("kind", UNWRITABLE)
def test_readyz_reports_the_outage(site: Site, kind: str) -> None:
    visitor = Visitor(site.server.address)
    assert visitor.get("/readyz").status == 200
    with site.outage(kind):
        answers = [visitor.get("/readyz"), visitor.get("/livez")]
    assert [(one.status, one.text) for one in answers] == [(503, "not ready: database\n"), (200, "ok\n")]
    assert visitor.get("/readyz").status == 200


def test_each_503_is_logged_once_with_its_cause(site: Site, kari: Visitor) -> None:
    with site.outage("stopped"):
        number = kari.get("/grade/").headers["X-Request-ID"]
    entries = [json.loads(line) for line in site.server.log.read_text().splitlines() if number in line]
    (error,) = [one for one in entries if one["level"] == "ERROR"]
    assert "django.db.utils.OperationalError" in error["error"]
    assert [one["status"] for one in entries if "status" in one] == [503]


def test_server_recovers_after_a_kill_during_an_outage(site: Site, kari: Visitor) -> None:
    with site.outage("stopped"):
        kari.get("/grade/")
        site._renew_workers()
        assert unlike_503({"/grade/": kari.get("/grade/")}) == {}
    assert kari.get("/grade/").status == 200
