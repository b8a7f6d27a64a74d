from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committees.actions import Refused
from committees.actions.fs_import import apply_import, keep_import, rehearse_import
from committees.actions.import_plan import ImportPlan
from committees.actions.import_planner import Planner
from committees.actions.transfer import transfer_grades
from committees.enums import ExamKind, GradeScale
from committees.models import Candidate, Committee, Exam, FsImport, Grader, User
from fs.models import FsExam, Registration
from tests.conftest import candidate, confirm, confirm_all, grade, stage

Committing = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]

NEW = "194;NEW1000;1;V1;VÅR;2027"
OLD = "194;TDT4100;1;V1;HØST;2026"
THEIRS = "194;XXX1000;1;V1;HØST;2026"
EXAMS = [f"{NEW};2027-05-20T09:00;Hall 3;"]
COMMITTEES = [f"{NEW};1;Morning;kari;N", f"{NEW};1;Morning;new@uio.no;J", f"{NEW};2;Afternoon;ola;N"]
CANDIDATES = [
    f"sofie;{NEW};50001;1;",
    f"x@uio.no;{NEW};50002;1;90000000",
    f";{NEW};50003;2;",
    f";{NEW};50004;;",
]


def files(**lines: list[str]) -> dict[str, bytes]:
    return {kind: "".join(f"{line}\n" for line in each).encode() for kind, each in lines.items()}


def given(by: User, **lines: list[str]) -> FsImport:
    """The files with these lines (exams, committees, candidates), kept as `by` gave them."""
    return keep_import(FsImport(by=by, **files(**lines)))


def imported(by: User, **lines: list[str]) -> ImportPlan:
    return apply_import(given(by, **lines))


def told(plan: ImportPlan) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.line, str(problem.sentence)) for problem in plan.problems]


def placed(key_part: str) -> dict[str, int | None]:
    """The committee number of each candidate of the exam with this course code."""
    there = Candidate.objects.filter(exam__emnekode=key_part).order_by("number")
    return dict(there.values_list("number", "committee__number"))


def old_rows(*, without: str = "", **instead: str) -> list[str]:
    """The candidates of TDT4100 as FS knows them, one left out, or with another line (`n10001=...`)."""
    numbers = {"10001": 1, "10002": 1, "10003": 1, "10013": 2, "10014": 2}
    rows = {number: f";{OLD};{number};{committee};" for number, committee in numbers.items()}
    rows |= {number.removeprefix("n"): line for number, line in instead.items()}
    return [line for number, line in rows.items() if number != without]


