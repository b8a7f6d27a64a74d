"""
Uploads of amplifying files to lists of 10,000 candidates: `python -m benchmarks.heavy_uploads`.

Serves a new register on each kind of database with gunicorn, as in docs/guides/running.md. Prints for each file the time,
the memory and the lock time of a single upload; then the times of one grader's clicks, alone and while ten others upload
the file repeatedly.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from benchmarks.base import POSTGRESQL, SQLITE, register, with_django
from benchmarks.report import table, write_results
from tests.files.corpus.amplifying import Recipe
from tests.site.server import KEY, Answer, Server, Visitor, serve

ALONE_HEAD = ("database, file", "kB", "answer", "ms", "longest ms", "more MB", "lock ms")
HEAD = (
    "database, file",
    "kB",
    "answer",
    "an upload ms",
    "the slowest",
    "clicks",
    "p50 alone",
    "p50 beside",
    "p95 alone",
    "p95 beside",
)
TIMES = 5
UPLOADERS, CANDIDATES, PASSWORD = 10, 10_000, "a-password-of-this-benchmark"
FIRST = 1_002
"""Number of the first candidate of a long list, as in the rows of a recipe."""
FILES = {
    "one text of 32,000 letters as every ID and grade": Recipe("shared", "shared"),
    "one formula of 32,000 letters as every ID and grade": Recipe("shared formula", "shared formula"),
    "texts in runs, escapes, merges, and a fault at the end": Recipe(
        "own, in runs",
        "own",
        letter="_x0041_",
        own_length=25,
        passed_over=20_000,
        merges=9_000,
        has_fault=True,
    ),
    "750 invisible characters as every ID": Recipe("shared", letter="\u200b", length=750, rows=CANDIDATES),
    "a foreign word of its own as each grade": Recipe(
        "number", "own", letter="А", own_length=30, rows=CANDIDATES
    ),
    "all grades changed": Recipe(rows=CANDIDATES),
}


def create_data() -> None:
    """Create a small committee for the clicks, and a long one for each uploader; print their pks."""
    from committees.models import User  # noqa: PLC0415  # the site is set up where this runs
    from tests.factories import CommitteeFactory  # noqa: PLC0415

    people = [
        User.objects.create_user(
            f"grader{number}", f"grader{number}@ntnu.no", PASSWORD, name=f"Grader {number}"
        )
        for number in range(UPLOADERS + 1)
    ]
    committees = [
        CommitteeFactory.create(
            graders=[person], numbers=range(FIRST, FIRST + (CANDIDATES if number else 20))
        )
        for number, person in enumerate(people)
    ]
    print(*(committee.pk for committee in committees))
    print(*committees[0].candidates.values_list("pk", flat=True))


class Clicker:
    """A grader who grades one candidate after another, at most one every 50 ms."""

    def __init__(self, visitor: Visitor, candidates: list[int]) -> None:
        self.visitor, self.candidates, self.turn = visitor, candidates, 0

    def click(self) -> float:
        """Set a grade; return the milliseconds until the response."""
        self.turn += 1
        candidate = self.candidates[self.turn % len(self.candidates)]
        grade = "ABCDEF"[self.turn // len(self.candidates) % 6]
        began = time.perf_counter()
        answer = self.visitor.post(
            f"/candidates/{candidate}/grade/",
            {"grade": grade},
            **{"HX-Request": "true", "X-CSRFToken": self.visitor.token},
        )
        assert answer.status == 200, (answer.status, answer.text[:500])
        return 1000 * (time.perf_counter() - began)

    def click_while(self, goes_on: Callable[[int], bool]) -> list[float]:
        found: list[float] = []
        while goes_on(len(found)):
            found.append(self.click())
            time.sleep(0.05)
        return found


class Watch:
    """Maxima of a server during an upload: the memory of its processes, and how long the committee's row was locked."""

    def __init__(self, server: Server, environment: dict[str, str], committee: int) -> None:
        self.server, self.longest, self.most = server, 0.0, 0
        url = environment.get("DATABASE_URL", "")
        self.statements: tuple[str, ...]
        self.connection: sqlite3.Connection | psycopg.Connection[Any]
        if url.startswith("postgres"):
            self.connection = psycopg.connect(url, autocommit=True)
            row = f"SELECT 1 FROM committees_committee WHERE id = {committee} FOR UPDATE NOWAIT"
            self.statements = ("BEGIN", row, "ROLLBACK")
        else:
            file = Path(environment["GRADEREG_DATA"], "gradereg.sqlite3")
            self.connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
            self.statements = ("BEGIN IMMEDIATE", "ROLLBACK")

    def watch(self, done: threading.Event) -> None:
        locked_since = 0.0
        while not done.wait(0.002):
            now = time.perf_counter()
            if not self._is_locked():
                locked_since = 0.0
            else:
                locked_since = locked_since or now
                self.longest = max(self.longest, 1000 * (now - locked_since))
            self.most = max(self.most, self.server.memory)

    def _is_locked(self) -> bool:
        try:
            for statement in self.statements:
                self.connection.execute(statement)
        except (sqlite3.OperationalError, psycopg.errors.LockNotAvailable):
            if isinstance(self.connection, psycopg.Connection):
                self.connection.execute("ROLLBACK")
            return True
        return False


