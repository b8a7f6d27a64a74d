"""
Clicks of one grader, alone and while ten others upload amplifying files to long lists: `python -m benchmarks.heavy_uploads`.

Serves a new register of each kind with gunicorn as docs/running.md does, sends each kind of file ten times at once, and
prints what an upload took, and the median and 95th percentile of the clicks.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

from benchmarks.base import POSTGRESQL, SQLITE, register, with_django
from benchmarks.report import table, when_and_where
from tests.files.corpus.amplifying import Recipe
from tests.site.server import KEY, Answer, Visitor, serve

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
UPLOADERS, CANDIDATES, PASSWORD = 10, 10_000, "a-password-of-this-benchmark"
FIRST = 1_002
"""The number of the first candidate of a long list, as the rows of a recipe name them."""
FILES = {
    "one text of 32,000 letters as every ID and grade": Recipe("shared", "shared"),
    "750 invisible characters as every ID": Recipe("shared", letter="\u200b", length=750, rows=CANDIDATES),
    "a foreign word of its own as each grade": Recipe(
        "number", "own", letter="А", own_length=30, rows=CANDIDATES
    ),
    "all grades changed": Recipe(rows=CANDIDATES),
}


def create_sandbox() -> None:
    """In the register that the environment names: a small committee for the clicks, a long one for each uploader."""
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
    """Somebody who grades one candidate after another, every 50 ms at most."""

    def __init__(self, visitor: Visitor, candidates: list[int]) -> None:
        self.visitor, self.candidates, self.turn = visitor, candidates, 0

    def click(self) -> float:
        """Milliseconds until the grade is answered."""
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


def measure(kind: str, clicks: int) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder, register(kind) as environment:
        environment |= {"SECRET_KEY": KEY}
        for command in (
            ["manage.py", "migrate", "-v", "0"],
            ["manage.py", "collectstatic", "--noinput", "-v", "0"],
        ):
            subprocess.run([sys.executable, "-W", "ignore", *command], env=environment, check=True)
        made = subprocess.run(
            with_django("benchmarks.heavy_uploads", "--make-world"),
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        committees, candidates = ([*map(int, line.split())] for line in made.stdout.splitlines())
        with serve(environment, Path(folder, "log"), "--workers", "2") as server:
            visitors = []
            for number, committee in enumerate(committees):
                visitors.append(Visitor(server.address))
                visitors[-1].sign_in(f"grader{number}", PASSWORD)
                visitors[-1].get(f"/committees/{committee}/upload/")
            clicker = Clicker(visitors[0], candidates)
            clicker.click_while(lambda done: done < 20)
            rows = []
            for name, recipe in FILES.items():
                rows.append(beside(kind, name, recipe.build(), clicker, visitors[1:], committees[1:], clicks))
                print(*rows[-1], sep=" | ", file=sys.stderr)
            return rows


def beside(
    kind: str,
    name: str,
    content: bytes,
    clicker: Clicker,
    uploaders: list[Visitor],
    committees: list[int],
    clicks: int,
) -> list[str]:
    """One kind of file: the clicks before, and while the uploaders send it, each as often as it takes for so many clicks."""
    alone = clicker.click_while(lambda done: done < clicks)
    with ThreadPoolExecutor(UPLOADERS) as pool:
        sent: list[Future[tuple[Answer, float]]] = []

        def goes_on(done: int) -> bool:
            if done < clicks and all(one.done() for one in sent):
                sent.extend(
                    pool.submit(upload, visitor, committee, content)
                    for visitor, committee in zip(uploaders, committees, strict=True)
                )
            return not all(one.done() for one in sent)

        found = clicker.click_while(goes_on)
    answers = [one.result() for one in sent]
    took = [ms for _answer, ms in answers]
    return [
        f"{kind}, {name}",
        f"{len(content) / 1024:,.0f}",
        ", ".join(sorted({str(answer.status) for answer, _ms in answers})),
        f"{median(took):,.0f}",
        f"{max(took):,.0f}",
        str(len(found)),
        *(f"{median(each):,.0f}" for each in (alone, found)),
        *(f"{quantiles(each, n=20)[-1]:,.0f}" for each in (alone, found)),
    ]


def upload(visitor: Visitor, committee: int, content: bytes) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = visitor.upload(f"/committees/{committee}/upload/", {"file": ("grades.xlsx", content)})
    return answer, 1000 * (time.perf_counter() - began)


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--clicks", type=int, default=200, help="clicks alone, and at least so many beside")
    told.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL], choices=[SQLITE, POSTGRESQL])
    told.add_argument("--make-world", action="store_true", help=argparse.SUPPRESS)
    given = told.parse_args()
    if given.create_sandbox:
        create_sandbox()
        return
    rows = [row for kind in given.databases for row in measure(kind, given.clicks)]
    print(table(HEAD, rows), f"*{when_and_where()}.*", sep="\n\n")


if __name__ == "__main__":
    main()
