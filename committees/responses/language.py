"""The language cookie of a browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from committees.actions.preferences import note_language, take_over_language
from committees.models import User


def remember(response: HttpResponse, language: str) -> None:
    """Store the language in this browser, so that the sign-in page uses it too. "" deletes it."""
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
    """Copy the language of this browser to the user, unless they have chosen one, and keep the language of this sign-in for
    mail. Receiver of user_logged_in."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        take_over_language(user, chosen)
    note_language(user, translation.get_language())
