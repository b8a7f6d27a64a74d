"""
Uploads and downloads in a new register, run by `benchmarks.sheets` in a separate process. Prints a line of JSON per case.
"""

import argparse
import gc
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks import rivals
from benchmarks.base import with_django
from committees.access import seat_for
from committees.actions.confirmation import confirm_grades, withdraw_confirmation
from committees.actions.grade_lists import write_list
from committees.actions.graders import add_grader
from committees.actions.grading import set_grade
from committees.actions.planning import add_committee, create_exam
from committees.actions.sheets import renew_digest
from committees.actions.uploads import upload_grades
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User

GRADES = "ABCDEF"
CASES = ("all changed", "all unchanged", "half rejected")
FIRST = 100_001
PEOPLE = ("kari@ntnu.no", "ola@ntnu.no")


class Sheet:
    """A committee of `size` candidates with a grader who uploads one file after another."""

    def __init__(self, size: int, planner: User, code: str = "BEN") -> None:
        today = timezone.localdate()
        key = {"institusjonsnr": "194", "vurdkombkode": "V1", "vurdtidkode": "HØST", "arstall": today.year}
        key |= {"emnekode": f"{code}{size}", "name": "An exam"}
        exam = Exam(date=today, deadline=today + timedelta(21), **key)
        create_exam(exam, planners=[planner], by=planner)
        self.committee = add_committee(exam, number=1, name="", by=planner)
        Candidate.objects.bulk_create(
            Candidate(exam=exam, committee=self.committee, number=str(FIRST + place)) for place in range(size)
        )
        renew_digest(self.committee)
        for name in PEOPLE:
            add_grader(self.committee, User.objects.get(feide_name=name), is_external=False, by=planner)
        self.size, self.turn = size, 0
        self.upload(self.file("all changed"))
        with connection.cursor() as cursor:
            # As autovacuum does on PostgreSQL after a while. On SQLite, the floor would otherwise scan the whole
            # committee for each row; our upload does not need it.
            cursor.execute("ANALYZE")

    @property
    def seat(self) -> Grader:
        return seat_for(User.objects.get(feide_name=PEOPLE[0]), self.committee.pk)

    def file(self, case: str) -> bytes:
        """Return the list filled in for this case, with different grades each time, except for "all unchanged"."""
        self.turn += case != "all unchanged"
        grades = {str(FIRST + place): GRADES[(place + self.turn) % 6] for place in range(self.size)}
        if case == "half rejected":
            grades |= {number: grade.lower() for number, grade in grades.items() if int(number) % 2}
        return write_list(self.seat, timezone.localtime(), grades=grades)

    def upload(self, content: bytes) -> None:
        upload_grades(self.seat, file_name="grades.xlsx", content=content)


def timed(act: Callable[[], object]) -> float:
    """Return the milliseconds that the act takes."""
    gc.collect()
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def memory(small: Sheet, sheet: Sheet, case: str) -> float:
    """Return the MB that an upload request adds to a process that has handled a `small` one."""
    with tempfile.TemporaryDirectory() as folder:
        arguments: list[str] = []
        for each in (small, sheet):
            file = Path(folder, f"{each.committee.pk}.xlsx")
            file.write_bytes(each.file(case))
            arguments += [str(each.committee.pk), str(file)]
        command = with_django("benchmarks.sheet_memory", *arguments)
        answer = subprocess.run(command, env=os.environ, stdout=subprocess.PIPE, check=True)  # our own
    return float(answer.stdout)


