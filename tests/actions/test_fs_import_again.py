from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from committees.actions.fs_import import apply_import
from committees.actions.import_planner import FsImportPlanner
from committees.actions.transfer import transfer_grades
from committees.models import Candidate, Committee, Exam, Grader, User
from tests.actions.importing import (
    COMMITTEES,
    EXAMS,
    NEW,
    OLD,
    digests,
    given,
    imported,
    old_rows,
    placed,
    told,
)
from tests.conftest import People, candidate, confirm, confirm_all, grade, stage

# Importing again


def test_date_and_place_are_updated(people: People) -> None:
    deadline = Exam.objects.get(pk=people.exam.pk).deadline
    held = people.exam.date - timedelta(days=1)
    imported(people.per, exams=[f"{OLD};{held:%Y-%m-%d};Hall 3;"])
    exam = Exam.objects.get(pk=people.exam.pk)
    assert (exam.date, exam.place, exam.deadline, exam.name) == (held, "Hall 3", deadline, "Programming")
    assert exam.log.get().details["changed"] == {
        "date": [str(people.exam.date), str(held)],
        "place": ["", "Hall 3"],
    }


def test_postponed_exam_moves_an_earlier_deadline(people: People) -> None:
    imported(people.per, exams=[f"{OLD};2099-01-01;;"])
    exam = Exam.objects.get(pk=people.exam.pk)
    assert (exam.date, exam.deadline) == (date(2099, 1, 1), date(2099, 1, 1))


def test_committee_is_renamed_and_a_grader_added(people: People) -> None:
    imported(people.per, committees=[f"{OLD};1;Morning;kari;N", f"{OLD};1;Morning;vera;J"])
    committee = Committee.objects.get(pk=people.one.pk)
    assert str(committee) == "Committee 1 – Morning"
    assert [(str(grader), grader.is_external) for grader in committee.graders.order_by("pk")] == [
        ("Kari", False),
        ("Ola", True),
        ("Vera", True),
    ]


def test_renamed_committee_is_logged(people: People) -> None:
    imported(people.per, committees=[f"{OLD};1;Morning;kari;N"])
    entry = people.exam.log.get()
    assert (entry.action, entry.by) == ("exam.imported", people.per)
    assert entry.details["changed"] == {"committee 1": ["", "Morning"]}


def test_names_of_candidates_are_updated(people: People) -> None:
    imported(people.per, candidates=old_rows(n10002=f"nina;{OLD};10002;1;"))
    assert (candidate("10002").feide_name, candidate("10002").name) == ("nina@ntnu.no", "Nina")
    assert (candidate("10001").feide_name, candidate("10001").name) == ("sofie@ntnu.no", "Sofie")


def test_log_counts_renamed_candidates_without_names(people: People) -> None:
    imported(people.per, candidates=old_rows(n10002=f"nina;{OLD};10002;1;"))
    assert people.exam.log.get().details["renamed_people"] == 1
    assert "nina" not in str(people.exam.log.values_list()).casefold()


def test_move_keeps_the_grade_and_renews_digests(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    confirm(people.ingrid, people.two)
    before = digests(people.one, people.two, people.three)
    imported(people.per, candidates=old_rows(n10001=f";{OLD};10001;2;"))
    after = digests(people.one, people.two, people.three)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, True]
    assert (candidate("10001").committee, candidate("10001").grade) == (people.two, "A")
    assert (stage(people.one), stage(people.two)) == ("not-started", "grading")
    assert people.exam.log.get(action="exam.imported").changes == {"10001": ["1", "2"]}


def test_candidate_without_a_committee_in_fs_stays(people: People) -> None:
    plan = imported(people.per, candidates=old_rows(n10001=f";{OLD};10001;;"))
    assert (plan.changes_something, candidate("10001").committee) == (False, people.one)


def test_missing_ungraded_candidate_is_dropped(people: People) -> None:
    before = digests(people.one)
    plan = imported(people.per, candidates=old_rows(without="10002"))
    assert [one.number for one in plan.dropped] == ["10002"]
    assert list(placed("TDT4100")) == ["10001", "10003", "10013", "10014"]
    assert people.exam.log.get().changes == {"10002": ["1", ""]}
    assert digests(people.one) != before


def test_missing_graded_candidate_is_kept_and_named(people: People) -> None:
    grade(people.kari, people.one, c10002="B")
    plan = imported(people.per, candidates=old_rows(without="10002"))
    assert told(plan) == [
        (
            "candidates",
            0,
            "10002 in TDT4100 is not in the file but is kept, because the candidate has the grade B.",
        )
    ]
    assert (plan.changes_something, candidate("10002").grade) == (False, "B")


def test_missing_candidate_is_kept_after_a_transfer(people: People) -> None:
    grade(people.kari, people.one, c10002="B")
    confirm_all(people.exam)
    transfer_grades(people.exam, by=people.per)
    Candidate.objects.filter(number="10002").update(grade="")
    plan = imported(people.per, candidates=old_rows(without="10002"))
    assert told(plan) == [
        (
            "candidates",
            0,
            "10002 in TDT4100 is not in the file but is kept, because the candidate was included in a transfer to FS.",
        )
    ]
    assert len(placed("TDT4100")) == 5


def test_missing_candidate_of_a_confirmed_committee_is_kept(people: People) -> None:
    confirm_all(people.exam)
    plan = imported(people.per, candidates=old_rows(without="10002"))
    assert told(plan) == [
        (
            "candidates",
            0,
            "10002 in TDT4100 is not in the file but is kept, because the committee is confirmed.",
        )
    ]
    assert (len(placed("TDT4100")), stage(people.one)) == (5, "confirmed")


