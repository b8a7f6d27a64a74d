"""
Rate limits of signing in. Only failures count, so that a lecture hall behind one address is not blocked.

Failures count per user name and address, whether or not the user exists, and per address. The windows are fixed: around
the end of one, twice as many failures are possible.
"""

import unicodedata

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from committees.responses.limits import client_address, come_back_later, seconds_to_wait


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


def sentence(seconds: int) -> str:
    return _("Too many failed sign-ins.") + " " + come_back_later(seconds)