def upload_case(sheet: Sheet, small: Sheet, case: str, runs: int, *, usual: bool) -> dict[str, Any]:
    """Measure one case: all variants in turn in each run, under the same conditions. The first run warms up."""
    seat, client = sheet.seat, Client(SERVER_NAME="localhost", HTTP_HX_REQUEST="true")
    client.force_login(seat.person)
    address, committee = reverse("upload-sheet", args=[sheet.committee.pk]), sheet.committee.pk
    newest = LogEntry.objects.filter(committee=committee).newest_id()

    def ours(content: bytes) -> None:
        upload_grades(seat, file_name="grades.xlsx", content=content)

    def whole(content: bytes) -> None:
        answer = client.post(address, {"file": SimpleUploadedFile("grades.xlsx", content)})
        assert answer.status_code == 200, answer.status_code

    ways: dict[str, Callable[[bytes], None]] = {
        "ours": ours,
        "whole": whole,
        "floor": lambda content: rivals.floor(content, committee, GRADES),
        "explained": lambda content: rivals.floor(content, committee, GRADES, entry=newest),
    }
    # Only for one case: they are slow, and their time hardly depends on the file.
    if case == CASES[0]:
        ways["best"] = rivals.import_at_its_best
        if usual:
            ways["usual"] = rivals.import_at_defaults
    times: dict[str, list[float]] = {name: [] for name in ways}
    queries: dict[str, int] = {}
    for _run in range(runs + 1):
        for name, way in ways.items():
            content = sheet.file(case)
            times[name].append(timed(lambda way=way, content=content: way(content)))  # type: ignore[misc]
    for name, way in ways.items():
        content = sheet.file(case)
        with CaptureQueriesContext(connection) as asked:
            way(content)
        queries[name] = len(asked)
    found = {name: median(each[1:]) for name, each in times.items()}
    taken = median(memory(small, sheet, case) for _run in range(runs))
    return {
        "about": "upload",
        "what": case,
        "size": sheet.size,
        "ms": found,
        "queries": queries,
        "memory": taken,
    }


def download_case(sheet: Sheet, runs: int) -> dict[str, Any]:
    """Measure the download of the list, and openpyxl writing the same cells."""
    seat = sheet.seat
    cells = [
        ("Candidate ID", "Grade"),
        *sheet.committee.candidates.by_number().values_list("number", "grade"),
    ]
    ours: list[float] = []
    openpyxl: list[float] = []
    for _run in range(runs + 1):
        ours.append(timed(lambda: write_list(seat, timezone.localtime())))
        openpyxl.append(timed(lambda: rivals.write_with_openpyxl(cells)))
    with CaptureQueriesContext(connection) as asked:
        write_list(seat, timezone.localtime())
    found = {"ours": median(ours[1:]), "openpyxl": median(openpyxl[1:])}
    return {"about": "download", "size": sheet.size, "ms": found, "queries": {"ours": len(asked)}}


def lock_time(act: Callable[[], object]) -> float:
    """Return the milliseconds from taking the lock (on SQLite the write lock) to the end of the act."""
    taken: list[float] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if sql.startswith("BEGIN") or "FOR UPDATE" in sql:
            taken.append(time.perf_counter())
        return answer

    gc.collect()
    with connection.execute_wrapper(watch):
        act()
    return 1000 * (time.perf_counter() - taken[0])


def lock_case(sheet: Sheet, runs: int) -> dict[str, Any]:
    """Measure how long acts lock the committee."""
    seat, candidate = sheet.seat, sheet.committee.candidates.order_by("pk")[0]
    found: dict[str, list[float]] = {"upload": [], "click": [], "confirmation": []}
    for run in range(runs + 1):
        content = sheet.file(CASES[0])
        found["upload"].append(lock_time(lambda content=content: sheet.upload(content)))  # type: ignore[misc]
        # The first may be the current grade; the second always differs.
        for grade in GRADES[run % 2 : 2 + run % 2]:
            clicked = lock_time(lambda grade=grade: set_grade(seat, candidate, grade))  # type: ignore[misc]
        found["click"].append(clicked)
        version = Committee.objects.get(pk=sheet.committee.pk).version
        confirmed = lock_time(
            lambda version=version: confirm_grades(seat, expected_version=version, acknowledged=True)  # type: ignore[misc]
        )
        found["confirmation"].append(confirmed)
        withdraw_confirmation(seat)
    ms = {act: median(each[1:]) for act, each in found.items()}
    return {"about": "lock", "size": sheet.size, "ms": ms}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", required=True)
    parser.add_argument(
        "--usual-up-to", type=int, required=True, help="most rows for import-export with its defaults"
    )
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    planner = User.objects.create(username="per", feide_name="per@ntnu.no", is_planner=True)
    for name in PEOPLE:
        User.objects.create(username=name, feide_name=name)
    small = Sheet(10, planner, "SMALL")
    for size in options.sizes:
        sheet = Sheet(size, planner)
        for case in CASES:
            usual = size <= options.usual_up_to
            print(json.dumps(upload_case(sheet, small, case, options.runs, usual=usual)), flush=True)
        print(json.dumps(download_case(sheet, options.runs)), flush=True)
        print(json.dumps(lock_case(sheet, options.runs)), flush=True)


if __name__ == "__main__":
    main()
