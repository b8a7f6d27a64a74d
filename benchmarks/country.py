"""
Times of pages and acts in a country, compared with a database that has little more than the data they use.

    DATABASE_URL=postgres://user@host/name python -m benchmarks.country [--exams 20000] [--keep]

Measures the server's time in process, with Django's test client and all middleware. The two databases take turns, so that
a busy moment of the machine affects both.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median
from typing import Any

from django.db import connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tqdm import tqdm

from benchmarks.countries import Base, ready
from benchmarks.plans import ways
from benchmarks.report import table, write_results
from benchmarks.seeding import PASSWORD
from committees.actions.confirmation import confirm_grades, reopen_committee
from committees.actions.sheets import lock_for_grading, write_grades
from committees.enums import ChangeCode, LogAction
from committees.models import Candidate, Committee, Exam, Grader, User
from tests.load.figures import at_share

ROUNDS, IN_A_ROUND, WARM = 5, 8, 6
"""WARM requests go first: PostgreSQL prepares a statement at its sixth execution."""
PLANNED_BESIDE = 494
"""Number of the planner's exams besides the fixed ones."""
Answer = Any


class Scene:
    """A database with clients of its people, signed in on first use."""

    def __init__(self, base: Base) -> None:
        self.base = base
        self.clients: dict[str, Client] = {}

    def by(self, username: str) -> Client:
        if username not in self.clients:
            client = Client(headers={"host": "localhost"})
            client.post("/sign-in/", {"username": username, "password": PASSWORD})
            self.clients[username] = client
        return self.clients[username]

    @cached_property
    def committees(self) -> dict[str, Committee]:
        """Return the first committee of each fixed exam, by the exam's code."""
        first = Committee.objects.filter(number=1, graders__person__username="grader-1")
        return {committee.exam.emnekode: committee for committee in first.select_related("exam")}

    @cached_property
    def candidate(self) -> Candidate:
        return self.committees["OPEN1000"].candidates.order_by("pk")[0]


@dataclass
class Measure:
    """A measured request; `before` and `after` it runs what is not measured."""

    label: str
    ask: Callable[[Scene], Answer]
    before: Callable[[Scene], object] = lambda scene: None
    after: Callable[[Scene], object] = lambda scene: None
    small: int = 0
    in_a_round: int = IN_A_ROUND
    warm: int = WARM
    seconds: dict[int, list[float]] = field(default_factory=dict)
    queries: int = 0
    ways: tuple[str, str] = ("", "")
    size: int = 0

    def once(self, scene: Scene) -> float:
        """Return the seconds that the request takes."""
        self.before(scene)
        began = time.perf_counter()
        answer = self.ask(scene)
        took = time.perf_counter() - began
        if answer.status_code not in (200, 302):
            raise AssertionError(f"{self.label}: {answer.status_code}")
        self.size = len(answer.content)
        self.after(scene)
        return took

    def round(self, scene: Scene) -> None:
        with scene.base:
            for _ in range(self.warm):
                self.once(scene)
            took = self.seconds.setdefault(scene.base.exams, [])
            took += [self.once(scene) for _ in range(self.in_a_round)]

    def explain(self, scene: Scene) -> None:
        """Record the number of queries and their indexes; apart, because capturing takes time."""
        with scene.base:
            self.before(scene)
            with CaptureQueriesContext(connections["default"]) as captured:
                self.ask(scene)
                queries = [query["sql"] for query in captured.captured_queries]
            self.after(scene)
            self.queries = sum(not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in queries)
            if not scene.base.is_file:
                self.ways = ways(queries)

    def row(self, country: int) -> list[str]:
        there, here = self.seconds[country], self.seconds[min(self.small, country)]
        return [
            self.label,
            f"{len(there)}",
            f"{1000 * median(there):,.0f}",
            f"{1000 * at_share(there, 0.95):,.0f}",
            f"{1000 * median(here):,.0f}",
            f"{1000 * at_share(here, 0.95):,.0f}",
            f"{median(there) / median(here):.2f}",
            f"{self.queries}",
            f"{self.size:,}",
        ]


# Pages


def window(size: int) -> Measure:
    def ask(scene: Scene) -> Answer:
        return scene.by("grader-1").get(f"/committees/{scene.committees[f'OPEN{size}'].pk}/")

    return Measure(f"Final Grading, {size:,} candidates", ask)


def test_transfer(scene: Scene) -> Answer:
    return scene.by("planner").get(f"/plan/exams/{scene.committees['SEND5000'].exam_id}/test-transfer/")


# Acts


