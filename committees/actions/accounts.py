"""What naming somebody as grader or planner does to their account: a missing address, a password that support knows."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from committees.models import Exam, User


def set_missing_email(person: User, email: str, *, by: User) -> bool:
    """
    Write the address of a person who has none. Returns whether it was written.

    Not where the person also grades or plans an exam that `by` does not plan: mail about that exam would go there too.
    """
    planned = Exam.objects.planned_by(by).values("pk")
    if person.seats.exclude(committee__exam__in=planned).exists():
        return False
    if person.planned_exams.exclude(pk__in=planned).exists():
        return False
    written = User.objects.filter(pk=person.pk, email="").update(email=email)
    if written:
        person.email = email
    return bool(written)


def end_support_passwords(people: Iterable[User], *, by: User) -> list[User]:
    """
    Make the passwords unusable that support chose for these people, but for `by`, who acts. Returns those people.

    Who knows the password of a grader or planner can act in their name. Their sessions end too.
    """
    keys = [person.pk for person in people if person.pk != by.pk]
    # All of them: support may be choosing a password just now, and looks under this lock whether the person has a part.
    locked = User.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    ended = [person for person in locked if person.has_support_password]
    for person in ended:
        person.set_unusable_password()
        person.has_support_password = False
        person.save(update_fields=["password", "has_support_password"])
    return ended


def log_of_ended(people: Iterable[User]) -> dict[str, Any]:
    """What a log entry keeps of passwords that its act ended; nothing if there are none."""
    names = [str(person) for person in people]
    return {"ended_passwords": names} if names else {}


def sentence_of_ended(names: Iterable[str]) -> str:
    """What a planner reads after an act that ended passwords."""
    return _(
        "Support had chosen the password of %(names)s, so it no longer works. They can sign in with Feide "
        "or get a new password from the people who run this server."
    ) % {"names": ", ".join(names)}
