import hashlib
from typing import Any, NoReturn

import pytest
from django.apps import apps

from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendance, reset_grade
from committees.actions.planning import move_candidates
from committees.actions.transfer import (
    deliver_transfer,
    freeze_transfer,
    plan_transfer,
    preview_transfer,
    receipts_digest,
    transfer_grades,
)
from committees.enums import Attendance, ChangeCode
from committees.errors import Refusal
from committees.models import Candidate, Committee, Transfer
from fs.backend import SimulatedFs
from fs.models import ReceivedFile, Registration
from tests.conftest import People, candidate, confirm, confirm_all, grade, said, seat, stage
from tests.factories import CommitteeFactory
from tests.refusals import refused

KEY = "194;TDT4100;1;V1;HØST;2026"
SILENT, LOSING = (f"{__name__}.{name}" for name in ("SilentFs", "LosingFs"))


class SilentFs:
    """An FS that does not answer."""

    def deliver(self, name: str, content: bytes) -> NoReturn:
        raise TimeoutError

    def check(self, content: bytes) -> NoReturn:
        raise TimeoutError


class LosingFs(SimulatedFs):
    """An FS that accepts the file, but whose answer is lost."""

    def deliver(self, name: str, content: bytes) -> NoReturn:
        super().deliver(name, content)
        raise TimeoutError


@pytest.fixture
def graded(people: People) -> People:
    """The people, with all candidates of TDT4100 except 10003 graded, and both committees confirmed."""
    grade(people.kari, people.one, c10001="A", c10002="B")
    grade(people.ola, people.two, c10013="C", c10014="F")
    confirm_all(people.exam)
    return people


def send(people: People) -> Transfer:
    return transfer_grades(people.exam, by=people.per)


def content(transfer: Transfer) -> list[str]:
    """Return the lines of the transfer's frozen bytes, without the exam key at their start."""
    lines = bytes(Transfer.objects.get(pk=transfer.pk).content).decode().splitlines()
    assert all(line.startswith(f"{KEY};") for line in lines)
    return [line.removeprefix(f"{KEY};") for line in lines]


def receipts(transfer: Transfer) -> list[tuple[str, str]]:
    return list(transfer.lines.order_by("line").values_list("candidate__number", "status"))


def at_fs() -> dict[str, str]:
    """Return FS's grades of TDT4100, ungraded candidates left out."""
    held = Registration.objects.filter(exam__emnekode="TDT4100").exclude(karakter="")
    return dict(held.values_list("kandidatlopenr", "karakter"))


def reopen(people: People, committee: Committee, code: ChangeCode) -> None:
    reopen_committee(committee, reason="Look again", code=code, by=people.per)


def withdraw_at_fs(number: str, *, is_withdrawn: bool = True) -> None:
    Registration.objects.filter(kandidatlopenr=number).update(is_withdrawn=is_withdrawn)


# The first transfer


def test_first_transfer_sends_every_grade_once(graded: People) -> None:
    transfer = send(graded)
    assert bytes(transfer.content) == (
        b"194;TDT4100;1;V1;H\xc3\x98ST;2026;10001;1;A;\n"
        b"194;TDT4100;1;V1;H\xc3\x98ST;2026;10002;1;B;\n"
        b"194;TDT4100;1;V1;H\xc3\x98ST;2026;10013;2;C;\n"
        b"194;TDT4100;1;V1;H\xc3\x98ST;2026;10014;2;F;\n"
    )
    assert transfer.sha256 == hashlib.sha256(transfer.content).hexdigest()
    assert (transfer.number, transfer.file_name) == (1, "TDT4100-2026-HØST-1.txt")


def test_accepted_grades_make_committees_transferred(graded: People) -> None:
    transfer = send(graded)
    assert at_fs() == {"10001": "A", "10002": "B", "10013": "C", "10014": "F"}
    assert receipts(transfer) == [(number, "taken") for number in ("10001", "10002", "10013", "10014")]
    assert transfer.answered_at is not None
    assert (stage(graded.one), stage(graded.two)) == ("transferred", "transferred")


def test_pass_and_notpass_are_sent_in_the_spelling_of_fs(people: People) -> None:
    grade(people.kari, people.three, c20001="Pass", c20002="NotPass")
    confirm(people.kari, people.three)
    transfer = transfer_grades(people.pass_exam, by=people.per)
    assert bytes(transfer.content).decode().splitlines() == [
        "194;LUP1001;1;V1;HØST;2026;20001;1;Bestått;",
        "194;LUP1001;1;V1;HØST;2026;20002;1;Ikke bestått;",
    ]
    assert [line.grade for line in transfer.lines.all()] == ["Pass", "NotPass"]
    assert receipts(transfer) == [("20001", "taken"), ("20002", "taken")]