def click(scene: Scene, **headers: str) -> Answer:
    # Another grade each time
    candidate = scene.candidate
    candidate.grade = "B" if candidate.grade == "A" else "A"
    path = f"/candidates/{candidate.pk}/grade/"
    return scene.by("grader-1").post(path, {"grade": candidate.grade}, headers=headers)


def confirm(scene: Scene) -> Answer:
    committee = Committee.objects.get(pk=scene.committees["OPEN1000"].pk)
    fields = {"expected_version": committee.version, "acknowledged": "on"}
    return scene.by("grader-1").post(f"/committees/{committee.pk}/confirm/", fields)


def withdraw(scene: Scene) -> Answer:
    return scene.by("grader-1").post(f"/committees/{scene.committees['OPEN1000'].pk}/withdraw/")


@transaction.atomic
def change_all(scene: Scene) -> None:
    """Change and confirm every grade after a transfer, so that the next transfer sends every line again."""
    exam = Exam.objects.get(pk=scene.committees["SEND5000"].exam_id)
    if not exam.transfers.exists():
        return
    by = User.objects.get(username="planner")
    for committee in exam.committees.all():
        reopen_committee(committee, reason="All changed", code=ChangeCode.ERROR, by=by)
        seats = list(Grader.objects.filter(committee=committee).select_related("person"))
        _write_others(seats[0])
        version = Committee.objects.get(pk=committee.pk).version
        for seat in seats:
            confirm_grades(seat, expected_version=version, acknowledged=True)


def _write_others(seat: Grader) -> None:
    committee = lock_for_grading(seat)
    grades = committee.candidates.exclude(grade="").values_list("number", "grade")
    changes = {number: [grade, "B" if grade == "A" else "A"] for number, grade in grades}
    write_grades(committee, changes, LogAction.GRADES_UPLOADED, by=seat.person)


def transfer(scene: Scene) -> Answer:
    exam = scene.committees["SEND5000"].exam
    fields = {"number": exam.transfers.count() + 1}
    return scene.by("planner").post(f"/plan/exams/{exam.pk}/transfer/", fields)


def measures() -> list[Measure]:
    return [
        Measure("Grade tab", lambda scene: scene.by("grader-1").get("/grade/")),
        *[window(size) for size in (10, 100, 1_000, 5_000)],
        Measure("Plan tab, 500 exams", lambda scene: scene.by("planner").get("/plan/"), small=PLANNED_BESIDE),
        Measure("FS tab, 500 exams", lambda scene: scene.by("planner").get("/fs/"), small=PLANNED_BESIDE),
        Measure("Studentweb", lambda scene: scene.by("student").get("/studentweb/")),
        Measure("A click, 1,000 candidates", lambda scene: click(scene, **{"hx-request": "true"})),
        Measure("The same without JavaScript", click),
        Measure("A confirmation, 1,000 candidates", confirm, after=withdraw),
        Measure("Test transfer, 5,000 lines", test_transfer, in_a_round=4, warm=1),
        Measure("Transfer, 5,000 lines", transfer, before=change_all, in_a_round=4, warm=0),
    ]


WAYS = ("", "indexes used (EXPLAIN)", "sequential scans of large tables")
HEAD = ("", "requests", "p50 ms", "p95 ms", "small p50 ms", "small p95 ms", "ratio", "queries", "bytes")


def measured(exams: int) -> list[Measure]:
    """Run all measures and return them."""
    found = measures()
    scenes = {size: Scene(Base(size)) for size in {exams, *(min(measure.small, exams) for measure in found)}}
    for scene in scenes.values():
        scene.base.make()
    for measure in tqdm(found, unit="page", disable=None):
        for _ in range(ROUNDS):
            for size in sorted({min(measure.small, exams), exams}):
                measure.round(scenes[size])
        measure.explain(scenes[exams])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--exams", type=int, default=20_000, help="number of exams of the country")
    parser.add_argument("--keep", action="store_true", help="keep the seeded country for the next run")
    options = parser.parse_args()
    ready()
    found = measured(options.exams)
    with Base(options.exams) as country:
        contents = (
            f"{Exam.objects.count():,} exams, {Committee.objects.count():,} committees, "
            f"{User.objects.count():,} people, {Candidate.objects.count():,} candidates"
        )
        vendor = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[country.connection.vendor]
    tables = [f"{vendor}: {contents}.", table(HEAD, [measure.row(options.exams) for measure in found])]
    if not country.is_file:
        tables.append(table(WAYS, [(measure.label, *measure.ways) for measure in found]))
    write_results("country", "Pages and acts in a full register", *tables)
    for size in {0, PLANNED_BESIDE} - {options.exams}:
        Base(size).drop(whole=True)
    country.drop(whole=not options.keep)


if __name__ == "__main__":
    main()
