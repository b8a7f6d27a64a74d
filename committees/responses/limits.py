"""How often: acts are counted in the cache that all processes share, and who acts too often is told how long to wait."""

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext
from django_ratelimit.core import get_usage


def seconds_to_wait(request: HttpRequest, group: str, *, key: str, rate: str, counting: bool = False) -> int:
    """
    Seconds until the next act of this `group` may be done, 0 when it may be done now.

    `key` says who is counted together (django-ratelimit's key), `rate` how many acts in which time, as "30/5m".
    `counting` counts one more act before it answers.
    """
    usage = get_usage(request, group=group, key=key, rate=rate, increment=counting)
    if usage is None:
        return 0
    if usage["time_left"] < 0:
        # Nothing could be counted: on a full disk Django's cache fails without an exception.
        raise OperationalError("Acts can't be counted now.")
    allowed = usage["limit"] if counting else usage["limit"] - 1
    return max(usage["time_left"], 1) if usage["count"] > allowed else 0


def come_back_later(seconds: int) -> str:
    """How long to wait, in whole minutes."""
    minutes = -(-seconds // 60)
    return ngettext("Wait a minute and try again.", "Wait %(minutes)s minutes and try again.", minutes) % {
        "minutes": minutes
    }


def too_many(response: HttpResponse, seconds: int) -> HttpResponse:
    """`response` as the answer 429, which says when to come back."""
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    return response
