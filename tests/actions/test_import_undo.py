"""Undo of an import of FS's files."""

from typing import Any

import pytest

from committees.actions.deleting import delete_exam
from committees.actions.import_undo import plan_undo, undo_import
from committees.actions.planning import move_candidates
from committees.actions.restoring import undo_removal
from committees.audit.verification import violations
from committees.enums import LogAction
from committees.errors import Refusal
from committees.models import Candidate, Exam, FsImport, LogEntry, Notification
from tests.actions.importing import CANDIDATES, COMMITTEES, EXAMS, OLD, digests, imported, old_rows, placed
from tests.conftest import People, candidate, confirm, grade
from tests.refusals import refused

MORE = [f";{OLD};10004;1;", f";{OLD};10005;3;"]


def newest() -> FsImport:
    return FsImport.objects.select_related("by").latest("pk")


def import_new(people: People) -> FsImport:
    imported(people.per, exams=EXAMS, committees=COMMITTEES, candidates=CANDIDATES)
    return newest()


def import_into_old(people: People) -> FsImport:
    """Move 10003, add 10004, and 10005 on the new committee 3 with ingrid; change place and date; seat ingrid on 1."""
    imported(
        people.per,
        exams=[f"{OLD};2026-12-01T09:00;Room 9;"],
        committees=[f"{OLD};3;;ingrid;N", f"{OLD};1;;ingrid;J"],
        candidates=[*old_rows(n10003=f";{OLD};10003;2;"), *MORE],
    )
    return newest()


def test_exams_that_an_import_made_are_deleted(people: People) -> None:
    batch = import_new(people)
    done = undo_import(batch, by=people.per)
    assert ([one.emnekode for one in done.made], done.older, done.kept, done.remaining) == (
        ["NEW1000"],
        [],
        [],
        [],
    )
    assert not Exam.objects.filter(emnekode="NEW1000").exists()
    assert LogEntry.objects.latest("pk").action == LogAction.EXAM_DELETED
    assert list(violations()) == []


def test_files_can_be_imported_again_after_the_undo(people: People) -> None:
    undo_import(import_new(people), by=people.per)
    import_new(people)
    assert len(placed("NEW1000")) == 4
    assert list(violations()) == []


def test_graders_who_were_not_told_yet_hear_nothing(people: People) -> None:
    batch = import_new(people)
    assert Notification.objects.current().filter(person=people.kari, exam__emnekode="NEW1000").exists()
    undo_import(batch, by=people.per)
    assert not Notification.objects.current().filter(exam__emnekode="NEW1000").exists()


def state_of(people: People) -> tuple[Any, ...]:
    exam = Exam.objects.get(pk=people.exam.pk)
    seats = exam.committees.values_list("number", "graders__person__username").order_by(
        "number", "graders__pk"
    )
    return (
        exam.date,
        exam.place,
        exam.deadline,
        placed("TDT4100"),
        list(seats),
        digests(people.one, people.two),
    )


def test_additions_to_an_older_exam_are_removed(people: People) -> None:
    before = state_of(people)
    batch = import_into_old(people)
    assert state_of(people) != before
    assert (placed("TDT4100")["10003"], placed("TDT4100")["10005"]) == (2, 3)
    done = undo_import(batch, by=people.per)
    assert ([one.emnekode for one in done.older], done.made, done.kept) == (["TDT4100"], [], [])
    assert state_of(people) == before
    assert list(violations()) == []


def test_candidate_from_no_committee_is_on_none_again(people: People) -> None:
    Candidate.objects.filter(number="10003").update(committee=None)
    imported(people.per, candidates=old_rows())
    assert placed("TDT4100")["10003"] == 1
    undo_import(newest(), by=people.per)
    assert placed("TDT4100")["10003"] is None


def test_what_cannot_be_taken_back_is_named(people: People) -> None:
    imported(people.per, candidates=old_rows(without="10003", n10001=f"sofie2@ntnu.no;{OLD};10001;1;"))
    done = undo_import(newest(), by=people.per)
    assert [code for code, _sentence in done.remaining] == ["TDT4100"] * 2
    assert "10003" in done.remaining[0][1]
    assert newest().result["remaining"] == [list(one) for one in done.remaining]


def graded(people: People) -> None:
    grade(people.kari, people.one, c10001="B")


def confirmed(people: People) -> None:
    for number in ("10001", "10002", "10003", "10004"):
        grade(people.kari, people.one, **{f"c{number}": "B"})
    confirm(people.kari, people.one)


def moved(people: People) -> None:
    move_candidates([candidate("10001")], to=people.two, by=people.per)


@pytest.mark.parametrize("use", [graded, confirmed, moved])
def test_used_exam_stays_as_it_is(people: People, use: Any) -> None:
    imported(people.per, exams=EXAMS, candidates=[*old_rows(), MORE[0]])
    use(people)
    done = undo_import(newest(), by=people.per)
    assert ([one.emnekode for one in done.made], [code for code, _why in done.kept]) == (
        ["NEW1000"],
        ["TDT4100"],
    )
    assert placed("TDT4100")["10004"] == 1
    assert list(violations()) == []


def test_import_of_used_exams_only_is_not_undone(people: People) -> None:
    batch = import_new(people)
    exam = Exam.objects.get(emnekode="NEW1000")
    grade(people.kari, exam.committees.get(number=1), c50001="B")
    with refused(Refusal.IMPORT_USED):
        undo_import(batch, by=people.per)


def test_import_is_undone_once(people: People) -> None:
    batch = import_new(people)
    undo_import(batch, by=people.per)
    undo_removal(LogEntry.objects.get(action=LogAction.EXAM_DELETED), by=people.per)
    with refused(Refusal.UNDONE_ALREADY):
        undo_import(newest(), by=people.per)


def test_undo_does_only_what_the_page_showed(people: People) -> None:
    imported(people.per, exams=[*EXAMS, EXAMS[0].replace("NEW1000", "NEW2000")])
    shown = plan_undo(newest(), by=people.per).fingerprint
    delete_exam(Exam.objects.get(emnekode="NEW2000"), by=people.per)
    with refused(Refusal.IMPORT_UNDO_STALE):
        undo_import(newest(), by=people.per, shown=shown)
    assert Exam.objects.filter(emnekode="NEW1000").exists()


def test_imports_are_undone_one_after_the_other(people: People) -> None:
    first = import_new(people)
    new = EXAMS[0].rpartition(";2027-")[0]
    imported(people.per, candidates=[*CANDIDATES, f";{new};50009;1;"])
    undo_import(newest(), by=people.per)
    assert [one.emnekode for one in undo_import(first, by=people.per).made] == ["NEW1000"]
    assert list(violations()) == []