def test_refusal_names_unconfirmed_committees(people: People) -> None:
    CommitteeFactory.create(exam=people.exam, number=3)
    grade(people.kari, people.one, c10001="A")
    with refused(Refusal.NOT_ALL_CONFIRMED, committees="Committee 1, Committee 2"):
        send(people)
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)
    with refused(Refusal.NOT_ALL_CONFIRMED, committees="Committee 2"):
        send(people)
    assert (Transfer.objects.count(), at_fs()) == (0, {})


def test_empty_committee_does_not_block(graded: People) -> None:
    bare = CommitteeFactory.create(exam=graded.exam, number=3, graders=[graded.kari])
    assert len(content(send(graded))) == 4
    assert stage(bare) == "not-started"


def test_log_has_the_transfer_and_its_receipts(graded: People) -> None:
    withdraw_at_fs("10014")
    transfer = send(graded)
    entries = graded.exam.log.filter(transfer=transfer).order_by("pk")
    made, answered = [(one.action, str(one.by), said(one)) for one in entries]
    sheets = sorted([one.committee_id, one.digest] for one in transfer.sheets.all())
    assert made == (
        "transfer.made",
        "Per",
        {
            "number": 1,
            "at": transfer.at.isoformat(),
            "sha256": transfer.sha256,
            "lines": 4,
            "sheets": sheets,
        },
    )
    (transfer,) = graded.exam.transfers.all()
    digest = receipts_digest(transfer.lines.values_list("line", "status", "reason"))
    at = transfer.answered_at
    assert at
    assert answered == (
        "transfer.receipts",
        "Per",
        {"taken": 3, "refused": 1, "not_taken": [4], "at": at.isoformat(), "receipts": digest},
    )


def test_exam_without_grades_is_transferred_without_lines(people: People) -> None:
    confirm_all(people.exam)
    transfer = send(people)
    assert (content(transfer), receipts(transfer), ReceivedFile.objects.count()) == ([], [], 0)
    assert (stage(people.one), stage(people.two)) == ("transferred", "transferred")
    with refused(Refusal.NOTHING_TO_TRANSFER):
        send(people)


def test_exam_without_candidates_is_refused(people: People) -> None:
    Candidate.objects.filter(exam=people.exam).delete()
    with refused(Refusal.NOTHING_TO_TRANSFER):
        send(people)


# Nothing is sent twice


def test_candidates_are_sorted_by_committee_and_number(people: People) -> None:
    Candidate.objects.filter(number="10001").update(committee=None)
    Candidate.objects.filter(number="10014").update(number="999")
    found = [one.candidate.number for one in plan_transfer(people.exam)]
    assert found == ["10002", "10003", "999", "10013", "10001"]


def test_accepted_grade_is_not_sent_again(graded: People) -> None:
    send(graded)
    with refused(Refusal.NOTHING_TO_TRANSFER):
        send(graded)
    assert (Transfer.objects.count(), ReceivedFile.objects.count()) == (1, 1)


def test_delivering_twice_is_harmless(graded: People) -> None:
    transfer = freeze_transfer(graded.exam, by=graded.per)
    stale = Transfer.objects.get(pk=transfer.pk)
    first = deliver_transfer(transfer, by=graded.per)
    assert [deliver_transfer(again, by=graded.per) for again in (stale, first)] == [first, first]
    assert (ReceivedFile.objects.count(), graded.exam.log.filter(action="transfer.receipts").count()) == (
        1,
        1,
    )


def test_corrected_line_is_sent_alone(graded: People) -> None:
    withdraw_at_fs("10002")
    first = send(graded)
    assert receipts(first)[:2] == [("10001", "taken"), ("10002", "refused")]
    assert first.lines.get(line=2).reason == "Candidate 10002 is registered as withdrawn in FS."
    assert (stage(graded.one), stage(graded.two)) == ("confirmed", "transferred")
    withdraw_at_fs("10002", is_withdrawn=False)
    assert content(send(graded)) == ["10002;1;B;"]
    assert (stage(graded.one), at_fs()["10002"]) == ("transferred", "B")


def test_line_refused_again_stays_open(graded: People) -> None:
    withdraw_at_fs("10002")
    transfers = [send(graded), send(graded), send(graded)]
    assert [transfer.number for transfer in transfers] == [1, 2, 3]
    assert [len(content(transfer)) for transfer in transfers] == [4, 1, 1]
    assert stage(graded.one) == "confirmed"


# After a reopening


