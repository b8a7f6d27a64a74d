"""The language that a browser remembers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from committees.actions.preferences import take_over_language
from committees.models import User


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
