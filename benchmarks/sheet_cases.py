"""
Uploads and downloads on the register that the environment names, for `benchmarks.sheets`, which runs this in a process of
its own. Answers with a line of JSON for each case.
"""

import gc
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks import rivals
from committees.access import seat_for
from committees.actions.planning import add_committee, create_exam, seat_grader
from committees.actions.sheets import renew_digest
from committees.actions.uploads import upload_grades, write_list
from committees.models import Candidate, Exam, Grader, User

GRADES = "ABCDEF"
CASES = ("all changed", "all unchanged", "half rejected")
FIRST = 100_001
HTTP = {"SERVER_NAME": "localhost"}


class Sheet:
    """A committee of `size` candidates, whose grader uploads one file after another."""

    def __init__(self, size: int, planner: User) -> None:
        today = timezone.localdate()
        key = {"institusjonsnr": "194", "vurdkombkode": "V1", "vurdtidkode": "HØST", "arstall": today.year}
        exam = Exam(emnekode=f"BEN{size}", name="An exam", date=today, deadline=today + timedelta(21), **key)
        create_exam(exam, planners=[planner], by=planner)
        self.committee = add_committee(exam, number=1, name="", by=planner)
        Candidate.objects.bulk_create(
            Candidate(exam=exam, committee=self.committee, number=str(FIRST + place)) for place in range(size)
        )
        renew_digest(self.committee)
        for name in ("kari@ntnu.no", "ola@ntnu.no"):
            seat_grader(self.committee, feide_name=name, is_external=False, by=planner)
        self.size, self.turn = size, 0
        self.upload(self.file("all changed"))

    @property
    def seat(self) -> Grader:
        return seat_for(User.objects.get(feide_name="kari@ntnu.no"), self.committee.pk)

    def file(self, case: str) -> bytes:
        """The list as its grader fills it in for this case; another one each time, unless nothing is to change."""
        self.turn += case != "all unchanged"
        grades = {str(FIRST + place): GRADES[(place + self.turn) % 6] for place in range(self.size)}
        if case == "half rejected":
            grades |= {number: grade.lower() for number, grade in grades.items() if int(number) % 2}
        return write_list(self.seat, timezone.localtime(), grades=grades)

    def upload(self, content: bytes) -> None:
        upload_grades(self.seat, file_name="grades.xlsx", content=content)


def timed(act: Callable[[], object]) -> float:
    """Milliseconds that the act takes."""
    gc.collect()
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def peak(act: Callable[[], object]) -> float:
    """Megabytes that the process holds at most during the act, above what it held before."""
    gc.collect()
    before = psutil.Process().memory_info().rss
    Path("/proc/self/clear_refs").write_text("5")
    act()
    highest = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    return int(highest.split()[1]) / 1024 - before / 2**20


def upload_case(sheet: Sheet, case: str, runs: int, *, slow: bool) -> dict[str, object]:
    """One case, everything in turn, so that all of it meets the same machine."""
    seat, client = sheet.seat, Client(**HTTP)
    client.force_login(seat.person)
    address = reverse("upload-sheet", args=[sheet.committee.pk])
    ours: list[float] = []
    whole: list[float] = []
    floors: list[float] = []
    best: list[float] = []
    usual: list[float] = []
    memory: list[float] = []
    queries: set[int] = set()
    for run in range(runs + 1):
        content = sheet.file(case)
        floors.append(timed(lambda: rivals.floor(content, sheet.committee.pk, GRADES)))  # noqa: B023
        content = sheet.file(case)
        ours.append(timed(lambda: upload_grades(seat, file_name="grades.xlsx", content=content)))  # noqa: B023
        content = sheet.file(case)
        memory.append(peak(lambda: upload_grades(seat, file_name="grades.xlsx", content=content)))  # noqa: B023
        content = sheet.file(case)
        with CaptureQueriesContext(connection) as asked:
            upload_grades(seat, file_name="grades.xlsx", content=content)
        queries.add(len(asked))
        content = sheet.file(case)
        file = SimpleUploadedFile("grades.xlsx", content)
        whole.append(timed(lambda: client.post(address, {"file": file}, HTTP_HX_REQUEST="true")))  # noqa: B023
        content = sheet.file(case)
        best.append(timed(lambda: rivals.import_at_its_best(content)))  # noqa: B023
        if slow:
            content = sheet.file(case)
            usual.append(timed(lambda: rivals.import_at_defaults(content)))  # noqa: B023
    return {}
