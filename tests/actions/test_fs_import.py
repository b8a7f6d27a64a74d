from datetime import date
from typing import Any

import pytest
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


def test_a_rehearsal_writes_nothing(people: People) -> None:
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


def test_applying_writes_the_exam_with_its_key_date_and_place(people: People, settings: Any) -> None:
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


def test_applying_writes_committees_graders_and_candidates(people: People) -> None:
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


def test_an_imported_exam_can_be_graded_confirmed_and_transferred(
    people: People, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        imported(people.per, exams=EXAMS, committees=COMMITTEES[::2], candidates=CANDIDATES)
    exam = Exam.objects.get(emnekode="NEW1000")
    grade(people.kari, exam.committees.get(number=1), c50001="A")
    confirm_all(exam)
    assert [line.status for line in transfer_grades(exam, by=people.per).lines.all()] == ["taken"]
    assert [stage(committee) for committee in exam.committees.all()] == ["transferred", "transferred"]


def test_committees_have_digests_of_their_own_at_once(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=COMMITTEES)
    digests = Committee.objects.filter(exam__emnekode="NEW1000").values_list("digest", flat=True)
    assert len({"", *digests}) == 3


def test_a_person_nobody_knew_is_invited_once(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=[*COMMITTEES, f"{NEW};2;;NEW@uio.no;J"])
    person = User.objects.get(feide_name="new@uio.no")
    assert (person.is_invited, person.has_usable_password(), person.is_planner) == (True, False, False)
    assert list(person.seats.order_by("pk").values_list("committee__number", flat=True)) == [1, 2]


def test_an_import_is_one_entry_per_exam(people: People) -> None:
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


def test_fs_learns_the_files_on_commit_and_not_before(
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


def test_the_same_import_is_applied_once(people: People) -> None:
    files = given(people.per, exams=EXAMS, candidates=CANDIDATES)
    apply_import(files)
    after = rows_everywhere()
    with refused(Refusal.IMPORT_APPLIED):
        apply_import(files)
    assert rows_everywhere() == after


def test_the_same_files_given_anew_change_nothing(people: People) -> None:
    imported(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    again = given(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    before = rows_everywhere() | {"FsImport": []}
    plan = apply_import(again)
    assert (plan.changes_something, plan.unchanged, told(plan)) == (False, 8, [])
    assert rows_everywhere() | {"FsImport": []} == before


# Problems


SHORT = f"{NEW};2027-05-20T09:00"
UNKNOWN = "No exam has the key 194;NEW1000;1;V1;VÅR;2027. Import the exam file too."


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
                ("committees", 1, UNKNOWN),
                ("candidates", 1, UNKNOWN),
                (
                    "candidates",
                    2,
                    "Field kandidatlopenr is “x”, but must be a number with the digits 0–9 only.",
                ),
            ],
        ),
    ],
)
def test_each_problem_has_its_file_line_and_reason(
    people: People, lines: dict[str, list[str]], problems: list[tuple[str, int, str]]
) -> None:
    assert told(preview_import(given(people.per, **lines))) == problems


def test_bytes_that_are_not_utf8_are_a_problem_and_nothing_is_dropped(people: People) -> None:
    broken = keep_import(FsImport(by=people.per, candidates=f";{OLD};10001;1;\n".encode("latin-1")))
    plan = apply_import(broken)
    assert [(file, line) for file, line, _sentence in told(plan)] == [("candidates", 1)]
    assert (plan.changes_something, len(placed("TDT4100"))) == (False, 5)


def test_good_lines_are_imported_beside_bad_ones(people: People) -> None:
    plan = imported(people.per, exams=EXAMS, candidates=[CANDIDATES[0], "nonsense", CANDIDATES[3]])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("candidates", 2)]
    assert placed("NEW1000") == {"50001": 1, "50004": None}


def test_another_planners_exam_stays_as_it_is(people: People) -> None:
    files = given(
        people.per,
        exams=[f"{THEIRS};2027-05-20;Hall 3;"],
        committees=[f"{THEIRS};1;Taken;kari;N", f"{THEIRS};2;;kari;N"],
        candidates=[f";{THEIRS};90002;1;"],
    )
    before = rows_everywhere() | {"FsImport": []}
    assert apply_import(files).changes_something is False
    assert rows_everywhere() | {"FsImport": []} == before


def test_one_person_written_in_two_ways_gets_one_seat(people: People) -> None:
    lines = [f"{NEW};1;;kari;N", f"{NEW};1;;kari@ntnu.no;N", f"{NEW};01;;KARI;N"]
    plan = imported(people.per, exams=EXAMS, committees=lines)
    seats = Grader.objects.filter(committee__exam__emnekode="NEW1000")
    assert list(seats.values_list("committee__number", "person__name")) == [(1, "Kari")]
    assert [(file, line) for file, line, _sentence in told(plan)] == [("committees", 2), ("committees", 3)]


def test_a_closed_account_is_a_problem(people: People) -> None:
    User.objects.filter(pk=people.vera.pk).update(is_active=False)
    plan = imported(people.per, committees=[f"{OLD};1;;vera;N"])
    assert told(plan) == [("committees", 1, "The account of Vera is closed. Ask support to open it.")]
    assert Grader.objects.filter(person=people.vera, committee=people.one).count() == 0


def test_a_feide_name_that_is_somebodys_user_name_is_a_problem(people: People) -> None:
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


def test_a_user_name_too_long_for_an_account_is_a_problem(people: People) -> None:
    long = "x" * 150 + "@uio.no"
    plan = imported(people.per, committees=[f"{OLD};1;;{long};N"])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("committees", 1)]
    assert not User.objects.filter(feide_name=long).exists()