@pytest.mark.parametrize("code", ChangeCode.values)
def test_reopening_sends_the_difference_with_its_code(graded: People, code: str) -> None:
    send(graded)
    reopen(graded, graded.one, ChangeCode(code))
    grade(graded.kari, graded.one, c10001="B", c10002="A")
    grade(graded.kari, graded.one, c10002="B", c10003="D")
    confirm_all(graded.exam)
    assert content(send(graded)) == [f"10001;1;B;{code}", "10003;1;D;"]
    assert at_fs() == {"10001": "B", "10002": "B", "10003": "D", "10013": "C", "10014": "F"}


def test_each_reopening_gives_its_own_code(graded: People) -> None:
    send(graded)
    reopen(graded, graded.one, ChangeCode.APPEAL)
    grade(graded.kari, graded.one, c10001="B")
    confirm_all(graded.exam)
    reopen(graded, graded.one, ChangeCode.NEW_INFORMATION)
    grade(graded.kari, graded.one, c10002="C")
    confirm_all(graded.exam)
    assert content(send(graded)) == ["10001;1;B;KLAGE", "10002;1;C;NYINFO"]


def test_each_committee_has_the_code_of_its_reopening(graded: People) -> None:
    send(graded)
    reopen(graded, graded.one, ChangeCode.APPEAL)
    reopen(graded, graded.two, ChangeCode.ERROR)
    grade(graded.kari, graded.one, c10001="B")
    grade(graded.ola, graded.two, c10013="D")
    confirm_all(graded.exam)
    assert content(send(graded)) == ["10001;1;B;KLAGE", "10013;2;D;FEILREG"]


def test_moved_candidate_keeps_the_code_of_the_change(graded: People) -> None:
    send(graded)
    reopen(graded, graded.two, ChangeCode.ERROR)
    reopen(graded, graded.one, ChangeCode.APPEAL)
    grade(graded.kari, graded.one, c10001="B")
    move_candidates([candidate("10001")], to=graded.two, by=graded.per)
    confirm_all(graded.exam)
    assert content(send(graded)) == ["10001;2;B;KLAGE"]


def test_reopened_committee_is_no_longer_transferred(graded: People) -> None:
    send(graded)
    reopen(graded, graded.one, ChangeCode.ERROR)
    stages = [stage(graded.one)]
    grade(graded.kari, graded.one, c10001="B")
    for person in (graded.kari, graded.ola):
        confirm(person, graded.one)
        stages.append(stage(graded.one))
    send(graded)
    assert [*stages, stage(graded.one)] == ["grading", "waiting", "confirmed", "transferred"]
    assert stage(graded.two) == "transferred"


def test_reopened_committee_blocks_the_transfer(graded: People) -> None:
    reopen(graded, graded.two, ChangeCode.ERROR)
    with refused(Refusal.NOT_ALL_CONFIRMED, committees="Committee 2"):
        send(graded)


def test_committee_confirmed_unchanged_is_transferred_again(graded: People) -> None:
    send(graded)
    reopen(graded, graded.one, ChangeCode.ERROR)
    grade(graded.kari, graded.one, c10001="B")
    grade(graded.kari, graded.one, c10001="A")
    confirm_all(graded.exam)
    assert stage(graded.one) == "transferred"
    with refused(Refusal.NOTHING_TO_TRANSFER):
        send(graded)


def test_withdrawn_correction_needs_no_line(graded: People) -> None:
    send(graded)
    reopen(graded, graded.one, ChangeCode.ERROR)
    grade(graded.kari, graded.one, c10001="B")
    confirm_all(graded.exam)
    withdraw_at_fs("10001")
    send(graded)
    reopen(graded, graded.one, ChangeCode.ERROR)
    grade(graded.kari, graded.one, c10001="A")
    confirm_all(graded.exam)
    assert (stage(graded.one), content(send(graded)), stage(graded.one)) == ("confirmed", [], "transferred")


def test_grade_removed_after_transfer_is_a_problem(graded: People) -> None:
    send(graded)
    reopen(graded, graded.one, ChangeCode.ERROR)
    reset_grade(seat(graded.kari, graded.one), candidate("10001"))
    rows = {row.candidate.number: row for row in plan_transfer(graded.exam)}
    assert (rows["10001"].send, rows["10001"].at_fs) == (False, "A")
    assert rows["10001"].problem == (
        "FS has A, but the grade was removed here. A transfer can’t remove a grade in FS: "
        "ask the people responsible for FS to do it."
    )
    assert [row.problem for number, row in rows.items() if number != "10001"] == ["", "", "", ""]


# FS does not answer


def test_unanswered_transfer_can_be_delivered_again(graded: People, settings: Any) -> None:
    settings.FS_BACKEND = SILENT
    transfer = send(graded)
    assert transfer.answered_at is None
    assert [status for _number, status in receipts(transfer)] == ["pending"] * 4
    assert (stage(graded.one), at_fs()) == ("confirmed", {})
    assert deliver_transfer(transfer, by=graded.per).answered_at is None


