import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from committees.models import User

# "no" and "no-NO" mean bokmål, and so did "no-bok"; "no-nyn" was nynorsk.
NORWEGIAN = re.compile(r"(?:^|(?<=[,\s]))no(-nyn)?(?=$|[-;,\s])", re.IGNORECASE)


def read_norwegian(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Replace "no" in Accept-Language by "nb" or "nn", because Django has no "no". Must precede Django's own
    middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        if asked := request.META.get("HTTP_ACCEPT_LANGUAGE"):
            request.META["HTTP_ACCEPT_LANGUAGE"] = NORWEGIAN.sub(lambda tag: "nn" if tag[1] else "nb", asked)
        return get_response(request)

    return answer


class LanguageMiddleware:
    """Middleware that uses the language that a person has chosen, in any browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.user.language if isinstance(request.user, User) else ""
        if not language:
            return self.get_response(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
