"""Demo data: people, and exams from FS's files through the import that planners use."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from committees.actions.confirmation import confirm_grades
from committees.actions.fs_import import apply_import, keep_import
from committees.actions.grading import note_attendance, set_grade
from committees.actions.planning import change_exam
from committees.actions.reminders import notify_deadlines
from committees.enums import Attendance, EmailSource, ExamKind
from committees.grade_scales import PASS
from committees.models import Committee, Exam, FsImport, Grader, User

PASSWORD = "demo"  # noqa: S105  # printed on the demo's sign-in page
PEOPLE = [
    ("kari", "Kari Nordmann", "kari@ntnu.no", {}),
    ("ola", "Ola Hansen", "ola@uio.no", {}),
    ("ingrid", "Ingrid Dahl", "ingrid@ntnu.no", {}),
    ("per", "Per Lund", "per@ntnu.no", {"is_planner": True}),
    ("nina", "Nina Vik", "nina@ntnu.no", {"is_trainer": True}),
    ("sofie", "Sofie Berg", "sofie@ntnu.no", {}),
    ("admin", "Admin", "admin@ntnu.no", {"is_staff": True, "is_superuser": True}),
]
MUSICIANS = ["Emma Lie", "Jakob Moe", "Nora Sand", "Filip Aas"]


class Command(BaseCommand):
    help = "Create the demo data in an empty database. A database with people is not changed."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "This is a production configuration: the passwords of the demo are known to everybody."
            )
        if User.objects.exists():
            self.stdout.write("The database has people already; nothing was seeded.")
            return
        with transaction.atomic():
            seed()
        self.stdout.write("The demo world is made.")


def seed() -> None:
    """Create all demo data. Call it in a transaction, so that the data is complete or absent."""
    for username, name, feide_name, roles in PEOPLE:
        User.objects.create_user(
            username,
            feide_name,
            PASSWORD,
            name=name,
            feide_name=feide_name,
            email_source=EmailSource.PERSON,
            **roles,
        )
    for name in MUSICIANS:
        User.invited(f"{name.lower().replace(' ', '.')}@ntnu.no", name=name).save()
    per = User.objects.get(username="per")
    today = timezone.localdate()
    _programming(per, today)
    _practice_period(per, today)
    _music(per, today)
    _chemistry(per, today)
    notify_deadlines(today)


def _key(code: str, today: date) -> str:
    return f"194;{code};1;V1;{'VÅR' if today.month < 7 else 'HØST'};{today.year}"


def _candidates(key: str, numbers: range, committee: str, known: dict[int, str] | None = None) -> list[str]:
    known = known or {}
    return [f"{known.get(number, f'student{number}')};{key};{number};{committee};" for number in numbers]


def _import(
    per: User, held: date, key: str, name: str, *, seats: list[str], candidates: list[str], **new: Any
) -> Exam:
    exam_line = f"{key};{held.isoformat()}T09:00;Gløshaugen;"
    batch = FsImport(
        by=per,
        exams=exam_line.encode(),
        committees="\n".join(f"{key};{seat}" for seat in seats).encode(),
        candidates="\n".join(candidates).encode(),
        **new,
    )
    plan = apply_import(keep_import(batch))
    (exam,) = plan.exams.values()
    exam.name = name
    return exam


def _programming(per: User, today: date) -> None:
    key = _key("TDT4100", today)
    candidates = _candidates(key, range(10001, 10013), "1", {10001: "sofie"}) + _candidates(
        key, range(10013, 10021), "2"
    )
    seats = ["1;Oral A;kari;N", "1;Oral A;ola@uio.no;J", "2;Oral B;ola@uio.no;J", "2;Oral B;ingrid;N"]
    exam = _import(
        per, today - timedelta(days=5), key, "Object-oriented Programming", seats=seats, candidates=candidates
    )
    change_exam(exam, planners=[per], by=per)


def _practice_period(per: User, today: date) -> None:
    key = _key("LUP1001", today)
    exam = _import(
        per,
        today - timedelta(days=12),
        key,
        "Teaching practice",
        seats=["1;Practice;kari;N"],
        candidates=_candidates(key, range(20001, 20006), "1"),
        scale=PASS.code,
        kind=ExamKind.PRACTICAL,
    )
    change_exam(exam, planners=[per], by=per)


def _music(per: User, today: date) -> None:
    """Create a small exam that is not anonymous, late, and lacks its external grader's confirmation."""
    key = _key("MUS2003", today)
    known = {30001 + index: name.lower().replace(" ", ".") for index, name in enumerate(MUSICIANS)}
    exam = _import(
        per,
        today - timedelta(days=30),
        key,
        "Main instrument, concert",
        seats=["1;Concert;ingrid;N", "1;Concert;ola@uio.no;J"],
        candidates=_candidates(key, range(30001, 30005), "1", known),
        kind=ExamKind.PRACTICAL,
    )
    exam.is_anonymous = False
    exam.deadline = today - timedelta(days=2)
    change_exam(exam, planners=[per], by=per)
    seat = Grader.objects.select_related("committee", "person").get(
        committee__exam=exam, person__username="ingrid"
    )
    rows = list(exam.candidates.order_by("number"))
    for candidate, grade in zip(rows, ["A", "C", "B"], strict=False):
        set_grade(seat, candidate, grade)
    note_attendance(rows[3], Attendance.ABSENT, by=per)
    committee = Committee.objects.get(pk=seat.committee_id)
    confirm_grades(seat, expected_version=committee.version, acknowledged=True)


def _chemistry(per: User, today: date) -> None:
    """Create an exam that is not ready: a committee without graders, and a candidate without a committee."""
    key = _key("KJ1000", today)
    candidates = _candidates(key, range(40001, 40005), "1") + _candidates(key, range(40005, 40006), "")
    exam = _import(
        per,
        today,
        key,
        "General Chemistry, laboratory",
        seats=["2;Laboratory;ingrid;N"],
        candidates=candidates,
        kind=ExamKind.PRACTICAL,
    )
    change_exam(exam, planners=[per], by=per)