def test_unreadable_line_means_no_drops(people: People) -> None:
    plan = imported(people.per, candidates=[*old_rows(without="10002"), f";{OLD};1000Z;1;"])
    assert told(plan) == [
        (
            "candidates",
            0,
            "10002 in TDT4100 is not in the file but is kept, because some lines can’t be read.",
        ),
        ("candidates", 5, "Field kandidatlopenr is “1000Z”, but must be a number with the digits 0–9 only."),
    ]
    assert len(placed("TDT4100")) == 5


def test_candidates_of_other_exams_are_not_dropped(people: People) -> None:
    imported(people.per, candidates=old_rows(without="10002"))
    assert len(placed("LUP1001")) == 2
    imported(people.per, exams=EXAMS, committees=COMMITTEES)
    assert len(placed("TDT4100")) == 4


# Confirmed committees


def test_confirmed_committee_gets_no_grader(people: People) -> None:
    confirm_all(people.exam)
    plan = imported(people.per, committees=[f"{OLD};1;;kari;N", f"{OLD};1;;vera;N"])
    assert told(plan) == [
        (
            "committees",
            2,
            "Committee 1 is confirmed, so vera@ntnu.no can’t be added as a grader. Reopen it first.",
        )
    ]
    assert (plan.unchanged, stage(people.one)) == (1, "confirmed")


@pytest.mark.parametrize("confirmed", [1, 2])
def test_confirmed_committee_keeps_its_candidates(people: People, confirmed: int) -> None:
    committee = {1: people.one, 2: people.two}[confirmed]
    for grader in committee.graders.all():
        confirm(grader.person, committee)
    plan = imported(people.per, candidates=old_rows(n10001=f";{OLD};10001;2;"))
    sentence = (
        f"Committee {confirmed} is confirmed, so 10001 can’t be moved into or out of it. Reopen it first."
    )
    assert told(plan) == [("candidates", 1, sentence)]
    assert (candidate("10001").committee, stage(committee)) == (people.one, "confirmed")


def test_confirmed_committee_gets_no_new_candidate(people: People) -> None:
    confirm_all(people.exam)
    plan = imported(people.per, candidates=[*old_rows(), f";{OLD};10009;1;", f";{OLD};10010;;"])
    assert told(plan) == [
        (
            "candidates",
            6,
            "Committee 1 is confirmed, so 10009 can’t be moved into or out of it. Reopen it first.",
        )
    ]
    assert placed("TDT4100")["10010"] is None
    assert (len(placed("TDT4100")), stage(people.one)) == (6, "confirmed")


def test_refused_seat_invites_nobody(people: People) -> None:
    confirm_all(people.exam)
    imported(people.per, committees=[f"{OLD};1;;new@uio.no;N"])
    assert not User.objects.filter(feide_name="new@uio.no").exists()


def test_seat_becomes_external(people: People) -> None:
    plan = imported(people.per, committees=[f"{OLD};1;;kari;J", f"{OLD};1;;ola;J"])
    assert [seat.person for seat in plan.changed_graders] == [people.kari]
    assert Grader.objects.get(committee=people.one, person=people.kari).is_external
    entry = people.exam.log.get()
    assert entry.details["changed"] == {"external: kari@ntnu.no": ["False", "True"]}


def test_result_keeps_its_person(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    plan = imported(people.per, candidates=old_rows(n10001=f"other@ntnu.no;{OLD};10001;1;"))
    sentence = (
        "10001 is sofie@ntnu.no here but other@ntnu.no in the file. An import can’t change the person behind a "
        "candidate number that has a grade. Check in FS which is right."
    )
    assert told(plan) == [("candidates", 1, sentence)]
    assert candidate("10001").feide_name == "sofie@ntnu.no"


def test_impossible_year_is_a_problem(people: People) -> None:
    plan = imported(people.per, exams=[f"{NEW};9999-12-31T09:00;Hall 3;"])
    assert [(file, line) for file, line, _sentence in told(plan)] == [("exams", 1)]
    assert plan.new_exams == {}


def test_queries_do_not_grow_with_lines(people: People) -> None:
    def cost(key: str, count: int) -> tuple[int, int]:
        """
        Return the queries of a first import with this many committees, and of one that moves and renames every
        candidate.
        """
        numbers, course = range(1, count + 1), key.split(";")[1].lower()
        new = given(
            people.per,
            exams=[f"{key};2027-05-20T09:00;Hall 3;"],
            committees=[f"{key};{number};;{course}.{number};N" for number in range(1, count + 2)],
            candidates=[f"old{number};{key};{number};{number};" for number in numbers],
        )
        with CaptureQueriesContext(connection) as first:
            apply_import(new)
        moved = given(
            people.per, candidates=[f"new{number};{key};{number};{number + 1};" for number in numbers]
        )
        with CaptureQueriesContext(connection) as second:
            apply_import(moved)
        names = Candidate.objects.filter(exam__emnekode=key.split(";")[1]).values_list(
            "feide_name", flat=True
        )
        assert set(names) == {f"new{number}@ntnu.no" for number in numbers}
        return len(first), len(second)

    assert cost("194;FEW1000;1;V1;VÅR;2027", 2) == cost("194;MANY1000;1;V1;VÅR;2027", 30)


def test_many_people_are_looked_up_in_batches(people: People) -> None:
    """PostgreSQL takes 65,535 values in one; a file of 5 MB may name more."""
    names = {"kari@ntnu.no", *(f"n{number}@ntnu.no" for number in range(66_000))}
    assert list(FsImportPlanner(given(people.per))._people(names)) == [people.kari]
