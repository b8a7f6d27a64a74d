"""Acts that meet: each pair runs in two threads at once, on whichever database the tests run."""

import threading
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.db import connection
from openpyxl import Workbook

from committees.actions import Refused
from committees.actions.confirmation import confirm_grades, reopen_committee, withdraw_confirmation
from committees.actions.grading import set_grade
from committees.actions.planning import unseat_grader
from committees.actions.transfer import transfer_grades
from committees.actions.uploads import upload_grades
from committees.enums import ChangeCode
from committees.models import Committee, Confirmation, Transfer, TransferLine
from tests.conftest import candidate, confirm_all, grade, seat, stage

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = 5


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run `acts` in a thread each, all released together; what each returned, or the Refused that it raised."""
    gate = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            results[index] = act()
        except Refused as refused:
            results[index] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def sheet(**grades: str) -> bytes:
    book, out = Workbook(), BytesIO()
    page = book.worksheets[0]
    page.append(["Candidate ID", "Grade"])
    for number, value in grades.items():
        page.append([number.removeprefix("c"), value])
    book.save(out)
    return out.getvalue()


def version(committee: Committee) -> str:
    return Committee.objects.get(pk=committee.pk).version


def test_what_is_confirmed_is_what_was_seen_though_an_upload_comes_at_the_same_moment(
    cast: SimpleNamespace,
) -> None:
    for trial in range(TRIALS):
        seen = version(cast.one)
        content = sheet(c10001="ABCDE"[trial], c10002="ABCDE"[trial])
        at_once(
            lambda seen=seen: confirm_grades(seat(cast.kari, cast.one), seen=seen, acknowledged=True),  # type: ignore[misc]
            lambda content=content: upload_grades(  # type: ignore[misc]
                seat(cast.ola, cast.one), file_name="x.xlsx", content=content
            ),
        )
        for confirmation in Confirmation.objects.all():
            assert f"{confirmation.round}-{confirmation.digest}" == seen
        assert candidate("10002").grade == "ABCDE"[trial]
        Confirmation.objects.all().delete()


def test_a_click_and_an_upload_both_leave_their_entry_and_one_of_them_stands(cast: SimpleNamespace) -> None:
    for _trial in range(TRIALS):
        grade(cast.kari, cast.one, c10001="A")
        before = cast.exam.log.count()
        at_once(
            lambda: set_grade(seat(cast.kari, cast.one), candidate("10001"), "B"),
            lambda: upload_grades(seat(cast.ola, cast.one), file_name="x.xlsx", content=sheet(c10001="C")),
        )
        row = candidate("10001")
        assert cast.exam.log.count() == before + 2
        assert row.grade_entry is not None
        assert row.grade_entry.changes["10001"][1] == row.grade


def test_two_confirmations_lock_the_committee_once(cast: SimpleNamespace) -> None:
    seen = version(cast.one)
    results = at_once(
        *(
            lambda person=person: confirm_grades(seat(person, cast.one), seen=seen, acknowledged=True)
            for person in (cast.kari, cast.ola, cast.kari)
        )
    )
    assert [type(result) for result in results] == [Confirmation] * 3
    assert (Confirmation.objects.count(), cast.exam.log.count(), stage(cast.one)) == (2, 2, "confirmed")


def test_the_last_confirmation_and_a_withdrawal_leave_it_locked_or_waiting(cast: SimpleNamespace) -> None:
    for _trial in range(TRIALS):
        Confirmation.objects.all().delete()
        seen = version(cast.one)
        confirm_grades(seat(cast.kari, cast.one), seen=seen, acknowledged=True)
        _confirmed, withdrawn = at_once(
            lambda seen=seen: confirm_grades(seat(cast.ola, cast.one), seen=seen, acknowledged=True),  # type: ignore[misc]
            lambda: withdraw_confirmation(seat(cast.kari, cast.one)),
        )
        assert stage(cast.one) == ("confirmed" if isinstance(withdrawn, Refused) else "waiting")


def test_two_transfers_send_every_grade_once(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A", c10002="B")
    grade(cast.ingrid, cast.two, c10013="C")
    confirm_all(cast.exam)
    results = at_once(*[lambda: transfer_grades(cast.exam, by=cast.per)] * 3)
    assert sum(isinstance(result, Transfer) for result in results) == 1
    assert TransferLine.objects.count() == 3
    assert (stage(cast.one), stage(cast.two)) == ("transferred", "transferred")


def test_reopening_and_transferring_never_send_an_open_committee(cast: SimpleNamespace) -> None:
    grade(cast.kari, cast.one, c10001="A")
    for _trial in range(TRIALS):
        confirm_all(cast.exam)
        _reopened, sent = at_once(
            lambda: reopen_committee(cast.one, reason="slip", code=ChangeCode.ERROR, by=cast.per),
            lambda: transfer_grades(cast.exam, by=cast.per),
        )
        assert stage(cast.one) == "grading"
        assert TransferLine.objects.count() <= 1
        assert isinstance(sent, Transfer | Refused)


def test_a_grader_who_is_unseated_while_confirming_counts_no_more(cast: SimpleNamespace) -> None:
    seen = version(cast.one)
    grader = seat(cast.ola, cast.one)
    at_once(
        lambda: confirm_grades(seat(cast.kari, cast.one), seen=seen, acknowledged=True),
        lambda: unseat_grader(grader, by=cast.per),
        lambda: confirm_grades(grader, seen=seen, acknowledged=True),
    )
    if cast.one.graders.count() == 1:
        assert [one.grader.person for one in Confirmation.objects.all()] == [cast.kari]
    assert stage(cast.one) == "confirmed"
