"""Acts of planners on graders: adding people, inviting new ones, names and e-mail addresses."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from committees.actions.accounts import (
    end_support_passwords,
    has_part_elsewhere,
    log_of_ended,
    set_missing_email,
)
from committees.actions.log import log
from committees.actions.notifications import notify_email_set
from committees.actions.versions import Shown, refuse_stale
from committees.enums import EmailSource, LogAction, NotificationKind
from committees.errors import Refusal, Refused
from committees.locking import lock_committee, lock_person, refuse_former_planner
from committees.models import Committee, Grader, Notification, User
from committees.models.people import as_feide_name

PERSON_FIELDS = ("name", "email", "feide_name")
"""The fields of the form of a person who has not signed in."""


@transaction.atomic
def add_grader(committee: Committee, person: User, *, is_external: bool, by: User) -> Grader:
    """
    Give a known person a seat.

    Raise Refused if the committee is confirmed, or the person has a seat on it or a closed account.
    """
    return give_seat(lock_open_committee(committee, by), person, is_external=is_external, by=by)


@transaction.atomic
def invite_grader(
    committee: Committee, *, name: str, email: str = "", feide_name: str = "", is_external: bool, by: User
) -> Grader:
    """
    Create a person and give them a seat. Without `feide_name` they sign in with codes sent to `email`.

    Raise Refused if the committee is confirmed, the Feide name or address belongs to somebody, or the Feide name is
    the user name of another account.
    """
    committee, feide_name = lock_open_committee(committee, by), as_feide_name(feide_name)
    sandbox = committee.exam.sandbox
    known = [one for text in (feide_name, email) for one in User.known_as(text, committee.exam.sandbox_id)]
    if known:
        raise Refused(Refusal.PERSON_KNOWN, name=known[0])
    common = {"name": name, "email_source": EmailSource.PLANNER if email else ""}
    person = (
        User.invited(feide_name, sandbox=sandbox, email=email, **common)
        if feide_name
        else User.invited_by_mail(email, sandbox=sandbox, **common)
    )
    save_invited(person)
    return give_seat(committee, person, is_external=is_external, by=by, email=email)


def save_invited(person: User) -> None:
    """Save a new person. Raise Refused if another account has the user name."""
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Refused(Refusal.NAME_NOT_INVITABLE, name=person.feide_name or person.email) from error


def lock_open_committee(committee: Committee, by: User) -> Committee:
    """Lock and return the committee. Raise Refused if it is confirmed, or `by` no longer plans its exam."""
    committee = lock_committee(committee.pk)
    refuse_former_planner(committee.exam, by)
    if committee.is_locked:
        raise Refused(Refusal.GRADERS_CONFIRMED, committee=committee)
    return committee


def give_seat(
    committee: Committee, person: User, *, is_external: bool, by: User, email: str = "", undoes: int = 0
) -> Grader:
    """
    Create the seat on a locked committee, and log it: with the `email` of a new person, or the entry of the removal that
    it `undoes`.
    """
    person = lock_person(person)
    if committee.graders.filter(person=person).exists():
        raise Refused(Refusal.ALREADY_GRADER, name=person, committee=committee)
    grader = Grader.objects.create(committee=committee, person=person, is_external=is_external)
    details = who_of(grader) | log_of_ended(end_support_passwords([person], by=by))
    if email:
        details["email"] = email
    if undoes:
        details["undoes"] = undoes
    log(LogAction.GRADER_SEATED, by=by, exam=committee.exam, committee=committee, **details)
    return grader


def who_of(grader: Grader) -> dict[str, Any]:
    """Return the details of a log entry about this seat. People without a Feide name are logged by name."""
    person = grader.person
    named = {} if person.feide_name else {"name": str(person)}
    return {
        "person": person.pk,
        "feide_name": person.feide_name or "",
        "external": grader.is_external,
        **named,
    }


@transaction.atomic
def set_grader_email(grader: Grader, *, email: str, by: User) -> None:
    """
    Set the e-mail address of a grader without one.

    Raise Refused if they have one by now, or grade or plan an exam that `by` does not plan.
    """
    committee = lock_committee(grader.committee_id)
    refuse_former_planner(committee.exam, by)
    person = _lock_grader(grader)
    if person.email:
        raise Refused(Refusal.HAS_EMAIL, name=person)
    if not set_missing_email(person, email, by=by):
        raise Refused(Refusal.GRADES_ELSEWHERE, name=person)
    entry = log(
        LogAction.GRADER_CORRECTED, by=by, exam=committee.exam, person=person.pk, who=str(person), email=email
    )
    if not person.is_invited:
        notify_email_set(entry, committee.pk)


@transaction.atomic
def correct_grader(
    grader: Grader,
    *,
    name: str,
    email: str,
    feide_name: str | None = None,
    by: User,
    shown: Shown | None = None,
) -> User:
    """
    Correct the name, address and Feide name (None to keep it) of a person who has never signed in.

    A new address or Feide name gets the invitation again. Raise StaleForm if they are no longer as `shown`; Refused if
    the person has signed in, grades or plans an exam that `by` does not plan, another person gets codes at this address
    or has this Feide name, or somebody without a Feide name is given one.
    """
    committee = lock_committee(grader.committee_id)
    refuse_former_planner(committee.exam, by)
    person = _lock_grader(grader)
    if not person.is_invited:
        raise Refused(Refusal.HAS_SIGNED_IN, name=person)
    # With the sign-in of an invited planner or support account, its rights would be taken over too.
    if person.has_role or has_part_elsewhere(person, by=by):
        raise Refused(Refusal.GRADES_ELSEWHERE, name=person)
    if shown is not None:
        refuse_stale(person, PERSON_FIELDS, shown)
    new = {"name": name, "email": email}
    if feide_name is not None and person.feide_name:
        new["feide_name"] = as_feide_name(feide_name)
        _refuse_known(person, new["feide_name"])
    changed = {
        field: [getattr(person, field), value]
        for field, value in new.items()
        if getattr(person, field) != value
    }
    if not changed:
        return person
    who = str(person)
    person.name, person.email, person.email_source = name, email, EmailSource.PLANNER if email else ""
    person.feide_name = new.get("feide_name", person.feide_name)
    if person.sandbox_id is None and "feide_name" in changed:
        person.username = new["feide_name"]
    try:
        with transaction.atomic():
            person.save(update_fields=["name", "email", "email_source", "feide_name", "username"])
    except IntegrityError as error:
        if "feide_name" in changed:
            raise Refused(Refusal.NAME_NOT_INVITABLE, name=person.feide_name) from error
        raise Refused(Refusal.EMAIL_TAKEN, email=email) from error
    log(LogAction.GRADER_CORRECTED, by=by, exam=committee.exam, person=person.pk, who=who, changed=changed)
    if changed.keys() & {"email", "feide_name"}:
        _mail_invitations_again(person)
    return person


def _refuse_known(person: User, feide_name: str) -> None:
    """Raise Refused if another person has the Feide name."""
    others = User.objects.filter(sandbox=person.sandbox_id, feide_name=feide_name).exclude(pk=person.pk)
    if other := others.first():
        raise Refused(Refusal.FEIDE_NAME_TAKEN, name=other, feide_name=feide_name)


def _lock_grader(grader: Grader) -> User:
    """Lock and return the person of a seat. Raise Refused if the seat was removed."""
    if not Grader.objects.filter(pk=grader.pk).exists():
        raise Refused(Refusal.SEAT_GONE)
    return User.objects.select_for_update(of=("self",)).get(pk=grader.person_id)


def _mail_invitations_again(person: User) -> None:
    unread = Notification.objects.unread().filter(person=person, kind=NotificationKind.SEATED)
    unread.update(mailed_at=None, mail_after=None, sent_at=None, mail_problem="", tries=0, at=timezone.now())
