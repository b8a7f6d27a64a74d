"""The pages of Help, open to everyone."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from committees.models import User
from gradereg.help import film
from gradereg.help.pages import PAGES, find_topics, place_of

LONGEST_SEARCH = 100


@login_not_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Search Help, or go to the topic for the page that the link was on; otherwise show all pages of Help."""
    place = place_of(request.GET.get("from", ""), _user_of(request))
    if place:
        return redirect(place)
    search = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "").strip()
    context = {"pages": PAGES.values(), "search": search, "hits": find_topics(search)}
    return render(request, "help/overview.html", context)


@login_not_required
@require_safe
def page(request: HttpRequest, role: str) -> HttpResponse:
    shown = PAGES.get(role)
    if shown is None:
        raise Http404
    language = get_language() or settings.LANGUAGE_CODE
    context = {"page": shown, "pages": PAGES.values(), "pictures": f"help/{language}/"}
    if shown.has_film:
        context |= {"film": film.FILM, "tracks": film.captions(), "cues": film.cues(language)}
    return render(request, "help/page.html", context)


def _user_of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
