"""Rate limits, counted in the cache that all processes share."""

import hashlib
import re
import time
import zlib
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

UNITS = {"s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}
KEPT_SECONDS = 5
"""Seconds to keep a count after its window, because the clocks of processes differ a little."""


def seconds_to_wait(group: str, key: str, rate: str, *, counting: bool = False) -> int:
    """Return the seconds until the next act of this `group` is allowed, 0 if it is allowed now.

    Acts with the same `key` are counted together in fixed windows. `rate` is "COUNT/TIME", such as "30/5m".
    `counting` first counts one more act. Raises OperationalError if counting fails: on a full disk, Django's cache
    fails silently.
    """
    if not settings.LIMITS_ENABLED:
        return 0
    allowed, period = _parse_rate(rate)
    # Windows of different keys end at different times.
    offset = zlib.crc32(key.encode()) % period
    now = int(time.time())
    end = now + period - (now - offset) % period
    name = "limit-" + hashlib.sha256(f"{group} {rate} {key} {end}".encode()).hexdigest()
    cache.add(name, 0, period + KEPT_SECONDS)
    try:
        count = cache.incr(name) if counting else cache.get(name)
    except ValueError:
        count = None
    if count is None:
        raise OperationalError("Acts can't be counted now.")
    is_allowed = count <= allowed if counting else count < allowed
    return 0 if is_allowed else end - now


def _parse_rate(rate: str) -> tuple[int, int]:
    """Return the number of allowed acts, and the period in seconds."""
    match = re.fullmatch(r"(\d+)/(\d*)([smhd])", rate)
    if match is None:
        raise ValueError(f"{rate} is not of the form COUNT/TIME.")
    return int(match[1]), int(match[2] or 1) * UNITS[match[3]]


def client_address(request: HttpRequest) -> str:
    """Return the client's address for counting.

    Behind our proxy this is the last address in X-Forwarded-For, which the proxy writes; earlier ones come from the
    client and can be forged. Without a proxy the header is ignored.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    for address in (forwarded.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            return _counted(ip_address(address))
        except ValueError:
            continue
    return "127.0.0.1"  # a local socket has no address


def _counted(address: IPv4Address | IPv6Address) -> str:
    """Return the address, or for IPv6 its /64 network, the smallest that a subscriber gets."""
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))


def come_back_later(seconds: int) -> str:
    """Return a sentence with the waiting time in whole minutes."""
    minutes = -(-seconds // 60)
    return ngettext("Wait a minute and try again.", "Wait %(minutes)s minutes and try again.", minutes) % {
        "minutes": minutes
    }


def too_many(response: HttpResponse, seconds: int) -> HttpResponse:
    """Return `response` as 429 with a Retry-After header."""
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    return response
