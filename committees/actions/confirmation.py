"""Confirming final grading, and giving it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from committees.actions import (
    Refused,
    StaleVersion,
    has_active_seat,
    lock_committee,
    log,
    refuse_former_planner,
)
from committees.actions.notifications import notify_if_ready
from committees.enums import ChangeCode, LogAction
from committees.models import Committee, Confirmation, Grader, LogEntry, Reopening, User


@transaction.atomic
def confirm_grades(grader: Grader, *, expected_version: str, acknowledged: bool) -> Confirmation:
    """
    The grader's yes to the grade sheet whose version they saw. Once it stands, saying it again changes nothing.

    `acknowledged`: the grader has read which candidates get no grade. Raises StaleVersion when the sheet is another by now;
    Refused when the seat is gone, the committee has no candidates, somebody's absence was not acknowledged, or the
    committee is confirmed already.
    """
    committee = lock_committee(grader.committee_id)
    if not has_active_seat(grader):
        raise Refused(_("You no longer have a seat on this committee."))
    existing = Confirmation.objects.filter(
        grader=grader, digest=committee.digest, round=committee.round
    ).first()
    if existing:
        return existing
    if committee.is_locked:
        raise Refused(_("This committee's grades are confirmed already."))
    if not committee.candidate_count:
        raise Refused(_("This committee has no candidates, so there is nothing to confirm."))
    if expected_version != committee.version:
        raise StaleVersion(
            _("The grades changed after you opened this page. See what moved, and confirm again."),
            expected_version,
        )
    without = list(committee.candidates.ungraded().by_number().values_list("number", flat=True))
    if without and not acknowledged:
        raise Refused(
            _("Say that these candidates are to have no grade: %(numbers)s.")
            % {"numbers": ", ".join(without)}
        )
    entry = log(
        LogAction.CONFIRMED,
        by=grader.person,
        exam=committee.exam,
        committee=committee,
        digest=committee.digest,
        round=committee.round,
        without=without,
    )
    confirmation = Confirmation.objects.update_or_create(
        grader=grader, defaults={"digest": committee.digest, "round": committee.round, "entry": entry}
    )[0]
    notify_if_ready(entry)
    return confirmation


@transaction.atomic
def withdraw_confirmation(grader: Grader) -> None:
    """
    Take the own confirmation back.

    Raises Refused when the seat is gone, or once the last confirmation was given: then only a planner reopens.
    """
    committee = lock_committee(grader.committee_id)
    if not has_active_seat(grader):
        raise Refused(_("You no longer have a seat on this committee."))
    if committee.is_locked:
        raise Refused(_("All graders have confirmed, so only the planner can reopen the committee."))
    deleted, _models = Confirmation.objects.filter(grader=grader).delete()
    if deleted:
        log(LogAction.WITHDRAWN, by=grader.person, exam=committee.exam, committee=committee)


@transaction.atomic
def reopen_committee(
    committee: Committee, *, reason: str, code: ChangeCode, by: User, expected_version: str | None = None
) -> Reopening:
    """
    Give a confirmed committee back to its graders; all must confirm again. `code` goes to FS with what they change.

    `expected_version` is the committee's `confirmed_version` that the planner's form showed; None for a caller without a form. Raises
    Refused when the committee is not confirmed: its graders can still change everything themselves; StaleVersion when it is not
    as it was seen.
    """
    committee = lock_committee(committee.pk)
    refuse_former_planner(committee.exam, by)
    if not committee.is_locked:
        raise Refused(
            _("%(committee)s is not confirmed, so its graders can change the grades.")
            % {"committee": committee}
        )
    if expected_version is not None and expected_version != committee.confirmed_version:
        raise StaleVersion(_describe_change(committee, expected_version), expected_version)
    committee.round += 1
    committee.save(update_fields=["round"])
    entry = log(LogAction.REOPENED, by=by, exam=committee.exam, committee=committee, reason=reason, code=code)
    return Reopening.objects.create(
        committee=committee, round=committee.round, code=code, reason=reason, entry=entry
    )


def _describe_change(committee: Committee, expected_version: str) -> str:
    """What happened to a confirmed committee since somebody saw it as `expected_version`, and who did it."""
    if expected_version.startswith(f"{committee.version}-"):
        action = LogAction.TRANSFERRED
        sentence = _(
            "%(who)s transferred the grades of this committee to FS after you opened this page, so it "
            "was not reopened. See what changed, then reopen it if you still need to."
        )
    else:
        action = LogAction.REOPENED
        sentence = _(
            "%(who)s reopened %(committee)s after you opened this page, and its graders have confirmed "
            "again, so it was not reopened a second time. See what changed, then reopen it if you still "
            "need to."
        )
    entry = LogEntry.objects.affecting(committee).filter(action=action).select_related("by").last()
    if entry is None:
        return _(
            "%(committee)s was changed after you opened this page, so it was not reopened. See what "
            "changed, then reopen it if you still need to."
        ) % {"committee": committee}
    return sentence % {"who": entry.by, "committee": committee}
