"""
`/changes/`: whether anything happened to a committee since an open page was drawn. Every such page asks it every few seconds,
so it is answered before anything else, by a look into this process's memory; all committees that were asked about lately
are looked up together, at most once a second.

It says "something happened" and no more; what it was, the page then asks of the view `live`, which looks again who asks.
Whoever may ask is told by the page's token: it names the committee, stands for `TOKEN_SECONDS` seconds, and only beside the cookie
of the session that the page was drawn for. Whoever has none that stands is sent to `live` too, so that a page whose session
ended learns of it; where sessions end sooner, so does the token.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from committees.models import Committee

CHANGE_FEED_URL = "/changes/"
TOKEN_SECONDS = 300
FRESH_SECONDS = 1.0
RECENT_SECONDS = 10.0


def change_feed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the outermost: answers `CHANGE_FEED_URL`."""
    newest = LatestEntryCache()

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info != CHANGE_FEED_URL:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = HttpResponse(status=204, headers={"Cache-Control": "private, no-store"})
        committee = named_by(request)
        if committee is None or newest.of(committee) > (entry_id(request.GET.get("since", "")) or 0):
            response["HX-Trigger"] = "refresh"
        return response

    return answer


def token_for(request: HttpRequest, committee: Committee) -> str:
    """What a page carries that is drawn for this request."""
    return _signer(request).sign(str(committee.pk))


def named_by(request: HttpRequest) -> int | None:
    """The committee that the request's token names; None when it has none that stands."""
    try:
        return int(
            _signer(request).unsign(
                request.GET.get("of", ""), max_age=min(TOKEN_SECONDS, settings.SESSION_IDLE_SECONDS // 2)
            )
        )
    except BadSignature:
        return None


def entry_id(text: str) -> int | None:
    """The id of a log entry that a page carries, None for what can't be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def newest_shown(request: HttpRequest) -> int | None:
    """
    The newest log entry that the page of a posted form showed, its field `newest`: 0 for what can't be one, None if the
    request comes from no page of ours.
    """
    text = request.POST.get("newest")
    return None if text is None else entry_id(text) or 0


def newest_entry(committee_pk: int) -> int:
    """
    The id of the newest log entry that touches the committee. Read before anything that a page shows: what happens from then
    on is news to the page, though part of it may be shown already. Read later, it would hide what the page does not show.
    """
    return Committee.objects.filter(pk=committee_pk).newest_entries().get(committee_pk, 0)


def _signer(request: HttpRequest) -> TimestampSigner:
    return TimestampSigner(salt=f"news {request.COOKIES.get(settings.SESSION_COOKIE_NAME, '')}")


class LatestEntryCache:
    """The newest log entry that touches each committee, as this process knows it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[int, int] = {}
        self._asked: dict[int, float] = {}
        self._read = float("-inf")

    def of(self, committee: int) -> int:
        """The id of the newest entry, at most `FRESH_SECONDS` seconds old; 0 where there is none."""
        self._asked[committee] = monotonic()
        if not self._is_fresh(committee):
            # Whoever comes meanwhile waits for the same answer.
            with self._lock:
                if not self._is_fresh(committee):
                    self._refresh(committee)
        return self._known.get(committee, 0)

    def _is_fresh(self, committee: int) -> bool:
        return committee in self._known and monotonic() - self._read < FRESH_SECONDS

    def _refresh(self, committee: int) -> None:
        now = monotonic()
        if now - self._read < FRESH_SECONDS:
            self._known |= {committee: 0} | _read([committee])
            return
        self._asked = {one: at for one, at in list(self._asked.items()) if now - at < RECENT_SECONDS}
        self._known = dict.fromkeys(self._asked, 0) | _read(self._asked)
        self._read = now


def _read(committees: Iterable[int]) -> dict[int, int]:
    return Committee.objects.filter(pk__in=list(committees)).newest_entries()
