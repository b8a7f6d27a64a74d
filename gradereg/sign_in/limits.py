"""
Rate limits of signing in. Only failures count, so that a lecture hall behind one address is not blocked.

Failures count per user name and address, whether or not the user exists, and per address. The windows are fixed: around
the end of one, twice as many failures are possible.
"""

import unicodedata

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from committees.models import User
from committees.responses.limits import client_address, come_back_later, seconds_to_wait

CODE_ATTEMPTS = "5/1h"


def wait_for_password(request: HttpRequest, *, failed: bool = False) -> int:
    """Return the seconds until a password may be tried, 0 for now. `failed` counts a failure first."""
    address = client_address(request)
    # Normalized like the sign-in form does, so that other spellings count as the same name.
    name = unicodedata.normalize("NFKC", request.POST.get("username", "")).strip().casefold()
    return max(
        seconds_to_wait("sign-in", address, settings.SIGN_IN_RATE_PER_ADDRESS, counting=failed),
        seconds_to_wait("sign-in", f"{address} {name}", settings.SIGN_IN_RATE_PER_NAME, counting=failed),
    )


def wait_for_feide(request: HttpRequest, *, failed: bool = False) -> int:
    """Return the seconds until a sign-in through Feide may be tried, 0 for now. `failed` counts a failure first."""
    rate = settings.SIGN_IN_RATE_PER_ADDRESS
    return seconds_to_wait("feide", client_address(request), rate, counting=failed)


def wait_for_code_mail(request: HttpRequest, email: str) -> int:
    """
    Count one more mail with a code. Return the seconds until it may be sent, 0 for now.

    Mails count per recipient, whether or not the address is known, and per client.
    """
    return max(
        seconds_to_wait("code-mail", email.casefold(), settings.CODE_RATE, counting=True),
        seconds_to_wait(
            "code-mail", client_address(request), settings.SIGN_IN_RATE_PER_ADDRESS, counting=True
        ),
    )


def wait_for_code(request: HttpRequest, code: str, *, failed: bool = False) -> int:
    """Return the seconds until a code may be entered, 0 for now. `failed` counts a failure first; `code` is its id."""
    rate = settings.SIGN_IN_RATE_PER_ADDRESS
    return max(
        seconds_to_wait("code", client_address(request), rate, counting=failed),
        # Counted in one place for parallel requests, which would each read the old count of the session.
        seconds_to_wait("code", code, CODE_ATTEMPTS, counting=failed),
    )


def wait_for_person(request: HttpRequest, person: User, *, failed: bool = False) -> int:
    """Return the seconds until this person's password may be tried after a code. `failed` counts a failure first."""
    key = f"{client_address(request)} {person.pk}"
    return seconds_to_wait("code-password", key, settings.SIGN_IN_RATE_PER_NAME, counting=failed)


def sentence_of_codes(seconds: int) -> str:
    return _("Too many codes were sent.") + " " + come_back_later(seconds)


def sentence(seconds: int) -> str:
    return _("Too many failed sign-ins.") + " " + come_back_later(seconds)
