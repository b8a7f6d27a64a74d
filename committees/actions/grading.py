"""Grades set by click or keyboard, and attendance."""

from collections.abc import Collection

from django.db import transaction
from django.utils.formats import time_format
from django.utils.timezone import localtime

from committees.actions.log import log
from committees.actions.sheets import lock_for_grading, unknown_grade, write_grades
from committees.actions.versions import refuse_stale_candidates
from committees.enums import Attendance, LogAction
from committees.errors import Refusal, Refused, StaleVersion
from committees.locking import is_active_planner, lock_exam
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User


@transaction.atomic
def set_grade(
    grader: Grader,
    candidate: Candidate,
    grade: str,
    *,
    expected_grade: str | None = None,
    is_typed: bool = False,
) -> LogEntry | None:
    """
    Set the grade that the grader clicked or typed. Return None if the candidate has it already.

    `expected_grade` is the grade that the row showed. Raise StaleVersion if somebody else has changed it; Refused if
    the scale has no such grade, the candidate is not in the grader's committee, the grader has no active seat, or the
    grades are locked.
    """
    committee = lock_for_grading(grader)
    if grade not in committee.exam.grades:
        raise unknown_grade(committee, grade)
    action = LogAction.GRADE_TYPED if is_typed else LogAction.GRADE_CLICKED
    return _change(committee, candidate, grade, expected_grade, action, grader.person)


@transaction.atomic
def reset_grade(
    grader: Grader, candidate: Candidate, *, expected_grade: str | None = None
) -> LogEntry | None:
    """Remove the grade of `candidate`. Otherwise like `set_grade`."""
    committee = lock_for_grading(grader)
    return _change(committee, candidate, "", expected_grade, LogAction.GRADE_RESET, grader.person)


def _change(
    committee: Committee,
    candidate: Candidate,
    grade: str,
    expected_grade: str | None,
    action: LogAction,
    by: User,
) -> LogEntry | None:
    now = committee.candidates.with_own_setting().filter(pk=candidate.pk).order_by().first()
    if now is None:
        raise Refused(Refusal.NOT_YOUR_CANDIDATE, candidate=candidate.number)
    if now.grade == grade:
        return None
    # A row may be out of date because of the grader's own click; only changes by others are refused.
    if (
        expected_grade is not None
        and expected_grade != now.grade
        and (now.grade_entry is None or now.grade_entry.by_id != by.pk)
    ):
        raise _stale_grade(now)
    return write_grades(committee, {now.number: [now.grade, grade]}, action, by=by)


def _stale_grade(candidate: Candidate) -> StaleVersion:
    entry = candidate.grade_entry
    code = Refusal.GRADE_SET_MEANWHILE if candidate.grade else Refusal.GRADE_REMOVED_MEANWHILE
    return StaleVersion(
        code,
        candidate=candidate.number,
        grade=candidate.grade,
        who=entry.by if entry else "",
        time=time_format(localtime(entry.at)) if entry else "",
    )


@transaction.atomic
def mark_attendance(
    candidate: Candidate, attendance: Attendance, *, by: User, expected: str | None = None
) -> LogEntry | None:
    """
    Record the attendance of one candidate. Return None if it is recorded already. Otherwise like `note_attendances`.

    `expected` is the attendance that the row showed. Raise StaleVersion if somebody else has changed it.
    """
    lock_exam(candidate.exam)
    now = Candidate.objects.filter(pk=candidate.pk).order_by().first()
    if now is None:
        raise Refused(Refusal.NOT_YOUR_CANDIDATE, candidate=candidate.number)
    if expected is not None and now.attendance not in (expected, attendance):
        entries = LogEntry.objects.filter(exam=candidate.exam_id, action=LogAction.ATTENDANCE_NOTED)
        entry = entries.filter(changes__has_key=now.number).select_related("by").order_by("-pk").first()
        if entry is not None and entry.by_id != by.pk:
            raise _stale_attendance(now, entry)
    return note_attendances([now], attendance, by=by)


def _stale_attendance(candidate: Candidate, entry: LogEntry) -> StaleVersion:
    return StaleVersion(
        Refusal.ATTENDANCE_SET_MEANWHILE,
        candidate=candidate.number,
        attendance=candidate.get_attendance_display(),
        who=entry.by,
        time=time_format(localtime(entry.at)),
    )


def note_attendance(
    candidate: Candidate, attendance: Attendance, *, by: User, since: int | None = None
) -> LogEntry | None:
    return note_attendances([candidate], attendance, by=by, since=since)


@transaction.atomic
def note_attendances(
    candidates: Collection[Candidate], attendance: Attendance, *, by: User, since: int | None = None
) -> LogEntry | None:
    """
    Record the attendance of these candidates of one exam. Return None if nothing changed. Digests are not affected.

    `since` is the newest log entry of the exam that the page showed; None without a page. Raise StaleList if the
    attendance of one of them was changed after it; Refused if `by` neither grades all of them nor plans the exam.
    """
    if not candidates:
        return None
    # An entry about several committees belongs to the whole exam. All committees are locked, so that no act
    # commits an older entry later: pages compare only the newest entry.
    exam, _committees = lock_exam(next(iter(candidates)).exam)
    changing = list(
        Candidate.objects.filter(pk__in=[one.pk for one in candidates])
        .exclude(attendance=attendance)
        .select_related("exam", "committee")
        .by_number()
    )
    if not changing:
        return None
    _refuse_stranger(exam, changing, by)
    if since is not None:
        refuse_stale_candidates(exam, changing, (LogAction.ATTENDANCE_NOTED,), since)
    changes = {one.number: [one.attendance, str(attendance)] for one in changing}
    Candidate.objects.filter(pk__in=[one.pk for one in changing]).update(attendance=attendance)
    committees = {one.committee for one in changing}
    return log(
        LogAction.ATTENDANCE_NOTED,
        by=by,
        exam=changing[0].exam,
        committee=committees.pop() if len(committees) == 1 else None,
        changes=changes,
    )


def _refuse_stranger(exam: Exam, candidates: Collection[Candidate], by: User) -> None:
    seats = Grader.objects.filter(committee__exam=exam, person=by, person__is_active=True)
    own = {one.committee_id for one in candidates} <= set(seats.values_list("committee_id", flat=True))
    if not own and not is_active_planner(exam, by):
        raise Refused(Refusal.ATTENDANCE_NOT_YOURS)
