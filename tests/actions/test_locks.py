"""The locks of acts and their order, and what is read again under them."""

import pytest

from committees.actions.confirmation import reopen_committee
from committees.actions.fs_import import apply_import
from committees.actions.grading import set_grade
from committees.actions.transfer import freeze_transfer
from committees.enums import ChangeCode
from committees.errors import Refusal
from committees.models import Committee, FsImport
from fs.registry import deliver
from tests.actions.importing import EXAMS, given
from tests.conftest import People, candidate, confirm_all, grade, seat
from tests.locking import locks_taken
from tests.refusals import refused


def test_grade_is_set_under_the_committee_lock(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    grader, one = seat(people.kari, people.one), candidate("10001")
    locked = locks_taken(monkeypatch)
    set_grade(grader, one, "A")
    assert locked[:1] == ["Committee"]


def test_transfer_locks_committees_before_the_exam(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm_all(people.exam)
    locked = locks_taken(monkeypatch)
    freeze_transfer(people.exam, by=people.per)
    assert locked[:2] == ["Committee", "Exam"]


def test_fs_takes_one_file_at_a_time_per_exam(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"{';'.join(people.exam.key)};10001;1;B;\n"
    locked = locks_taken(monkeypatch)
    assert [receipt.taken for receipt in deliver("a.txt", line.encode())] == [True]
    assert "FsExam" in locked


def test_import_shown_on_two_pages_is_applied_once(people: People) -> None:
    pk = given(people.per, exams=EXAMS).pk
    first, second = (FsImport.objects.select_related("by").get(pk=pk) for _page in range(2))
    apply_import(first)
    with refused(Refusal.IMPORT_APPLIED):
        apply_import(second)


def test_reopened_committee_is_in_the_next_round(people: People) -> None:
    for expected in (2, 3):
        confirm_all(people.exam)
        reopen_committee(people.one, reason="slip", code=ChangeCode.ERROR, by=people.per)
        assert Committee.objects.get(pk=people.one.pk).round == expected
