"""Grades by click or typed, and what the row of a candidate tells besides."""

from collections.abc import Collection

from django.db import transaction
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from committees.actions import Refused, StaleVersion, is_active_planner, lock_exam, log
from committees.actions.sheets import lock_for_grading, unknown_grade, write_grades
from committees.actions.versions import refuse_stale_candidates
from committees.enums import Attendance, LogAction
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
    Give `candidate` the grade that the grader clicked or typed. Returns None when it stood there already.

    `expected_grade` is the grade that the row showed. Raises StaleVersion when somebody else set another by now; Refused when the scale
    has no such grade, the candidate is not on the grader's committee, the seat is gone or the grades are locked.
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
    """Remove the grade of `candidate`, by the arrow at the left of the row. As `set_grade` otherwise."""
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
        raise Refused(_("%(candidate)s is not on your committee.") % {"candidate": candidate.number})
    if now.grade == grade:
        return None
    # One's own click a moment ago is no surprise; somebody else's is.
    if (
        expected_grade is not None
        and expected_grade != now.grade
        and (now.grade_entry is None or now.grade_entry.by_id != by.pk)
    ):
        raise StaleVersion(_describe_change(now), expected_grade)
    return write_grades(committee, {now.number: [now.grade, grade]}, action, by=by)


def _describe_change(candidate: Candidate) -> str:
    entry = candidate.grade_entry
    params = {
        "candidate": candidate.number,
        "grade": candidate.grade,
        "who": entry.by if entry else "",
        "time": time_format(localtime(entry.at)) if entry else "",
    }
    if candidate.grade:
        return (
            _("%(who)s gave %(candidate)s the grade %(grade)s at %(time)s. Choose again if you want another.")
            % params
        )
    return _("%(who)s removed the grade of %(candidate)s at %(time)s. Choose again if you want one.") % params


def note_attendance(
    candidate: Candidate, attendance: Attendance, *, by: User, since: int | None = None
) -> LogEntry | None:
    """Note whether one candidate came."""
    return note_attendances([candidate], attendance, by=by, since=since)


@transaction.atomic
def note_attendances(
    candidates: Collection[Candidate], attendance: Attendance, *, by: User, since: int | None = None
) -> LogEntry | None:
    """
    Note whether these candidates of one exam came. Tells graders and planner; the grade sheet stays what it is.
    Returns None when it was known of all of them. Raises Refused when `by` neither grades them nor plans the exam any more.

    `since` is the newest log entry of the exam that the page showed; None for a caller without a page. Raises StaleList
    when the attendance of one of them was changed after it.
    """
    if not candidates:
        return None
    # An entry about several committees is news to the whole exam. None of them may be in the middle of an act whose
    # entry is older and comes to light later: who knows of the newest entry knows of all.
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
    """Raise Refused unless `by` has a seat on the committee of each candidate, or plans the exam."""
    seats = Grader.objects.filter(committee__exam=exam, person=by, person__is_active=True)
    own = {one.committee_id for one in candidates} <= set(seats.values_list("committee_id", flat=True))
    if not own and not is_active_planner(exam, by):
        raise Refused(_("You can no longer note the attendance of these candidates."))
