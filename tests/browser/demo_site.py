"""Demo sites for tests: the real server on a real database, browsers, and a spreadsheet program."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page, Playwright, expect
from psycopg import sql

from tests.browser.preloaded import Fork, Preloaded
from tests.demo_files import make_demo

ROOT = Path(__file__).resolve().parent.parent.parent
WHOLE_BROWSER = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE_BROWSER
"""The headless shell has the same engine and takes a fifth less processor time; it fetches no icons."""
SOFFICE = shutil.which("soffice")
TIMEOUT = 15_000
"""Milliseconds: on a busy machine a response may take more than the default 5 seconds of `expect`."""
expect.set_options(timeout=TIMEOUT)
HOST = "grades.example.org"
"""The address of a site in pictures."""
MOST_SECONDS = 60
"""The longest start of a server: many times the usual one, because other processes may be busy."""
CALC_SCRIPT = Path(__file__).with_name("fill_in_calc.py")


def python_with_uno() -> str | None:
    """Return a Python that can use LibreOffice, or None."""
    for python in (sys.executable, "/usr/bin/python3"):
        if (
            Path(python).exists()
            and not subprocess.run([python, "-c", "import uno"], capture_output=True).returncode
        ):
            return python
    return None


def fill_in(source: Path, target: Path, **cells: str) -> None:
    """Fill in the grade sheet `source` with LibreOffice, and save it as `target`: `fill_in(a, b, B2="A")`."""
    python = python_with_uno()
    assert python is not None
    typed = [f"{place}={text}" for place, text in cells.items()]
    subprocess.run([python, str(CALC_SCRIPT), str(source), str(target), *typed], check=True, timeout=180)


def launch(playwright: Playwright, *more: str, executable: str | None = CHROMIUM) -> Browser:
    """Start a headless Chromium with `more` arguments."""
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", *more]
    return playwright.chromium.launch(executable_path=executable, args=arguments)


class DemoSite:
    """A running demo site: its address, and functions to sign in."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.address = address
        self.browser = browser
        self.console_errors: list[str] = []

    def visit(self, *, width: int = 1280, javascript: bool = True, locale: str = "en-GB") -> Page:
        """Open a browser window without a signed-in user, and record its console errors."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            base_url=self.address,
            locale=locale,
        )
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        return page

    def sign_in(
        self, username: str, *, width: int = 1280, javascript: bool = True, locale: str = "en-GB"
    ) -> Page:
        """Open a browser window with `username` signed in."""
        page = self.visit(width=width, javascript=javascript, locale=locale)
        page.goto("/sign-in/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", "demo")
        page.locator("main form button[type=submit]").click()
        # Wait for the next page; otherwise later checks could see the page in between.
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page


class Site:
    """A database and its folder, named by `environment`, with a server that can be started and killed."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.server: subprocess.Popen[bytes] | Fork | None = None

    def start(
        self, *, workers: int = 1, application: str = "gradereg.wsgi", preloaded: Preloaded | None = None
    ) -> None:
        """Start the server, as a fork of `preloaded` if there is one, and return when it answers."""
        options = [application, "--bind", f"127.0.0.1:{self.port}", "--workers", str(workers)]
        options += ["--threads", "4", "--log-level", "warning"]
        if preloaded:
            self.server = preloaded.start(self.environment, options)
        else:
            command = [sys.executable, "-m", "gunicorn", *options]
            self.server = subprocess.Popen(command, cwd=ROOT, env=self.environment, start_new_session=True)
        wait_for(self.address)

    def kill(self) -> None:
        """Kill the server and its workers with signal 9."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None


def named_site(site: Site, playwright: Playwright) -> DemoSite:
    """Return the running site with the address http://HOST, in a browser of its own."""
    resolver = f"--host-resolver-rules=MAP {HOST}:80 {site.address.removeprefix('http://')}"
    return DemoSite(f"http://{HOST}", launch(playwright, resolver))


class SiteTemplate:
    """A seeded database that is copied for every site, so that each starts unchanged. `label` is in its name."""

    def __init__(self, folder: Path, postgres: str | None, label: str = "browser") -> None:
        self.folder, self.postgres, self.label = folder, postgres, label
        self.number = 0
        self.preloaded: Preloaded | None = None
        make_demo(self._environment(self.folder, self._database("site_template")))

    def run(self, *command: str) -> str:
        """Run a Python module on the template, so that later copies have what it makes. Return its output."""
        environment = self._environment(self.folder, self._database("site_template"))
        made = subprocess.run(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, check=True, capture_output=True
        )
        return made.stdout.decode()

    def _database(self, name: str) -> dict[str, str]:
        if self.postgres is None:
            return {}
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            site_template = sql.Identifier(self._name("site_template"))
            query = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._name(name)))
            if name != "site_template":
                query += sql.SQL(" TEMPLATE {}").format(site_template)
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self._name(name)])
            if not exists.fetchone():
                connection.execute(query)
        return {"DATABASE_URL": self.postgres.rsplit("/", 1)[0] + "/" + self._name(name)}

    def _name(self, name: str) -> str:
        return f"gradereg_{self.label}_{os.getpid()}_{name}"

    def _environment(self, folder: Path, database: dict[str, str]) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DEBUG")}
        ours = {
            "GRADEREG_DATA": str(folder),
            "GRADEREG_DEMO": "1",
            "SECRET_KEY": "for-tests-only",
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
        }
        return inherited | ours | database

    @contextmanager
    def site(self, **environment: str) -> Iterator[Site]:
        """Return a new copy of the template, without a server. `environment` overrides the usual one."""
        self.number += 1
        name = f"world{self.number}"
        folder = self.folder.parent / name
        shutil.copytree(self.folder, folder)
        site = Site(self._environment(folder, self._database(name)) | environment)
        try:
            yield site
        finally:
            site.kill()
            self._drop(name)

    @contextmanager
    def demo(self, browser: Browser, **environment: str) -> Iterator[DemoSite]:
        """Yield a new running demo site. `environment` overrides the usual one."""
        if self.preloaded is None:
            self.preloaded = Preloaded(self._environment(self.folder, self._database("site_template")))
        with self.site(**environment) as site:
            site.start(preloaded=self.preloaded)
            yield DemoSite(site.address, browser)

    def _drop(self, name: str) -> None:
        if self.postgres is not None:
            with psycopg.connect(self.postgres, autocommit=True) as connection:
                query = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(query.format(sql.Identifier(self._name(name))))

    def end(self) -> None:
        if self.preloaded is not None:
            self.preloaded.end()
        self._drop("site_template")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    """Return when the server answers."""
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/sign-in/", timeout=5).close()
        except OSError:  # not there yet, or too slow on a busy machine
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)
