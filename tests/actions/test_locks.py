"""The locks of acts, in their order, and what is read anew under them."""

from types import SimpleNamespace

import pytest

from committees.actions import Refused
from committees.actions.confirmation import reopen_committee
from committees.actions.fs_import import apply_import
from committees.actions.grading import set_grade
from committees.actions.transfer import freeze_transfer
from committees.enums import ChangeCode
from committees.models import Committee, FsImport
from fs.registry import deliver
from tests.actions.importing import EXAMS, given
from tests.conftest import candidate, confirm_all, grade, seat
from tests.locking import locks_taken


def test_a_grade_is_set_under_the_lock_of_its_committee(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    grader, one = seat(cast.kari, cast.one), candidate("10001")
    locked = locks_taken(monkeypatch)
    set_grade(grader, one, "A")
    assert locked[:1] == ["Committee"]


def test_a_transfer_locks_committees_before_their_exam(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade(cast.kari, cast.one, c10001="A")
    confirm_all(cast.exam)
    locked = locks_taken(monkeypatch)
    freeze_transfer(cast.exam, by=cast.per)
    assert locked[:2] == ["Committee", "Exam"]


def test_fs_takes_one_file_at_a_time_for_an_exam(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = f"{';'.join(cast.exam.key)};10001;1;B;\n"
    locked = locks_taken(monkeypatch)
    assert [receipt.taken for receipt in deliver("a.txt", line.encode())] == [True]
    assert "FsExam" in locked


def test_an_import_that_two_pages_show_is_applied_once(cast: SimpleNamespace) -> None:
    pk = given(cast.per, exams=EXAMS).pk
    first, second = (FsImport.objects.select_related("by").get(pk=pk) for _page in range(2))
    apply_import(first)
    with pytest.raises(Refused, match="imported already"):
        apply_import(second)


def test_a_reopened_committee_is_in_its_next_round(cast: SimpleNamespace) -> None:
    for expected in (2, 3):
        confirm_all(cast.exam)
        reopen_committee(cast.one, reason="slip", code=ChangeCode.ERROR, by=cast.per)
        assert Committee.objects.get(pk=cast.one.pk).round == expected
