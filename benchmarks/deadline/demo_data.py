"""Data of deadline day, and export of the register afterwards. Run by `manage.py shell`."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import connection
from django.utils import timezone

from benchmarks.deadline.people import CANDIDATES, PASSWORD, SEATS, committees_of, username
from committees.actions.fs_import import apply_import, keep_import
from committees.enums import LogAction
from committees.models import Candidate, FsImport, Grader, LogEntry, User

COMMITTEES_PER_EXAM = 4
EXAMS_PER_IMPORT = 25


def create(graders: int) -> None:
    """Create people with passwords, and import their exams from FS's files."""
    # One password for all, hashed once. Checking it takes each sign-in as long as in production.
    hashed = make_password(PASSWORD)
    names = [username(number) for number in range(graders)]
    people = [User(username=one, feide_name=f"{one}@ntnu.no", name=one, password=hashed) for one in names]
    User.objects.bulk_create(people, batch_size=1000)
    planner = User.objects.create(username="planner", name="Planner", is_planner=True, password=hashed)
    exams = range(-(-committees_of(graders) // COMMITTEES_PER_EXAM))
    for first in exams[::EXAMS_PER_IMPORT]:
        _import(planner, exams[first : first + EXAMS_PER_IMPORT], graders)
    if connection.vendor == "postgresql":
        # As autovacuum does after a while; otherwise the day would begin with plans for empty tables.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _import(planner: User, exams: Iterable[int], graders: int) -> None:
    today = timezone.localdate()
    lines: dict[str, list[str]] = {"exams": [], "committees": [], "candidates": []}
    for exam in exams:
        key = f"194;DLD{exam:04};1;M1;HØST;{today.year}"
        lines["exams"].append(f"{key};{today - timedelta(days=20)}T09:00;Hall;")
        first = exam * COMMITTEES_PER_EXAM
        for committee in range(first, min(first + COMMITTEES_PER_EXAM, committees_of(graders))):
            number = committee - first + 1
            lines["committees"] += [
                f"{key};{number};Oral;{username(committee * SEATS + seat)};{'NJ'[seat]}"
                for seat in range(SEATS)
            ]
            lines["candidates"] += [
                f"student{exam}.{number}.{one};{key};{number * 1000 + one};{number};"
                for one in range(1, CANDIDATES + 1)
            ]
    files = {kind: "\n".join(of_kind).encode() for kind, of_kind in lines.items()}
    plan = apply_import(keep_import(FsImport(by=planner, **files)))
    assert not plan.problems, plan.problems[:5]  # these files are right


def export(path: str) -> None:
    """Write the graders' acts in the log, the current grades and the valid confirmations to `path`, as JSON."""
    entries = LogEntry.objects.filter(action__in=[*LogAction.of_grades(), LogAction.CONFIRMED]).order_by("pk")
    acts = [
        [who, str(action), committee, {number: new for number, (_old, new) in changes.items()}]
        for who, action, committee, changes in entries.values_list(
            "by__username", "action", "committee_id", "changes"
        )
    ]
    grades = list(Candidate.objects.values_list("committee_id", "number", "grade"))
    seats = Grader.objects.with_confirmed().select_related("person")
    confirmed = [[seat.person.username, seat.committee_id] for seat in seats if seat.has_confirmed]
    Path(path).write_text(json.dumps({"acts": acts, "grades": grades, "confirmed": confirmed}))
