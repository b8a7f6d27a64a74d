"""A person's own name and e-mail address. Changes are in the log of support, since they belong to no exam."""

from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as SupportEntry
from django.db import IntegrityError, transaction

from committees.enums import EmailSource
from committees.errors import Refusal, Refused
from committees.models import User


@transaction.atomic
def change_own_name(person: User, name: str) -> None:
    """Change the name that others see from now on."""
    _change(person, name=name)


@transaction.atomic
def change_own_email(person: User, email: str) -> None:
    """
    Change the address, which the person has verified with a code.

    Raise Refused if it is the key of another person who signs in with codes.
    """
    _change(person, email=email, email_source=EmailSource.PERSON)


@transaction.atomic
def take_feide_email(person: User, email: str) -> None:
    """Save the address from Feide, unless the person or a planner has entered one."""
    if (
        email
        and (not person.email or person.email_source == EmailSource.FEIDE)
        and not person.signs_in_by_code
    ):
        _change(person, email=email, email_source=EmailSource.FEIDE)


def _change(person: User, **values: str) -> None:
    locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    changed = {name: value for name, value in values.items() if getattr(locked, name) != value}
    if not changed:
        return
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(**changed)
    except IntegrityError as error:
        raise Refused(Refusal.EMAIL_TAKEN, email=values["email"]) from error
    message = "; ".join(
        f"{name}: {getattr(locked, name) or '–'} → {value}" for name, value in changed.items()
    )
    SupportEntry.objects.log_actions(
        person.pk, User.objects.filter(pk=person.pk), CHANGE, change_message=message, single_object=True
    )
    for name, value in changed.items():
        setattr(person, name, value)
