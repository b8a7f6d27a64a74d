from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from committees.change_feed import CHANGE_FEED_URL, LatestEntryCache, named_by
from committees.requests import parse_id


def change_feed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer `CHANGE_FEED_URL`. The outermost middleware."""
    newest = LatestEntryCache()

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path_info != CHANGE_FEED_URL:
            return get_response(request)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = HttpResponse(status=204, headers={"Cache-Control": "private, no-store"})
        committee = named_by(request)
        if committee is None or newest.of(committee) > (parse_id(request.GET.get("since", "")) or 0):
            response["HX-Trigger"] = "refresh"
        return response

    return answer
