from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from committees.actions.confirmation import confirm_grades, reopen_committee
from committees.actions.deleting import (
    KEPT_FOR,
    cancel_exam,
    delete_candidates,
    delete_committee,
    delete_exam,
    forget_deleted,
)
from committees.actions.effects import NotAgreed
from committees.actions.fs_import import apply_import
from committees.actions.graders import add_grader, invite_grader
from committees.actions.grading import note_attendances, reset_grade, set_grade
from committees.actions.planning import add_committee, create_exam, move_candidates
from committees.actions.restoring import undo_removal
from committees.actions.transfer import transfer_grades
from committees.audit.verification import violations
from committees.enums import Attendance, ChangeCode, LogAction, NotificationKind
from committees.errors import Refusal, StaleVersion
from committees.models import (
    Candidate,
    Committee,
    DeletedCandidate,
    Exam,
    FsImport,
    Grader,
    LogEntry,
    Notification,
    User,
)
from fs.models import Registration
from tests.conftest import People, agreeing, candidate, confirm, confirm_all, grade, seat, stage
from tests.factories import ExamFactory
from tests.refusals import refused


def rows_of(exam: Exam) -> list[object]:
    """Everything of the exam that must come back: its columns, committees, seats and candidates."""
    people = Grader.objects.filter(committee__exam=exam).order_by("pk")
    return [
        Exam.everything.filter(pk=exam.pk).values_list().get(),
        list(Committee.everything.filter(exam=exam).order_by("pk").values_list()),
        list(people.values_list()),
        list(
            Candidate.objects.filter(exam=exam).order_by("number").values_list("exam", *DeletedCandidate.KEPT)
        ),
    ]


def logged_exam(people: People) -> Exam:
    """An exam that was made by the acts, so that its log records its state."""
    exam = ExamFactory.build(emnekode="MIS1000", planners=[])
    create_exam(exam, planners=[people.per], by=people.per)
    for number in (1, 2):
        committee = add_committee(exam, number=number, name="", by=people.per)
        add_grader(committee, people.kari, is_external=False, by=people.per)
    lines = [f"a{number};{';'.join(exam.key)};6000{number};{number};" for number in (1, 2)]
    apply_import(FsImport.objects.create(by=people.per, candidates="\n".join(lines).encode()))
    return exam


# Exams


def test_deleted_exam_is_in_no_list_and_comes_back_as_it_was(people: People) -> None:
    exam = logged_exam(people)
    before = rows_of(exam)
    entry = delete_exam(exam, by=people.per)
    assert exam not in Exam.objects.all()
    assert seat(people.kari, exam.committees.get(number=1)) not in Grader.objects.current()
    assert list(violations()) == []
    undo_removal(entry, by=people.per)
    assert rows_of(exam) == before
    assert list(violations()) == []


@pytest.mark.parametrize("act", ["grade", "confirm", "transfer"])
def test_exam_with_grades_confirmations_or_transfers_is_not_deleted(people: People, act: str) -> None:
    if act == "grade":
        grade(people.kari, people.one, c10001="A")
    else:
        confirm_all(people.exam) if act == "transfer" else confirm(people.kari, people.one)
    if act == "transfer":
        transfer_grades(people.exam, by=people.per)
    with refused(Refusal.EXAM_HAS_GRADES):
        delete_exam(people.exam, by=people.per)


def test_exam_that_changed_after_its_page_is_not_deleted(people: People) -> None:
    since = people.exam.log.newest_id()
    add_committee(people.exam, number=7, name="", by=people.per)
    with pytest.raises(StaleVersion) as stale:
        delete_exam(people.exam, by=people.per, since=since)
    assert stale.value.code == Refusal.REMOVAL_STALE


@pytest.mark.parametrize("way", ["hand", "file"])
def test_fs_key_of_a_deleted_exam_can_be_used_again(people: People, way: str) -> None:
    key = people.exam.key
    entry = delete_exam(people.exam, by=people.per)
    if way == "hand":
        new = Exam.everything.get(pk=people.exam.pk)
        new.pk, new._state.adding, new.removal = None, True, ""
        create_exam(new, planners=[], by=people.per)
    else:
        line = f"{';'.join(key)};2026-12-01T09:00;Hall;"
        apply_import(FsImport.objects.create(by=people.per, exams=line.encode()))
    assert Exam.objects.by_key(key, None).get() != people.exam
    with refused(Refusal.FS_KEY_TAKEN):
        undo_removal(entry, by=people.per)


