from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from committees.actions.fs_import import apply_import, keep_import, preview_import
from committees.actions.transfer import transfer_grades
from committees.enums import ExamKind
from committees.errors import Refusal
from committees.grade_scales import PASS
from committees.models import Committee, Exam, FsImport, Grader, User
from fs.models import FsExam, Registration
from tests.actions.importing import (
    CANDIDATES,
    COMMITTEES,
    EXAMS,
    NEW,
    OLD,
    THEIRS,
    given,
    imported,
    old_rows,
    placed,
    rows_everywhere,
    told,
)
from tests.conftest import People, candidate, confirm_all, grade, stage
from tests.refusals import refused

# New exams


def test_preview_writes_nothing(people: People) -> None:
    files = given(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    before = rows_everywhere()
    plan = preview_import(files)
    assert rows_everywhere() == before
    assert [exam.emnekode for exam in plan.new_exams.values()] == ["NEW1000"]
    assert [committee.number for committee in plan.new_committees.values()] == [1, 2]
    assert [grader.person.feide_name for grader in plan.new_graders] == [
        "kari@ntnu.no",
        "new@uio.no",
        "ola@ntnu.no",
    ]
    assert [one.number for one in plan.new_candidates] == ["50001", "50002", "50003", "50004"]
    assert (told(plan), list(plan.invited), plan.unchanged) == ([], ["new@uio.no"], 0)


def test_exam_is_imported_with_key_date_and_place(people: People, settings: Any) -> None:
    settings.GRADING_WORKING_DAYS = 10
    files = given(people.per, exams=EXAMS)
    files.scale, files.kind = PASS.code, ExamKind.PRACTICAL
    files.save()
    apply_import(files)
    exam = Exam.objects.get(emnekode="NEW1000")
    assert (exam.key, exam.name) == (("194", "NEW1000", "1", "V1", "VÅR", "2027"), "NEW1000")
    assert (exam.date, exam.deadline, exam.place) == (date(2027, 5, 20), date(2027, 6, 3), "Hall 3")
    assert (exam.scale, exam.kind, exam.is_anonymous) == ("PASS", "practical", True)
    assert list(exam.planners.all()) == [people.per]


def test_committees_graders_and_candidates_are_imported(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    seats = Grader.objects.filter(committee__exam__emnekode="NEW1000").order_by("pk")
    assert list(
        seats.values_list("committee__number", "committee__name", "person__feide_name", "is_external")
    ) == [
        (1, "Morning", "kari@ntnu.no", False),
        (1, "Morning", "new@uio.no", True),
        (2, "Afternoon", "ola@ntnu.no", False),
    ]
    assert placed("NEW1000") == {"50001": 1, "50002": 1, "50003": 2, "50004": None}
    persons = [
        (candidate(number).feide_name, candidate(number).name) for number in ("50001", "50002", "50003")
    ]
    assert persons == [("sofie@ntnu.no", "Sofie"), ("x@uio.no", ""), ("", "")]


def test_imported_exam_can_be_graded_and_transferred(
    people: People, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        imported(people.per, exams=EXAMS, committees=COMMITTEES[::2], candidates=CANDIDATES)
    Exam.objects.filter(emnekode="NEW1000").update(date=timezone.localdate())
    exam = Exam.objects.get(emnekode="NEW1000")
    grade(people.kari, exam.committees.get(number=1), c50001="A")
    confirm_all(exam)
    assert [line.status for line in transfer_grades(exam, by=people.per).lines.all()] == ["taken"]
    assert [stage(committee) for committee in exam.committees.all()] == ["transferred", "transferred"]


def test_committees_have_digests_at_once(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=COMMITTEES)
    digests = Committee.objects.filter(exam__emnekode="NEW1000").values_list("digest", flat=True)
    assert len({"", *digests}) == 3


def test_unknown_person_is_invited_once(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=[*COMMITTEES, f"{NEW};2;;NEW@uio.no;J"])
    person = User.objects.get(feide_name="new@uio.no")
    assert (person.is_invited, person.has_usable_password(), person.is_planner) == (True, False, False)
    assert list(person.seats.order_by("pk").values_list("committee__number", flat=True)) == [1, 2]


def test_import_has_one_entry_per_exam(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES + old_rows())
    entries = Exam.objects.get(emnekode="NEW1000").log.order_by("pk")
    assert list(entries.values_list("action", "by__name")) == [
        ("exam.created", "Per"),
        ("exam.imported", "Per"),
    ]
    assert entries[1].changes == {
        "50001": ["", "1"],
        "50002": ["", "1"],
        "50003": ["", "2"],
        "50004": ["", ""],
    }
    assert entries[1].details["seated"] == ["kari@ntnu.no → 1", "new@uio.no → 1", "ola@ntnu.no → 2"]
    assert entries[1].details["committees"] == ["1", "2"]
    assert people.exam.log.count() == 0


def test_files_reach_fs_after_commit_only(
    people: People, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        imported(people.per, exams=EXAMS, candidates=CANDIDATES)
        assert FsExam.objects.filter(key=NEW).count() == 0
    known = Registration.objects.filter(exam__key=NEW).order_by("kandidatlopenr")
    assert list(known.values_list("kandidatlopenr", "kommislopenr", "brukernavn")) == [
        ("50001", "1", "sofie@ntnu.no"),
        ("50002", "1", "x@uio.no"),
        ("50003", "2", ""),
        ("50004", "", ""),
    ]


def test_import_is_applied_once(people: People) -> None:
    files = given(people.per, exams=EXAMS, candidates=CANDIDATES)
    apply_import(files)
    after = rows_everywhere()
    with refused(Refusal.IMPORT_APPLIED):
        apply_import(files)
    assert rows_everywhere() == after


def test_repeated_files_change_nothing(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    again = given(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    before = rows_everywhere() | {"FsImport": []}
    plan = apply_import(again)
    assert (plan.changes_something, plan.unchanged, told(plan)) == (False, 8, [])
    assert rows_everywhere() | {"FsImport": []} == before


# Problems


SHORT = f"{NEW};2027-05-20T09:00"
UNKNOWN = "No exam has the key 194;NEW1000;1;V1;VÅR;2027. Import the exam file too."
LEFT_OUT = (
    "No exam has the key 194;NEW1000;1;V1;VÅR;2027. Its line in the exam file is missing or was left out."
)


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        (
            {"exams": [EXAMS[0], SHORT]},
            [
                (
                    "exams",
                    2,
                    "This line has 7 fields instead of 9: institusjonsnr;emnekode;versjonskode;"
                    "vurdkombkode;vurdtidkode;arstall;datetime;place;access.",
                )
            ],
        ),
        ({"exams": [f"{NEW};;Hall 3;"]}, [("exams", 1, "The date of NEW1000 is missing.")]),
        (
            {"exams": [EXAMS[0], "", EXAMS[0]]},
            [("exams", 3, "This line repeats line 1, which was used instead.")],
        ),
        ({"exams": [f"{THEIRS};2027-05-20;;"]}, [("exams", 1, "You are not a planner of XXX1000.")]),
        ({"committees": COMMITTEES[:1]}, [("committees", 1, UNKNOWN)]),
        ({"committees": [f"{THEIRS};1;;kari;N"]}, [("committees", 1, "You are not a planner of XXX1000.")]),
        (
            {"exams": EXAMS, "committees": [f"{NEW};1;;kari;X"]},
            [("committees", 1, "Field ekstern is “X”. Write J or N.")],
        ),
        ({"candidates": CANDIDATES[:1]}, [("candidates", 1, UNKNOWN)]),
        ({"candidates": [f";{THEIRS};90001;1;"]}, [("candidates", 1, "You are not a planner of XXX1000.")]),
        (
            {"exams": EXAMS, "candidates": [f";{NEW};5000A;1;"]},
            [
                (
                    "candidates",
                    1,
                    "Field kandidatlopenr is “5000A”, but must be a number with the digits 0–9 only.",
                )
            ],
        ),
        (
            {"exams": [SHORT], "committees": COMMITTEES[:1], "candidates": [*CANDIDATES[:1], f";{NEW};x;;"]},
            [
                (
                    "exams",
                    1,
                    "This line has 7 fields instead of 9: institusjonsnr;emnekode;versjonskode;"
                    "vurdkombkode;vurdtidkode;arstall;datetime;place;access.",
                ),
                ("committees", 1, LEFT_OUT),
                ("candidates", 1, LEFT_OUT),
                (
                    "candidates",
                    2,
                    "Field kandidatlopenr is “x”, but must be a number with the digits 0–9 only.",
                ),
            ],
        ),
    ],
)
def test_problems_have_file_line_and_reason(
    people: People, lines: dict[str, list[str]], problems: list[tuple[str, int, str]]
) -> None:
    assert told(preview_import(given(people.per, **lines))) == problems


def test_invalid_utf8_is_a_problem_and_drops_nobody(people: People) -> None:
    broken = keep_import(FsImport(by=people.per, candidates=f";{OLD};10001;1;\n".encode("latin-1")))
    plan = apply_import(broken)
    assert [(file, line) for file, line, _sentence in told(plan)] == [("candidates", 1)]
    assert (plan.changes_something, len(placed("TDT4100"))) == (False, 5)


def test_good_lines_are_imported_beside_bad_ones(people: People) -> None:
    plan = imported(people.per, exams=EXAMS, candidates=[CANDIDATES[0], "nonsense", CANDIDATES[3]])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("candidates", 2)]
    assert placed("NEW1000") == {"50001": 1, "50004": None}


def test_exam_of_another_planner_is_unchanged(people: People) -> None:
    files = given(
        people.per,
        exams=[f"{THEIRS};2027-05-20;Hall 3;"],
        committees=[f"{THEIRS};1;Taken;kari;N", f"{THEIRS};2;;kari;N"],
        candidates=[f";{THEIRS};90002;1;"],
    )
    before = rows_everywhere() | {"FsImport": []}
    assert apply_import(files).changes_something is False
    assert rows_everywhere() | {"FsImport": []} == before


def test_spellings_of_one_person_give_one_seat(people: People) -> None:
    lines = [f"{NEW};1;;kari;N", f"{NEW};1;;kari@ntnu.no;N", f"{NEW};01;;KARI;N"]
    plan = imported(people.per, exams=EXAMS, committees=lines)
    seats = Grader.objects.filter(committee__exam__emnekode="NEW1000")
    assert list(seats.values_list("committee__number", "person__name")) == [(1, "Kari")]
    assert [(file, line) for file, line, _sentence in told(plan)] == [("committees", 2), ("committees", 3)]


def test_inactive_account_is_a_problem(people: People) -> None:
    User.objects.filter(pk=people.vera.pk).update(is_active=False)
    plan = imported(people.per, committees=[f"{OLD};1;;vera;N"])
    assert told(plan) == [("committees", 1, "The account of Vera is closed. Ask support to open it.")]
    assert Grader.objects.filter(person=people.vera, committee=people.one).count() == 0


def test_feide_name_taken_as_user_name_is_a_problem(people: People) -> None:
    User.objects.filter(pk=people.vera.pk).update(username="new@uio.no")
    plan = imported(people.per, committees=[f"{OLD};1;;new@uio.no;N", f"{OLD};1;;ingrid;N"])
    assert told(plan) == [
        (
            "committees",
            1,
            "new@uio.no can’t be invited, because another account already has this name. Contact support.",
        )
    ]
    assert Grader.objects.filter(person=people.ingrid, committee=people.one).count() == 1


def test_long_user_name_is_a_problem(people: People) -> None:
    long = "x" * 150 + "@uio.no"
    plan = imported(people.per, committees=[f"{OLD};1;;{long};N"])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("committees", 1)]
    assert not User.objects.filter(feide_name=long).exists()