def rows_everywhere() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours and of FS."""
    models = [model for label in ("committees", "fs") for model in apps.get_app_config(label).get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def digests(*committees: Committee) -> list[str]:
    return [Committee.objects.get(pk=committee.pk).digest for committee in committees]


# New exams


def test_a_rehearsal_writes_nothing(cast: SimpleNamespace) -> None:
    files = given(cast.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    before = rows_everywhere()
    plan = rehearse_import(files)
    assert rows_everywhere() == before
    assert [exam.emnekode for exam in plan.new_exams.values()] == ["NEW1000"]
    assert [committee.number for committee in plan.new_committees.values()] == [1, 2]
    assert [grader.person.feide_name for grader in plan.seats] == [
        "kari@ntnu.no",
        "new@uio.no",
        "ola@ntnu.no",
    ]
    assert [one.number for one in plan.new_candidates] == ["50001", "50002", "50003", "50004"]
    assert (told(plan), list(plan.invited), plan.unchanged) == ([], ["new@uio.no"], 0)


def test_applying_writes_the_exam_with_its_key_date_and_place(cast: SimpleNamespace, settings: Any) -> None:
    settings.GRADING_DEADLINE_DAYS = 10
    files = given(cast.per, exams=EXAMS)
    files.scale, files.kind = GradeScale.PASS, ExamKind.PRACTICAL
    files.save()
    apply_import(files)
    exam = Exam.objects.get(emnekode="NEW1000")
    assert (exam.key, exam.name) == (("194", "NEW1000", "1", "V1", "VÅR", "2027"), "NEW1000")
    assert (exam.date, exam.deadline, exam.place) == (date(2027, 5, 20), date(2027, 5, 30), "Hall 3")
    assert (exam.scale, exam.kind, exam.is_anonymous) == ("PASS", "practical", True)
    assert list(exam.planners.all()) == [cast.per]


def test_applying_writes_committees_graders_and_candidates(cast: SimpleNamespace) -> None:
    imported(cast.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    seats = Grader.objects.filter(committee__exam__emnekode="NEW1000").order_by("pk")
    assert list(
        seats.values_list("committee__number", "committee__name", "person__feide_name", "is_external")
    ) == [
        (1, "Morning", "kari@ntnu.no", False),
        (1, "Morning", "new@uio.no", True),
        (2, "Afternoon", "ola@ntnu.no", False),
    ]
    assert placed("NEW1000") == {"50001": 1, "50002": 1, "50003": 2, "50004": None}
    people = [
        (candidate(number).feide_name, candidate(number).name) for number in ("50001", "50002", "50003")
    ]
    assert people == [("sofie@ntnu.no", "Sofie"), ("x@uio.no", ""), ("", "")]


def test_an_imported_exam_can_be_graded_confirmed_and_transferred(
    cast: SimpleNamespace, django_capture_on_commit_callbacks: Committing
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        imported(cast.per, exams=EXAMS, committees=COMMITTEES[::2], candidates=CANDIDATES)
    exam = Exam.objects.get(emnekode="NEW1000")
    grade(cast.kari, exam.committees.get(number=1), c50001="A")
    confirm_all(exam)
    assert [line.status for line in transfer_grades(exam, by=cast.per).lines.all()] == ["taken"]
    assert [stage(committee) for committee in exam.committees.all()] == ["transferred", "transferred"]


def test_committees_have_digests_of_their_own_at_once(cast: SimpleNamespace) -> None:
    imported(cast.per, exams=EXAMS, committees=COMMITTEES)
    digests = Committee.objects.filter(exam__emnekode="NEW1000").values_list("digest", flat=True)
    assert len({"", *digests}) == 3


def test_a_person_nobody_knew_is_invited_once(cast: SimpleNamespace) -> None:
    imported(cast.per, exams=EXAMS, committees=[*COMMITTEES, f"{NEW};2;;NEW@uio.no;J"])
    person = User.objects.get(feide_name="new@uio.no")
    assert (person.is_invited, person.has_usable_password(), person.is_planner) == (True, False, False)
    assert list(person.seats.order_by("pk").values_list("committee__number", flat=True)) == [1, 2]


def test_an_import_is_one_entry_per_exam(cast: SimpleNamespace) -> None:
    imported(cast.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES + old_rows())
    entries = Exam.objects.get(emnekode="NEW1000").log.order_by("pk")
    assert list(entries.values_list("verb", "by__name")) == [
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
    assert cast.exam.log.count() == 0


def test_fs_learns_the_files_on_commit_and_not_before(
    cast: SimpleNamespace, django_capture_on_commit_callbacks: Committing
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        imported(cast.per, exams=EXAMS, candidates=CANDIDATES)
        assert FsExam.objects.filter(key=NEW).count() == 0
    known = Registration.objects.filter(exam__key=NEW).order_by("kandidatlopenr")
    assert list(known.values_list("kandidatlopenr", "kommislopenr", "brukernavn")) == [
        ("50001", "1", "sofie@ntnu.no"),
        ("50002", "1", "x@uio.no"),
        ("50003", "2", ""),
        ("50004", "", ""),
    ]


def test_the_same_import_is_applied_once(cast: SimpleNamespace) -> None:
    files = given(cast.per, exams=EXAMS, candidates=CANDIDATES)
    apply_import(files)
    after = rows_everywhere()
    with pytest.raises(Refused, match="imported already"):
        apply_import(files)
    assert rows_everywhere() == after


def test_the_same_files_given_anew_change_nothing(cast: SimpleNamespace) -> None:
    imported(cast.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    again = given(cast.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    before = rows_everywhere() | {"FsImport": []}
    plan = apply_import(again)
    assert (plan.changes_something, plan.unchanged, told(plan)) == (False, 8, [])
    assert rows_everywhere() | {"FsImport": []} == before


# Problems


SHORT = f"{NEW};2027-05-20T09:00"
UNKNOWN = "No exam has the key 194;NEW1000;1;V1;VÅR;2027. Import the file of exams too."


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
            [("exams", 3, "This line is about the same as line 1, which was read.")],
        ),
        ({"exams": [f"{THEIRS};2027-05-20;;"]}, [("exams", 1, "You are not a planner of XXX1000.")]),
        ({"committees": COMMITTEES[:1]}, [("committees", 1, UNKNOWN)]),
        ({"committees": [f"{THEIRS};1;;kari;N"]}, [("committees", 1, "You are not a planner of XXX1000.")]),
        (
            {"exams": EXAMS, "committees": [f"{NEW};1;;kari;X"]},
            [("committees", 1, "Field ekstern says “X”. Write J or N.")],
        ),
        ({"candidates": CANDIDATES[:1]}, [("candidates", 1, UNKNOWN)]),
        ({"candidates": [f";{THEIRS};90001;1;"]}, [("candidates", 1, "You are not a planner of XXX1000.")]),
        (
            {"exams": EXAMS, "candidates": [f";{NEW};5000A;1;"]},
            [
                (
                    "candidates",
                    1,
                    "Field kandidatlopenr says “5000A”, which is not a number of the digits 0–9.",
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
                ("candidates", 2, "Field kandidatlopenr says “x”, which is not a number of the digits 0–9."),
            ],
        ),
    ],
)
def test_each_problem_has_its_file_line_and_reason(
    cast: SimpleNamespace, lines: dict[str, list[str]], problems: list[tuple[str, int, str]]
) -> None:
    assert told(rehearse_import(given(cast.per, **lines))) == problems


def test_bytes_that_are_not_utf8_are_a_problem_and_nothing_is_dropped(cast: SimpleNamespace) -> None:
    broken = keep_import(FsImport(by=cast.per, candidates=f";{OLD};10001;1;\n".encode("latin-1")))
    plan = apply_import(broken)
    assert [(file, line) for file, line, _sentence in told(plan)] == [("candidates", 1)]
    assert (plan.changes_something, len(placed("TDT4100"))) == (False, 5)


def test_good_lines_are_imported_beside_bad_ones(cast: SimpleNamespace) -> None:
    plan = imported(cast.per, exams=EXAMS, candidates=[CANDIDATES[0], "nonsense", CANDIDATES[3]])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("candidates", 2)]
    assert placed("NEW1000") == {"50001": 1, "50004": None}


def test_another_planners_exam_stays_as_it_is(cast: SimpleNamespace) -> None:
    files = given(
        cast.per,
        exams=[f"{THEIRS};2027-05-20;Hall 3;"],
        committees=[f"{THEIRS};1;Taken;kari;N", f"{THEIRS};2;;kari;N"],
        candidates=[f";{THEIRS};90002;1;"],
    )
    before = rows_everywhere() | {"FsImport": []}
    assert apply_import(files).changes_something is False
    assert rows_everywhere() | {"FsImport": []} == before


def test_one_person_written_in_two_ways_gets_one_seat(cast: SimpleNamespace) -> None:
    lines = [f"{NEW};1;;kari;N", f"{NEW};1;;kari@ntnu.no;N", f"{NEW};01;;KARI;N"]
    plan = imported(cast.per, exams=EXAMS, committees=lines)
    seats = Grader.objects.filter(committee__exam__emnekode="NEW1000")
    assert list(seats.values_list("committee__number", "person__name")) == [(1, "Kari")]
    assert [(file, line) for file, line, _sentence in told(plan)] == [("committees", 2), ("committees", 3)]


def test_a_closed_account_is_a_problem(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.vera.pk).update(is_active=False)
    plan = imported(cast.per, committees=[f"{OLD};1;;vera;N"])
    assert told(plan) == [("committees", 1, "The account of Vera is closed.")]
    assert Grader.objects.filter(person=cast.vera, committee=cast.one).count() == 0


def test_a_feide_name_that_is_somebodys_user_name_is_a_problem(cast: SimpleNamespace) -> None:
    User.objects.filter(pk=cast.vera.pk).update(username="new@uio.no")
    plan = imported(cast.per, committees=[f"{OLD};1;;new@uio.no;N", f"{OLD};1;;ingrid;N"])
    assert told(plan) == [("committees", 1, "new@uio.no can't be invited: the name is taken.")]
    assert Grader.objects.filter(person=cast.ingrid, committee=cast.one).count() == 1


def test_a_user_name_too_long_for_an_account_is_a_problem(cast: SimpleNamespace) -> None:
    long = "x" * 150 + "@uio.no"
    plan = imported(cast.per, committees=[f"{OLD};1;;{long};N"])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("committees", 1)]
    assert not User.objects.filter(feide_name=long).exists()


# Importing again


def test_a_new_date_and_place_are_taken_over(cast: SimpleNamespace) -> None:
    deadline = Exam.objects.get(pk=cast.exam.pk).deadline
    held = cast.exam.date - timedelta(days=1)
    imported(cast.per, exams=[f"{OLD};{held:%Y-%m-%d};Hall 3;"])
    exam = Exam.objects.get(pk=cast.exam.pk)
    assert (exam.date, exam.place, exam.deadline, exam.name) == (held, "Hall 3", deadline, "Programming")
    assert exam.log.get().details["changed"] == {
        "date": [str(cast.exam.date), str(held)],
        "place": ["", "Hall 3"],
    }


def test_an_exam_put_off_past_its_deadline_takes_the_deadline_along(cast: SimpleNamespace) -> None:
    imported(cast.per, exams=[f"{OLD};2099-01-01;;"])
    exam = Exam.objects.get(pk=cast.exam.pk)
    assert (exam.date, exam.deadline) == (date(2099, 1, 1), date(2099, 1, 1))


def test_a_committee_is_renamed_and_a_grader_added_and_nobody_unseated(cast: SimpleNamespace) -> None:
    imported(cast.per, committees=[f"{OLD};1;Morning;kari;N", f"{OLD};1;Morning;vera;J"])
    committee = Committee.objects.get(pk=cast.one.pk)
    assert str(committee) == "Committee 1 – Morning"
    assert [(str(grader), grader.is_external) for grader in committee.graders.order_by("pk")] == [
        ("Kari", False),
        ("Ola", True),
        ("Vera", True),
    ]


def test_a_new_name_of_a_committee_alone_is_logged(cast: SimpleNamespace) -> None:
    imported(cast.per, committees=[f"{OLD};1;Morning;kari;N"])
    entry = cast.exam.log.get()
    assert (entry.verb, entry.by) == ("exam.imported", cast.per)
    assert entry.details["changed"] == {"committee 1": ["", "Morning"]}


def test_a_candidates_feide_name_and_name_are_taken_over(cast: SimpleNamespace) -> None:
    imported(cast.per, candidates=old_rows(n10002=f"nina;{OLD};10002;1;"))
    assert (candidate("10002").feide_name, candidate("10002").name) == ("nina@ntnu.no", "Nina")
    assert (candidate("10001").feide_name, candidate("10001").name) == ("sofie@ntnu.no", "Sofie")


def test_the_log_counts_new_names_of_candidates_and_does_not_tell_them(cast: SimpleNamespace) -> None:
    imported(cast.per, candidates=old_rows(n10002=f"nina;{OLD};10002;1;"))
    assert cast.exam.log.get().details["renamed_people"] == 1
    assert "nina" not in str(cast.exam.log.values_list()).casefold()


def test_moving_by_import_keeps_the_grade_and_renews_both_digests(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm(cast.kari, cast.one)
    confirm(cast.ingrid, cast.two)
    before = digests(cast.one, cast.two, cast.three)
    imported(cast.per, candidates=old_rows(n10001=f";{OLD};10001;2;"))
    after = digests(cast.one, cast.two, cast.three)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True]
    assert (candidate("10001").committee, candidate("10001").grade) == (cast.two, "A")
    assert (stage(cast.one), stage(cast.two)) == ("not-started", "grading")
    assert cast.exam.log.get(verb="exam.imported").changes == {"10001": ["1", "2"]}


def test_whom_fs_names_on_no_committee_stays_where_a_planner_put_them(cast: SimpleNamespace) -> None:
    plan = imported(cast.per, candidates=old_rows(n10001=f";{OLD};10001;;"))
    assert (plan.changes_something, candidate("10001").committee) == (False, cast.one)


def test_who_is_missing_without_a_grade_is_dropped(cast: SimpleNamespace) -> None:
    before = digests(cast.one)
    plan = imported(cast.per, candidates=old_rows(without="10002"))
    assert [one.number for one in plan.dropped] == ["10002"]
    assert list(placed("TDT4100")) == ["10001", "10003", "10013", "10014"]
    assert cast.exam.log.get().changes == {"10002": ["1", ""]}
    assert digests(cast.one) != before


def test_who_is_missing_with_a_grade_is_kept_and_named(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10002="B")
    plan = imported(cast.per, candidates=old_rows(without="10002"))
    assert told(plan) == [("candidates", 0, "10002 of TDT4100 is not in the file but has the grade B. Kept.")]
    assert (plan.changes_something, candidate("10002").grade) == (False, "B")


def test_who_is_missing_after_a_transfer_is_kept_and_named(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10002="B")
    confirm_all(cast.exam)
    transfer_grades(cast.exam, by=cast.per)
    Candidate.objects.filter(number="10002").update(grade="")
    plan = imported(cast.per, candidates=old_rows(without="10002"))
    assert told(plan) == [
        ("candidates", 0, "10002 of TDT4100 is not in the file but was in a transfer to FS. Kept.")
    ]
    assert len(placed("TDT4100")) == 5


def test_who_is_missing_from_a_confirmed_committee_is_kept_and_named(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    plan = imported(cast.per, candidates=old_rows(without="10002"))
    assert told(plan) == [
        ("candidates", 0, "10002 of TDT4100 is not in the file but the committee is confirmed. Kept.")
    ]
    assert (len(placed("TDT4100")), stage(cast.one)) == (5, "confirmed")


def test_nobody_is_dropped_by_a_file_with_unreadable_lines(cast: SimpleNamespace) -> None:
    plan = imported(cast.per, candidates=[*old_rows(without="10002"), f";{OLD};1000Z;1;"])
    assert told(plan) == [
        ("candidates", 0, "10002 of TDT4100 is not in the file, but some lines can't be read. Kept."),
        ("candidates", 5, "Field kandidatlopenr says “1000Z”, which is not a number of the digits 0–9."),
    ]
    assert len(placed("TDT4100")) == 5


def test_exams_that_the_file_does_not_name_keep_everybody(cast: SimpleNamespace) -> None:
    imported(cast.per, candidates=old_rows(without="10002"))
    assert len(placed("LUP1001")) == 2
    imported(cast.per, exams=EXAMS, committees=COMMITTEES)
    assert len(placed("TDT4100")) == 4


# Confirmed committees


def test_nobody_is_seated_on_a_confirmed_committee(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    plan = imported(cast.per, committees=[f"{OLD};1;;kari;N", f"{OLD};1;;vera;N"])
    assert told(plan) == [
        ("committees", 2, "Committee 1 is confirmed, so vera@ntnu.no can't be seated. Reopen it first.")
    ]
    assert (plan.unchanged, stage(cast.one)) == (1, "confirmed")


@pytest.mark.parametrize("confirmed", [1, 2])
def test_nobody_joins_or_leaves_a_confirmed_committee(cast: SimpleNamespace, confirmed: int) -> None:
    committee = {1: cast.one, 2: cast.two}[confirmed]
    for grader in committee.graders.all():
        confirm(grader.person, committee)
    plan = imported(cast.per, candidates=old_rows(n10001=f";{OLD};10001;2;"))
    sentence = f"Committee {confirmed} is confirmed, so 10001 can't join or leave it. Reopen it first."
    assert told(plan) == [("candidates", 1, sentence)]
    assert (candidate("10001").committee, stage(committee)) == (cast.one, "confirmed")


def test_nobody_new_joins_a_confirmed_committee(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    plan = imported(cast.per, candidates=[*old_rows(), f";{OLD};10009;1;", f";{OLD};10010;;"])
    assert told(plan) == [
        ("candidates", 6, "Committee 1 is confirmed, so 10009 can't join or leave it. Reopen it first.")
    ]
    assert placed("TDT4100")["10010"] is None
    assert (len(placed("TDT4100")), stage(cast.one)) == (6, "confirmed")


def test_a_person_is_not_invited_for_a_seat_that_is_refused(cast: SimpleNamespace) -> None:
    confirm_all(cast.exam)
    imported(cast.per, committees=[f"{OLD};1;;new@uio.no;N"])
    assert not User.objects.filter(feide_name="new@uio.no").exists()


def test_a_seat_that_fs_knows_as_external_by_now_becomes_so(cast: SimpleNamespace) -> None:
    plan = imported(cast.per, committees=[f"{OLD};1;;kari;J", f"{OLD};1;;ola;J"])
    assert [seat.person for seat in plan.changed_seats] == [cast.kari]
    assert Grader.objects.get(committee=cast.one, person=cast.kari).is_external
    entry = cast.exam.log.get()
    assert entry.details["changed"] == {"external: kari@ntnu.no": ["False", "True"]}


def test_a_result_does_not_pass_to_another_person_by_import(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    plan = imported(cast.per, candidates=old_rows(n10001=f"other@ntnu.no;{OLD};10001;1;"))
    sentence = (
        "10001 is sofie@ntnu.no here and other@ntnu.no in the file. The person of a candidate who has a grade does not "
        "change by import."
    )
    assert told(plan) == [("candidates", 1, sentence)]
    assert candidate("10001").feide_name == "sofie@ntnu.no"


def test_an_exam_of_an_impossible_year_is_a_problem(cast: SimpleNamespace) -> None:
    plan = imported(cast.per, exams=[f"{NEW};9999-12-31T09:00;Hall 3;"])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("exams", 1)]
    assert plan.new_exams == {}


def test_an_import_asks_as_little_for_many_lines_as_for_few(cast: SimpleNamespace) -> None:
    def cost(key: str, count: int) -> tuple[int, int]:
        """Queries of a first import with so many committees, and of one that moves and renames every candidate."""
        numbers = range(1, count + 1)
        new = given(
            cast.per,
            exams=[f"{key};2027-05-20T09:00;Hall 3;"],
            committees=[f"{key};{number};;grader{number};N" for number in range(1, count + 2)],
            candidates=[f"old{number};{key};{number};{number};" for number in numbers],
        )
        with CaptureQueriesContext(connection) as first:
            apply_import(new)
        moved = given(
            cast.per, candidates=[f"new{number};{key};{number};{number + 1};" for number in numbers]
        )
        with CaptureQueriesContext(connection) as second:
            apply_import(moved)
        names = Candidate.objects.filter(exam__emnekode=key.split(";")[1]).values_list(
            "feide_name", flat=True
        )
        assert set(names) == {f"new{number}@ntnu.no" for number in numbers}
        return len(first), len(second)

    assert cost("194;FEW1000;1;V1;VÅR;2027", 2) == cost("194;MANY1000;1;V1;VÅR;2027", 30)


def test_more_people_are_looked_up_than_a_statement_has_room_for(cast: SimpleNamespace) -> None:
    """PostgreSQL takes 65,535 values in one; a file of 5 MB may name more."""
    names = {"kari@ntnu.no", *(f"n{number}@ntnu.no" for number in range(66_000))}
    assert list(Planner(given(cast.per))._people(names)) == [cast.kari]
