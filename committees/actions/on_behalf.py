"""Confirmation by a planner on behalf of a grader who is unable to confirm."""

from typing import Any

from django.db import transaction

from committees.actions.confirmation import existing_confirmation, refuse_unconfirmable
from committees.actions.log import log
from committees.actions.notifications import notify_if_ready
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.locking import has_active_seat, lock_committee, refuse_former_planner
from committees.models import Committee, Confirmation, Grader, User


@transaction.atomic
def confirm_on_behalf(
    grader: Grader,
    *,
    reason: str,
    by: User,
    expected_version: str,
    acknowledged: bool,
    locks: bool = False,
) -> Confirmation:
    """
    Confirm the grade sheet of `expected_version` for a grader, with a reason. Repeating it returns the confirmation.

    `locks`: the planner has read that it locks the grades. Every grader of the committee is notified. It is valid like
    the grader's own, also if the grader's account is closed. Raise Refused like `confirm_grades`, and if the exam does
    not allow it, the seat is gone or the planner's own, the grader has confirmed, or it would lock the grades without
    `locks`.
    """
    committee = _locked(grader, by)
    if not committee.exam.on_behalf:
        raise Refused(Refusal.ON_BEHALF_OFF)
    if grader.person_id == by.pk:
        raise Refused(Refusal.OWN_SEAT)
    existing = existing_confirmation(grader, committee)
    if existing and existing.planner_id:
        return existing
    if committee.is_locked:
        raise Refused(Refusal.ALREADY_CONFIRMED)
    if existing and has_active_seat(grader):
        raise Refused(Refusal.GRADER_CONFIRMED, name=grader)
    without = refuse_unconfirmable(committee, expected_version, acknowledged=acknowledged)
    if committee.locks_next and not locks:
        raise Refused(Refusal.LOCKS_NOW)
    sheet: dict[str, Any] = {"digest": committee.digest, "round": committee.round}
    entry = log(
        LogAction.CONFIRMED_FOR,
        by=by,
        exam=committee.exam,
        committee=committee,
        person=grader.person_id,
        name=str(grader),
        reason=reason,
        without=without,
        locked=committee.locks_next,
        **sheet,
    )
    confirmation = Confirmation.objects.update_or_create(
        grader=grader, defaults=sheet | {"entry": entry, "planner": by}
    )[0]
    # Confirmations of closed accounts count where FS has the same grades: `Stage.TRANSFERRED`.
    if not locks and lock_committee(committee.pk).is_locked:
        raise Refused(Refusal.LOCKS_NOW)
    notify_if_ready(entry)
    return confirmation


@transaction.atomic
def withdraw_on_behalf(grader: Grader, *, by: User) -> None:
    """
    Delete a confirmation that a planner made on behalf of the grader; do nothing if there is none.

    Raise Refused if the committee is confirmed, or the seat is gone.
    """
    committee = _locked(grader, by)
    if committee.is_locked:
        raise Refused(Refusal.WITHDRAWAL_LOCKED, committee=committee)
    deleted, _models = Confirmation.objects.filter(grader=grader, planner__isnull=False).delete()
    if deleted:
        log(
            LogAction.WITHDRAWN,
            by=by,
            exam=committee.exam,
            committee=committee,
            person=grader.person_id,
            name=str(grader),
        )


def _locked(grader: Grader, by: User) -> Committee:
    """Lock and return the committee of a seat that still exists, for a planner of its exam."""
    committee = lock_committee(grader.committee_id)
    refuse_former_planner(committee.exam, by)
    if not Grader.objects.filter(pk=grader.pk).exists():
        raise Refused(Refusal.SEAT_GONE, name=grader, committee=committee)
    return committee
