"""Headers of every page that Django's own middleware does not know of."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Nothing here needs a sensor, and whoever got a script into a page should not have them either.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """
    Middleware: no page is kept by a cache, shared or the browser's own, so that Back after signing out shows nothing;
    none may use sensors. Static files are answered before they get here.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return answer


class HtmlGZip(GZipMiddleware):
    """
    Pages go over the wire squeezed: rows are much alike, so a long list shrinks to a thirtieth. What is in a page twice, a
    secret and what somebody sent, could be guessed from lengths (BREACH): Django adds a random number of bytes, and writes
    the token of its forms otherwise each time. Files are squeezed already, or soon written to disk.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
