import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from committees.actions.preferences import note_language
from committees.models import User

# "no" and "no-NO" mean bokmål, and so did "no-bok"; "no-nyn" was nynorsk.
NORWEGIAN = re.compile(r"(?:^|(?<=[,\s]))no(-nyn)?(?=$|[-;,\s])", re.IGNORECASE)


def read_norwegian(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware before Django's own, which has no "no": names the two written languages in Accept-Language."""

    def answer(request: HttpRequest) -> HttpResponse:
        if asked := request.META.get("HTTP_ACCEPT_LANGUAGE"):
            request.META["HTTP_ACCEPT_LANGUAGE"] = NORWEGIAN.sub(lambda tag: "nn" if tag[1] else "nb", asked)
        return get_response(request)

    return answer


class LanguageMiddleware:
    """Shows a person who has chosen a language the pages in it, whatever browser they sit at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if isinstance(request.user, User) else None
        language = user.language if user else ""
        if user and not language and request.method == "POST":
            note_language(user, translation.get_language())
        if not language:
            return self.get_response(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