def test_other_committee_stays_transferred_during_a_correction(people: People, settings: Any) -> None:
    grade(people.kari, people.one, c10001="A")
    grade(people.ingrid, people.two, c10013="B")
    confirm_all(people.exam)
    transfer_grades(people.exam, by=people.per)
    reopen_committee(people.one, reason="slip", code=ChangeCode.ERROR, by=people.per)
    grade(people.kari, people.one, c10001="C")
    confirm_all(people.exam)
    settings.FS_BACKEND = SILENT
    transfer_grades(people.exam, by=people.per)
    assert (stage(people.one), stage(people.two)) == ("confirmed", "transferred")


def test_unanswered_transfer_blocks_the_next(graded: People, settings: Any) -> None:
    settings.FS_BACKEND = SILENT
    send(graded)
    with refused(Refusal.TRANSFER_UNANSWERED, number=1):
        send(graded)
    assert Transfer.objects.count() == 1


def test_redelivery_sends_the_same_bytes(graded: People, settings: Any) -> None:
    backend, settings.FS_BACKEND = settings.FS_BACKEND, SILENT
    transfer = send(graded)
    reopen(graded, graded.one, ChangeCode.ERROR)
    grade(graded.kari, graded.one, c10001="E")
    settings.FS_BACKEND = backend
    deliver_transfer(transfer, by=graded.per)
    received = ReceivedFile.objects.get()
    assert (received.name, bytes(received.content)) == (transfer.file_name, bytes(transfer.content))
    assert at_fs()["10001"] == "A"
    confirm_all(graded.exam)
    assert content(send(graded)) == ["10001;1;E;FEILREG"]


def test_lost_answer_is_asked_for_again(graded: People, settings: Any) -> None:
    backend, settings.FS_BACKEND = settings.FS_BACKEND, LOSING
    transfer = send(graded)
    assert (len(at_fs()), transfer.answered_at) == (4, None)
    settings.FS_BACKEND = backend
    deliver_transfer(transfer, by=graded.per)
    assert [status for _number, status in receipts(transfer)] == ["taken"] * 4
    assert (stage(graded.one), ReceivedFile.objects.count()) == ("transferred", 1)


# Test transfer


def rows_everywhere() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of ours and of FS."""
    models = [model for label in ("committees", "fs") for model in apps.get_app_config(label).get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in models}


def test_test_transfer_writes_nothing(graded: People) -> None:
    withdraw_at_fs("10002")
    before = rows_everywhere()
    preview_transfer(graded.exam)
    assert rows_everywhere() == before


def test_test_transfer_has_every_candidate_and_fs_objections(graded: People) -> None:
    withdraw_at_fs("10002")
    Registration.objects.filter(kandidatlopenr="10014").delete()
    told = [(row.candidate.number, row.send, row.problem) for row in preview_transfer(graded.exam)]
    assert told == [
        ("10001", True, ""),
        ("10002", True, "FS would refuse: Candidate 10002 is registered as withdrawn in FS."),
        ("10003", False, ""),
        ("10013", True, ""),
        ("10014", True, "FS would refuse: Candidate 10014 is not registered for this exam in FS."),
    ]


def test_test_transfer_needs_no_confirmation(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    assert [row.candidate.number for row in preview_transfer(people.exam) if row.send] == ["10001"]


def test_test_transfer_names_absent_and_unassigned_candidates(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    note_attendance(candidate("10001"), Attendance.ABSENT, by=people.per)
    Candidate.objects.filter(number="10002").update(committee=None)
    problems = {row.candidate.number: row.problem for row in preview_transfer(people.exam)}
    assert problems == {
        "10001": "Has a grade, but is marked as “Did not attend”.",
        "10002": "This candidate has no committee, so no one can set a grade. Assign the candidate to a "
        "committee.",
        "10003": "",
        "10013": "",
        "10014": "",
    }


def test_test_transfer_reports_an_unreachable_fs(graded: People, settings: Any) -> None:
    settings.FS_BACKEND = SILENT
    silent = "FS did not answer, so this line could not be checked."
    problems = [(row.candidate.number, row.problem) for row in preview_transfer(graded.exam)]
    assert problems == [
        ("10001", silent),
        ("10002", silent),
        ("10003", ""),
        ("10013", silent),
        ("10014", silent),
    ]


def test_fs_is_not_contacted_without_lines(graded: People, settings: Any) -> None:
    send(graded)
    settings.FS_BACKEND = SILENT
    assert [(row.send, row.problem) for row in preview_transfer(graded.exam)] == [(False, "")] * 5
