"""
Codes sent by e-mail: to sign in, to change an address, to set a forgotten password.

Built on django-allauth's verification by code (its format, age and attempts). A code works once, for fifteen minutes, and
only in the browser that asked for it: the session keeps its HMAC. Pages and times are the same for unknown addresses,
which get a mail without a code.
"""

import secrets
from typing import Any

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.core.internal.cryptokit import generate_user_code, normalize_user_code
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from committees.enums import EmailSource
from committees.models import User
from gradereg.sign_in import limits

MINUTES = 15
ATTEMPTS = 5
SALT = "gradereg.sign_in.codes"

SIGN_IN, EMAIL, PASSWORD = "sign-in", "email", "password"
"""Purposes of codes. Each has its own key in the session."""


class MailedCode(AbstractCodeVerificationProcess):  # type: ignore[misc]
    """A code of this session for one purpose. `email` is where it was sent, `user` is None for unknown addresses."""

    def __init__(self, request: HttpRequest, purpose: str, state: dict[str, Any]) -> None:
        super().__init__(max_attempts=ATTEMPTS, timeout=MINUTES * 60, state=state)
        self.request, self.purpose = request, purpose

    @classmethod
    def send_to(
        cls, request: HttpRequest, purpose: str, email: str, person: User | None, **state: Any
    ) -> "MailedCode":
        """Mail a new code, which replaces an earlier one of this purpose. Raise OSError if the mail can't be sent."""
        initial = cls.initial_state(user=person, email=email) | state | {"id": secrets.token_urlsafe(16)}
        process = cls(request, purpose, initial)
        process.send()
        process.persist()
        return process

    @classmethod
    def of(cls, request: HttpRequest, purpose: str) -> "MailedCode | None":
        """Return this session's code; None if there is none or it is too old."""
        state = request.session.get(_key(purpose))
        found: MailedCode | None = cls(request, purpose, state).abort_if_invalid() if state else None
        return found

    @property
    def email(self) -> str:
        return str(self.state["email"])

    def send(self) -> None:
        code = generate_user_code()
        self.state["code"] = _digest(self.state["id"], code)
        template = "mail/code.txt" if self.user else "mail/no_code.txt"
        context = {"code": code, "minutes": MINUTES, "purpose": self.purpose, "site": settings.SITE_URL}
        subject = _("Your code for gradereg") if self.user else _("No code for this address")
        headers = {"Auto-Submitted": "auto-generated"}
        EmailMessage(subject, render_to_string(template, context), to=[self.email], headers=headers).send()

    def persist(self) -> None:
        self.request.session[_key(self.purpose)] = self.state

    def abort(self) -> None:
        self.request.session.pop(_key(self.purpose), None)

    def accepts(self, code: str) -> bool:
        """Return whether this is the code, entered for the first time. Count a failure; the last one ends the code."""
        given = _digest(self.state["id"], code)
        if self.user is None or not constant_time_compare(given, self.code):
            limits.wait_for_code(self.request, self.state["id"], failed=True)
            self.record_invalid_attempt()
            return False
        self.abort()
        return cache.add(f"code:{self.state['id']}", 1, MINUTES * 60)


def _key(purpose: str) -> str:
    return f"code-{purpose}"


def _digest(salt: str, code: str) -> str:
    return salted_hmac(f"{SALT}.{salt}", normalize_user_code(code), algorithm="sha256").hexdigest()


def person_at(email: str) -> User | None:
    """
    Return the person who signs in with codes sent to this address.

    Without Feide also somebody invited by Feide name, if nobody else has the address.
    """
    people = User.objects.filter(sandbox=None, is_active=True, email__iexact=email)
    found = list(people.filter(signs_in_by_code=True)[:1])
    if not found and not settings.FEIDE:
        found = [one for one in people[:2] if not one.has_usable_password()]
        found = found if len(found) == 1 and people.count() == 1 else []
    return found[0] if found else None


def person_with_password_at(email: str) -> User | None:
    """Return the only person with a password who confirmed this address; never one who signs in by code too."""
    people = User.objects.filter(sandbox=None, is_active=True, signs_in_by_code=False, email__iexact=email)
    found = [one for one in people.filter(email_source=EmailSource.PERSON)[:2] if one.has_usable_password()]
    return found[0] if len(found) == 1 else None