def test_removals_are_undone_once(people: People) -> None:
    entry = delete_exam(people.exam, by=people.per)
    undo_removal(entry, by=people.per)
    with refused(Refusal.UNDONE_ALREADY):
        undo_removal(entry, by=people.per)
    again = cancel_exam(people.exam, reason="Why", by=people.per)
    with refused(Refusal.UNDONE_ALREADY):
        undo_removal(entry, by=people.per)
    with refused(Refusal.NOT_PLANNER):
        undo_removal(again, by=people.petra)


# What may happen to a cancelled exam


ACTS: dict[str, Callable[[People], object]] = {
    "grade": lambda people: set_grade(seat(people.kari, people.one), candidate("10001"), "A"),
    "reset": lambda people: reset_grade(seat(people.kari, people.one), candidate("10002")),
    "confirm": lambda people: confirm_grades(
        seat(people.kari, people.one), expected_version=people.one.version, acknowledged=True
    ),
    "reopen": lambda people: reopen_committee(people.two, reason="", code=ChangeCode.ERROR, by=people.per),
    "transfer": lambda people: transfer_grades(people.exam, by=people.per),
    "move": lambda people: move_candidates([candidate("10001")], to=people.two, by=people.per),
    "attendance": lambda people: note_attendances([candidate("10001")], Attendance.ABSENT, by=people.per),
    "seat": lambda people: invite_grader(
        people.one, name="X", feide_name="x@y.no", is_external=True, by=people.per
    ),
    "committee": lambda people: add_committee(people.exam, number=5, name="", by=people.per),
    "cancel": lambda people: cancel_exam(people.exam, reason="Again", by=people.per),
    "delete": lambda people: delete_exam(people.exam, by=people.per),
    "delete committee": lambda people: delete_committee(people.one, by=people.per),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_happens_in_a_cancelled_exam(people: People, act: str) -> None:
    grade(people.kari, people.one, c10002="B")
    confirm(people.ola, people.two)
    confirm(people.ingrid, people.two)
    cancel_exam(people.exam, reason="Illness", by=people.per)
    newest = LogEntry.objects.newest_id()
    with refused(Refusal.EXAM_CANCELLED):
        ACTS[act](people)
    assert LogEntry.objects.newest_id() == newest


def test_cancelled_exam_comes_back_with_its_grades(completed_exam: People) -> None:
    people = completed_exam
    for exam in (people.exam, people.pass_exam):
        assert exam in Exam.objects.all()
    grade(people.kari, people.three, c20001="Pass")
    before = rows_of(people.pass_exam)
    entry = cancel_exam(people.pass_exam, reason="Illness", by=people.per)
    assert entry.details["reason"] == "Illness"
    assert people.pass_exam not in Exam.objects.daily()
    assert list(violations()) == []
    undo_removal(entry, by=people.per)
    assert rows_of(people.pass_exam) == before
    assert list(violations()) == []


def test_exam_whose_grades_fs_has_is_not_cancelled(people: People) -> None:
    grade(people.kari, people.three, c20001="Pass")
    confirm_all(people.pass_exam)
    transfer_grades(people.pass_exam, by=people.per)
    with refused(Refusal.EXAM_AT_FS):
        cancel_exam(people.pass_exam, reason="Illness", by=people.per)


def test_exam_that_fs_refused_completely_can_be_cancelled(people: People) -> None:
    Registration.objects.update(is_withdrawn=True)
    grade(people.kari, people.three, c20001="Pass")
    confirm_all(people.pass_exam)
    transfer_grades(people.pass_exam, by=people.per)
    assert cancel_exam(people.pass_exam, reason="Wrong key", by=people.per).action == LogAction.EXAM_CANCELLED


# Notifications


def kinds(person: User) -> list[str]:
    return list(Notification.objects.current().filter(person=person).values_list("kind", flat=True))


def test_graders_of_a_cancelled_exam_are_told_once_and_again_when_it_is_back(people: People) -> None:
    entry = cancel_exam(people.exam, reason="Illness", by=people.per)
    assert [kinds(one) for one in (people.kari, people.ola, people.vera)] == [["exam-cancelled"]] * 2 + [[]]
    Notification.objects.filter(person=people.ola).update(read_at=timezone.now())
    undo_removal(entry, by=people.per)
    assert (kinds(people.kari), kinds(people.ola)) == ([], ["restored", "exam-cancelled"])


def test_only_graders_who_know_of_a_deleted_exam_are_told(people: People) -> None:
    exam = logged_exam(people)
    assert set(kinds(people.kari)) == {"seated"}
    entry = delete_exam(exam, by=people.per)
    assert kinds(people.kari) == []
    undo_removal(entry, by=people.per)
    Notification.objects.filter(person=people.kari).update(mailed_at=timezone.now())
    delete_exam(exam, by=people.per)
    assert kinds(people.kari) == [NotificationKind.EXAM_DELETED]


def test_mail_about_a_removed_exam_is_not_sent_except_that_it_is_cancelled(people: People) -> None:
    exam, now = logged_exam(people), timezone.now() + timedelta(seconds=1)
    assert set(Notification.objects.waiting(now).values_list("kind", flat=True)) == {"seated"}
    cancel_exam(exam, reason="Illness", by=people.per)
    assert set(Notification.objects.waiting(now).values_list("kind", flat=True)) == {"exam-cancelled"}


# Committees


def test_deleted_committee_leaves_its_candidates_and_comes_back_as_it_was(people: People) -> None:
    exam = logged_exam(people)
    before, two = rows_of(exam), exam.committees.get(number=2)
    entry = delete_committee(two, by=people.per)
    assert [one.number for one in exam.committees.all()] == [1]
    assert candidate("60002").committee is None
    assert list(violations()) == []
    undo_removal(entry, by=people.per)
    assert rows_of(exam) == before
    assert list(violations()) == []


def test_committee_with_grades_or_confirmations_is_not_deleted(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.ola, people.two)
    for committee in (people.one, people.two):
        with refused(Refusal.COMMITTEE_HAS_GRADES):
            delete_committee(committee, by=people.per)


def test_number_of_a_deleted_committee_can_be_used_again(people: People) -> None:
    entry = delete_committee(people.one, by=people.per)
    with refused(Refusal.COMMITTEE_GONE):
        delete_committee(people.one, by=people.per)
    add_committee(people.exam, number=1, name="", by=people.per)
    with refused(Refusal.COMMITTEE_NUMBER_TAKEN):
        undo_removal(entry, by=people.per)


# Candidates


def test_deleted_candidates_come_back_as_they_were(people: People) -> None:
    exam = logged_exam(people)
    one = candidate("60001")
    set_grade(seat(people.kari, exam.committees.get(number=1)), one, "A")
    reset_grade(seat(people.kari, exam.committees.get(number=1)), candidate("60001"))
    note_attendances([one], Attendance.ABSENT, by=people.per)
    before = rows_of(exam)
    entry = delete_candidates([one, candidate("60002")], exam=exam, by=people.per)
    assert exam.candidates.count() == 0
    assert list(violations()) == []
    undo_removal(entry, by=people.per)
    assert rows_of(exam) == before
    assert list(violations()) == []
    with refused(Refusal.UNDONE_ALREADY):
        undo_removal(entry, by=people.per)


def test_candidates_with_grades_are_not_deleted(people: People) -> None:
    grade(people.kari, people.one, c10002="A")
    with refused(Refusal.CANDIDATES_GRADED, numbers="10002"):
        delete_candidates([candidate("10001"), candidate("10002")], exam=people.exam, by=people.per)
    assert people.one.candidates.count() == 3


def test_deleting_candidates_asks_about_confirmations(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    with pytest.raises(NotAgreed) as asked:
        delete_candidates([candidate("10002")], exam=people.exam, by=people.per)
    assert [str(one) for effect in asked.value.effects for one in effect.voided] == ["Kari"]
    entry = agreeing(delete_candidates, [candidate("10002")], exam=people.exam, by=people.per)
    assert stage(people.one) == "grading"
    agreeing(undo_removal, entry, by=people.per)
    assert stage(people.one) == "waiting"


def test_candidates_whose_numbers_are_in_use_again_are_not_restored(people: People) -> None:
    entry = delete_candidates([candidate("10002")], exam=people.exam, by=people.per)
    Candidate.objects.create(exam=people.exam, number="10002")
    with refused(Refusal.NUMBERS_TAKEN, numbers="10002"):
        undo_removal(entry, by=people.per)


def test_deleted_candidates_are_forgotten_after_a_while(people: People) -> None:
    delete_candidates([candidate("10002")], exam=people.exam, by=people.per)
    forget_deleted()
    assert DeletedCandidate.objects.count() == 1
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("committees.actions.deleting.KEPT_FOR", timedelta(days=-1))
        forget_deleted()
    assert DeletedCandidate.objects.count() == 0
    assert timedelta(days=30) == KEPT_FOR


def test_other_acts_are_not_undone(people: People) -> None:
    grade(people.kari, people.one, c10001="A")
    with refused(Refusal.NOT_UNDOABLE):
        undo_removal(LogEntry.objects.latest("pk"), by=people.per)