def alone(
    kind: str,
    name: str,
    content: bytes,
    visitor: Visitor,
    committee: int,
    server: Server,
    environment: dict[str, str],
) -> list[str]:
    """Return the row of a file that is uploaded `TIMES` times without other load, after one that warms up."""
    took: list[float] = []
    longest, grown = 0.0, 0
    for time_of in range(TIMES + 1):
        watch, done, before = Watch(server, environment, committee), threading.Event(), server.memory
        watcher = threading.Thread(target=watch.watch, args=[done])
        watcher.start()
        answer, ms = upload(visitor, committee, content)
        done.set()
        watcher.join()
        watch.connection.close()
        if time_of:
            took.append(ms)
            longest, grown = max(longest, watch.longest), max(grown, watch.most - before)
    return [
        f"{kind}, {name}",
        f"{len(content) / 1024:,.0f}",
        str(answer.status),
        f"{median(took):,.0f}",
        f"{max(took):,.0f}",
        f"{grown / 1024**2:,.0f}",
        f"{longest:,.0f}",
    ]


def measure(kind: str, clicks: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return the rows of both tables for a database of this kind."""
    with tempfile.TemporaryDirectory() as folder, register(kind) as environment:
        # No rate limit, which is not measured here.
        environment |= {"SECRET_KEY": KEY, "UPLOAD_RATE": "100000/h"}
        for command in (
            ["manage.py", "migrate", "-v", "0"],
            ["manage.py", "collectstatic", "--noinput", "-v", "0"],
        ):
            subprocess.run([sys.executable, "-W", "ignore", *command], env=environment, check=True)
        made = subprocess.run(
            with_django("benchmarks.heavy_uploads", "--create-data"),
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        committees, candidates = ([*map(int, line.split())] for line in made.stdout.splitlines())
        with serve(environment, Path(folder, "log"), "--workers", "2") as server:
            clicker = Clicker(signed_in(server.address, 0, committees[0]), candidates)
            clicker.click_while(lambda done: done < 20)
            visitor = signed_in(server.address, 1, committees[1])
            contents = {name: recipe.build() for name, recipe in FILES.items()}
            once, rows = [], []
            for name, content in contents.items():
                once.append(alone(kind, name, content, visitor, committees[1], server, environment))
                print(*once[-1], sep=" | ", file=sys.stderr)
            for name, content in contents.items():
                rows.append(beside(kind, name, content, clicker, server.address, committees[1:], clicks))
                print(*rows[-1], sep=" | ", file=sys.stderr)
            return once, rows


def beside(
    kind: str,
    name: str,
    content: bytes,
    clicker: Clicker,
    address: str,
    committees: list[int],
    clicks: int,
) -> list[str]:
    """Return the row of a file: `clicks` clicks alone, and as many while the uploaders send the file repeatedly."""
    alone = clicker.click_while(lambda done: done < clicks)
    # Separate processes with lower priority: their work is that of ten browsers on other machines.
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, get_context("spawn"), os.nice, (10,)))
            for _committee in committees
        ]
        sent: list[Future[tuple[int, float]]] = []

        def send() -> None:
            sent.extend(
                pool.submit(upload_as, address, number, committee, content)
                for number, (pool, committee) in enumerate(zip(pools, committees, strict=True), 1)
            )

        def goes_on(done: int) -> bool:
            if done < clicks and all(future.done() for future in sent):
                send()
            return not all(future.done() for future in sent)

        send()  # each signs in
        for future in sent:
            future.result()
        sent.clear()
        found = clicker.click_while(goes_on)
    answers = [future.result() for future in sent]
    took = [ms for _status, ms in answers]
    return [
        f"{kind}, {name}",
        f"{len(content) / 1024:,.0f}",
        ", ".join(sorted({str(status) for status, _ms in answers})),
        f"{median(took):,.0f}",
        f"{max(took):,.0f}",
        str(len(found)),
        *(f"{median(each):,.0f}" for each in (alone, found)),
        *(f"{quantiles(each, n=20)[-1]:,.0f}" for each in (alone, found)),
    ]


def signed_in(address: str, number: int, committee: int) -> Visitor:
    visitor = Visitor(address)
    visitor.sign_in(f"grader{number}", PASSWORD)
    visitor.get(f"/committees/{committee}/upload/")
    return visitor


_signed_in = cache(signed_in)


def upload_as(address: str, number: int, committee: int, content: bytes) -> tuple[int, float]:
    """Upload a file as a grader in a process of the pool; return the status and the milliseconds."""
    answer, ms = upload(_signed_in(address, number, committee), committee, content)
    return answer.status, ms


def upload(visitor: Visitor, committee: int, content: bytes) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = visitor.upload(f"/committees/{committee}/upload/", {"file": ("grades.xlsx", content)})
    return answer, 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--clicks", type=int, default=200, help="clicks alone, and at least as many with uploads"
    )
    parser.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    parser.add_argument("--create-data", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.create_data:
        create_data()
        return
    once, rows = [], []
    for kind in options.databases:
        both = measure(kind, options.clicks)
        once += both[0]
        rows += both[1]
    write_results("heavy", "Uploads of amplifying files", table(ALONE_HEAD, once), table(HEAD, rows))


if __name__ == "__main__":
    main()
