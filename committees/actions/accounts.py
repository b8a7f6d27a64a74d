"""Changes to the account of a new grader or planner: a missing e-mail address, a password that support knows."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from committees.enums import EmailSource
from committees.models import Exam, User


def set_missing_email(person: User, email: str, *, by: User) -> bool:
    """
    Set the e-mail address of a person without one. Return whether it was set.

    Do nothing if the person grades or plans an exam that `by` does not plan: mail about that exam would use it too.
    """
    if has_part_elsewhere(person, by=by):
        return False
    source = EmailSource.PLANNER
    written = User.objects.filter(pk=person.pk, email="").update(email=email, email_source=source)
    if written:
        person.email, person.email_source = email, source
    return bool(written)


def has_part_elsewhere(person: User, *, by: User) -> bool:
    """Return whether the person grades or plans an exam that `by` does not plan."""
    planned = Exam.objects.planned_by(by).values("pk")
    return (
        person.seats.exclude(committee__exam__in=planned).exists()
        or person.planned_exams.exclude(pk__in=planned).exists()
    )


def end_support_passwords(people: Iterable[User], *, by: User) -> list[User]:
    """
    Make passwords unusable that support chose for these people, except for `by`. Return the people affected.

    Anyone who knows the password of a grader or planner can act in their name. Their sessions end too.
    """
    keys = [person.pk for person in people if person.pk != by.pk]
    # Lock all: support sets a password under this lock, after checking whether the person grades or plans.
    locked = User.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    ended = [person for person in locked if person.has_support_password]
    for person in ended:
        person.set_unusable_password()
        person.has_support_password = False
        person.save(update_fields=["password", "has_support_password"])
    return ended


def log_of_ended(people: Iterable[User]) -> dict[str, Any]:
    """Return the `ended_passwords` of a log entry's details; {} if no password was ended."""
    names = [str(person) for person in people]
    return {"ended_passwords": names} if names else {}


def sentence_of_ended(names: Iterable[str]) -> str:
    """Return the message to a planner whose act ended passwords."""
    return _(
        "Graders and planners can’t use a password that support has chosen, so the password of %(names)s "
        "no longer works. They can sign in with Feide, or ask the people who run this server for a new "
        "password."
    ) % {"names": ", ".join(names)}


def start_codes(person: User, email: str) -> User | None:
    """
    Lock the person who entered a code sent to `email`, and record that they sign in by code and have this address.

    Return None if the address was corrected or the account closed in the meantime. Until the transaction ends, no
    planner can correct the address. Somebody invited by Feide name gets codes where Feide is off.
    """
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not locked.is_active or locked.email.casefold() != email.casefold():
        return None
    locked.signs_in_by_code, locked.email_source = True, EmailSource.PERSON
    locked.save(update_fields=["signs_in_by_code", "email_source"])
    return locked
