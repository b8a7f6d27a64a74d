"""Confirmation of grades, its withdrawal, and the reopening of committees."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.formats import date_format

from committees.actions.log import log
from committees.actions.notifications import notify_if_ready
from committees.enums import ChangeCode, LogAction
from committees.errors import Refusal, Refused, StaleVersion
from committees.locking import has_active_seat, lock_committee, refuse_former_planner
from committees.models import Committee, Confirmation, Grader, LogEntry, Reopening, User


@transaction.atomic
def confirm_grades(
    grader: Grader,
    *,
    expected_version: str,
    acknowledged: bool,
    second_look: Mapping[str, Any] | None = None,
) -> Confirmation:
    """
    Confirm the grade sheet of `expected_version`. Return the existing confirmation if the grader has confirmed it.

    The grader's own confirmation replaces one that a planner made on their behalf, also on a confirmed committee: the
    grades stay the same. `acknowledged`: the grader has read which candidates get no grade. `second_look` is what the
    grader checked and was advised of (`second_look.paper.as_details`); it is only logged. Raise StaleVersion if the
    grade sheet has changed; Refused without an active seat or candidates, without the acknowledgement if it is needed,
    before the day of the exam, or if the committee is already confirmed.
    """
    committee = lock_committee(grader.committee_id)
    if not has_active_seat(grader):
        raise Refused(Refusal.NOT_GRADER)
    existing = existing_confirmation(grader, committee)
    if existing and existing.planner_id is None:
        return existing
    if committee.is_locked and not existing:
        raise Refused(Refusal.ALREADY_CONFIRMED)
    without = refuse_unconfirmable(committee, expected_version, acknowledged=acknowledged)
    details: dict[str, Any] = {"second_look": dict(second_look)} if second_look else {}
    entry = log(
        LogAction.CONFIRMED,
        by=grader.person,
        exam=committee.exam,
        committee=committee,
        digest=committee.digest,
        round=committee.round,
        without=without,
        **details,
    )
    confirmation = Confirmation.objects.update_or_create(
        grader=grader,
        defaults={"digest": committee.digest, "round": committee.round, "entry": entry, "planner": None},
    )[0]
    if not committee.is_locked:
        notify_if_ready(entry)
    return confirmation


def existing_confirmation(grader: Grader, committee: Committee) -> Confirmation | None:
    """Return the seat's confirmation of the committee's current grade sheet."""
    current = Confirmation.objects.filter(digest=committee.digest, round=committee.round)
    return current.filter(grader=grader).first()


def refuse_unconfirmable(committee: Committee, expected_version: str, *, acknowledged: bool) -> list[str]:
    """
    Return the numbers of the candidates without a grade. Raise Refused or StaleVersion if the grade sheet of
    `expected_version` can't be confirmed now.
    """
    if not committee.candidate_count:
        raise Refused(Refusal.NO_CANDIDATES)
    if not committee.exam.is_open_for_confirmation:
        raise Refused(Refusal.BEFORE_EXAM, day=date_format(committee.exam.date))
    if expected_version != committee.version:
        raise StaleVersion(Refusal.GRADES_CHANGED)
    without = list(committee.candidates.ungraded().by_number().values_list("number", flat=True))
    if without and not acknowledged:
        raise Refused(Refusal.UNGRADED_NOT_ACKNOWLEDGED, numbers=", ".join(without))
    return without


@transaction.atomic
def withdraw_confirmation(grader: Grader) -> None:
    """
    Delete the seat's confirmation, also one that a planner made on the grader's behalf.

    Raise Refused without an active seat, or if the committee is confirmed.
    """
    committee = lock_committee(grader.committee_id)
    if not has_active_seat(grader):
        raise Refused(Refusal.NOT_GRADER)
    if committee.is_locked:
        raise Refused(Refusal.ALL_CONFIRMED, planner=committee.exam.planner_contact)
    deleted, _models = Confirmation.objects.filter(grader=grader).delete()
    if deleted:
        log(LogAction.WITHDRAWN, by=grader.person, exam=committee.exam, committee=committee)


@transaction.atomic
def reopen_committee(
    committee: Committee, *, reason: str, code: ChangeCode, by: User, expected_version: str | None = None
) -> Reopening:
    """
    Return a confirmed committee to its graders, who must all confirm again. `code` goes to FS with changed grades.

    `expected_version` is the `confirmed_version` that the form showed; None without a form. Raise StaleVersion if it
    differs; Refused if the committee is not confirmed, because its graders can still change everything.
    """
    committee = lock_committee(committee.pk)
    refuse_former_planner(committee.exam, by)
    if not committee.is_locked:
        raise Refused(Refusal.NOT_CONFIRMED, committee=committee)
    if expected_version is not None and expected_version != committee.confirmed_version:
        raise _stale_committee(committee, expected_version)
    committee.round += 1
    committee.save(update_fields=["round"])
    entry = log(LogAction.REOPENED, by=by, exam=committee.exam, committee=committee, reason=reason, code=code)
    return Reopening.objects.create(
        committee=committee, round=committee.round, code=code, reason=reason, entry=entry
    )


def _stale_committee(committee: Committee, expected_version: str) -> StaleVersion:
    is_transferred = expected_version.startswith(f"{committee.version}-")
    action = LogAction.TRANSFERRED if is_transferred else LogAction.REOPENED
    entry = LogEntry.objects.affecting(committee).filter(action=action).select_related("by").last()
    if entry is None:
        return StaleVersion(Refusal.COMMITTEE_CHANGED, committee=committee)
    code = Refusal.TRANSFERRED_MEANWHILE if is_transferred else Refusal.REOPENED_MEANWHILE
    return StaleVersion(code, who=entry.by, committee=committee)
