"""
Who fails too often waits. Only failures count, so that a lecture hall behind one address gets in.

Failures are counted per user name and address, whether or not there is such a person, and per address. The windows
are fixed: who knows where one ends may fail twice as often around that moment.
"""

import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from committees.responses.limits import come_back_later, seconds_to_wait


def client_address(request: HttpRequest) -> str:
    """
    The address that a request comes from, as it is counted; django-ratelimit asks for it.

    Behind a proxy of ours that is the last of X-Forwarded-For, which the proxy wrote itself; what stands before it came
    from the client and may be made up. Without a proxy the header is not looked at.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    for given in (forwarded.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            return _counted(ip_address(given))
        except ValueError:
            continue
    return "127.0.0.1"  # a local socket has no address


def _counted(address: IPv4Address | IPv6Address) -> str:
    """
    Return `address` itself, or the first of its /64 network: a single subscriber of IPv6 has that many addresses, at least.
    An IPv4 address in the form of IPv6 (::ffff:192.0.2.7) is the IPv4 address.
    """
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))


def _name_and_address(group: str, request: HttpRequest) -> str:
    # As the sign-in form reads it, so that nobody is counted anew under another spelling.
    name = unicodedata.normalize("NFKC", request.POST.get("username", "")).strip().casefold()
    return f"{client_address(request)} {name}"


def wait_for_password(request: HttpRequest, *, failed: bool = False) -> int:
    """Seconds until a password may be tried, 0 for now. `failed` counts one more failure first."""
    address = seconds_to_wait(
        request, "sign-in", key="ip", rate=settings.SIGN_IN_RATE_PER_ADDRESS, counting=failed
    )
    key = f"{__name__}._name_and_address"
    name = seconds_to_wait(request, "sign-in", key=key, rate=settings.SIGN_IN_RATE_PER_NAME, counting=failed)
    return max(address, name)


def wait_for_feide(request: HttpRequest, *, failed: bool = False) -> int:
    """Seconds until a sign-in through Feide may be tried, 0 for now. `failed` counts one more failure first."""
    rate = settings.SIGN_IN_RATE_PER_ADDRESS
    return seconds_to_wait(request, "feide", key="ip", rate=rate, counting=failed)


def sentence(seconds: int) -> str:
    return _("Too many sign-ins failed.") + " " + come_back_later(seconds)
