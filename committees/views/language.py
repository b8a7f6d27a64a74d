"""The language of the pages: the person's own, or else what this browser chose, or else what it asks for."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from committees.actions.preferences import choose_language, note_language, take_over_language
from committees.errors import Refusal, Refused
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


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the language, signed in or not, and go on where one was."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Refused(Refusal.UNKNOWN_LANGUAGE)
    if isinstance(request.user, User):
        choose_language(request.user, chosen)
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back) if ours else redirect("home")
    remember(response, chosen)
    return response


def remember(response: HttpResponse, language: str) -> None:
    """Let this browser remember the language, so that the sign-in page speaks it too; with "" let it forget."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def take_over(request: HttpRequest, user: User, **kwargs: object) -> None:
    """Receiver of Django's user_logged_in: what this browser chose before is the person's choice, if they made none."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        take_over_language(user, chosen)
    note_language(user, translation.get_language())
