"""The first support account and the first planner of an empty register, and planners in bulk from a CSV file."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from committees.enums import EmailSource
from committees.models import User
from committees.models.people import as_feide_name
from committees.responses.limits import client_address
from gradereg.sign_in.feide import FEIDE_NAME

SALT = "gradereg.sign_in.setup"
TOKEN_SECONDS = 60 * 60
COLUMNS = ("name", "email", "feide_name")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to create: with a Feide name, or with an address for codes."""

    name: str
    email: str = ""
    feide_name: str = ""


class NotSetUp(Exception):
    """A reason why people can't be created, in words."""


def is_empty() -> bool:
    """Return whether the register has no people."""
    return not User.objects.filter(sandbox=None).exists()


def setup_token() -> str:
    """Return a token that opens the page of `setup` for an hour."""
    return signing.dumps("setup", salt=SALT)


def may_set_up(request: HttpRequest, token: str) -> bool:
    """Return whether this request comes from the machine itself, or has the token that `manage.py setup --link` printed."""
    try:
        return bool(signing.loads(token, salt=SALT, max_age=TOKEN_SECONDS) == "setup")
    except signing.BadSignature:
        # Behind a proxy every request comes from the machine's own address.
        return not settings.BEHIND_PROXY and client_address(request) in ("127.0.0.1", "::")


@transaction.atomic
def set_up(support: NewPerson, planner: NewPerson) -> list[User]:
    """
    Create both people, or one with both roles if they are the same. Raise NotSetUp if the register has people already.
    """
    if not is_empty():
        raise NotSetUp(_("The register already has people."))
    first = _new(support, is_staff=True, is_superuser=True, is_planner=support == planner)
    return [first] if support == planner else [first, _new(planner, is_planner=True)]


@transaction.atomic
def add_planners(text: str) -> tuple[list[User], list[User]]:
    """
    Make everybody in this CSV a planner: return the new people, and those who had an account, as they were before.

    Raise NotSetUp with the lines that can't be used; then nobody was added.
    """
    new, known, problems = [], [], []
    for number, row in _rows(text):
        try:
            person = _known(row)
            if person is None:
                new.append(_new(row, is_planner=True))
            else:
                User.objects.filter(pk=person.pk).update(is_planner=True)
                known.append(person)
        except NotSetUp as problem:
            problems.append(_("Line %(number)s: %(problem)s") % {"number": number, "problem": problem})
    if problems:
        raise NotSetUp("\n".join(problems))
    return new, known


def _rows(text: str) -> Iterator[tuple[int, NewPerson]]:
    """Yield the people of the lines, with their numbers. The columns have a heading, separated by ; or comma."""
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    heads = [(head or "").strip().lower() for head in reader.fieldnames or []]
    if "name" not in heads or not {"email", "feide_name"} & set(heads):
        raise NotSetUp(_("The first line must be: %(columns)s.") % {"columns": ";".join(COLUMNS)})
    reader.fieldnames = heads
    for row in reader:
        values = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if any(values.values()):
            yield reader.line_num, NewPerson(**values)


def _known(row: NewPerson) -> User | None:
    """Return the person with this Feide name, or without one with this address."""
    text = row.feide_name or row.email
    found = list(User.known_as(text, None)[:2])
    if len(found) > 1:
        raise NotSetUp(_("Several people have the address %(email)s.") % {"email": row.email})
    return found[0] if found else None


def _new(row: NewPerson, **roles: Any) -> User:
    feide_name = as_feide_name(row.feide_name)
    if feide_name and not FEIDE_NAME.fullmatch(feide_name):
        raise NotSetUp(_("A Feide name looks like name@institution.no."))
    if not feide_name and not (row.email and settings.LOGIN_BY_CODE):
        raise NotSetUp(_("%(name)s needs a Feide name or an e-mail address to sign in.") % {"name": row.name})
    source = EmailSource.PERSON if row.email else ""
    person = (
        User.invited(feide_name, name=row.name, email=row.email, email_source=source, **roles)
        if feide_name
        else User.invited_by_mail(row.email, name=row.name, email_source=source, **roles)
    )
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise NotSetUp(" ".join(error.messages)) from error
    person.save()
    return person
