"""
Who fails too often waits. Only failures count, so that a lecture hall behind one address gets in.

Failures are counted per user name and address, whether or not there is such a person, and per address. The windows
are fixed: who knows where one ends may fail twice as often around that moment.
"""

import unicodedata

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from committees.responses.limits import client_address, come_back_later, seconds_to_wait


def wait_for_password(request: HttpRequest, *, failed: bool = False) -> int:
    """Return the seconds until a password may be tried, 0 for now. `failed` counts one more failure first."""
    address = client_address(request)
    # As the sign-in form reads it, so that another spelling is no other name.
    name = unicodedata.normalize("NFKC", request.POST.get("username", "")).strip().casefold()
    return max(
        seconds_to_wait("sign-in", address, settings.SIGN_IN_RATE_PER_ADDRESS, counting=failed),
        seconds_to_wait("sign-in", f"{address} {name}", settings.SIGN_IN_RATE_PER_NAME, counting=failed),
    )


def wait_for_feide(request: HttpRequest, *, failed: bool = False) -> int:
    """Return the seconds until a sign-in through Feide may be tried, 0 for now. `failed` counts one more failure first."""
    rate = settings.SIGN_IN_RATE_PER_ADDRESS
    return seconds_to_wait("feide", client_address(request), rate, counting=failed)


def sentence(seconds: int) -> str:
    return _("Too many failed sign-ins.") + " " + come_back_later(seconds)
