"""
Searches by candidate number, which stand in no address: a term is posted and kept in the session, and the page that shows
what it finds has its key. So Back and a reload work as on any other page.
"""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

KEY = "search"
"""Name of the key in an address, and of the terms in the session."""
KEPT = 20


def keep_search(request: HttpRequest, term: str) -> str:
    """Return the key of `term` in the session, which keeps the newest few; "" for no term."""
    term = term.replace("\0", "").strip()[:200]
    if not term:
        return ""
    terms: dict[str, str] = request.session.get(KEY, {})
    key = next((key for key, kept in terms.items() if kept == term), secrets.token_urlsafe(6))
    others = [(other, kept) for other, kept in terms.items() if other != key]
    request.session[KEY] = dict([*others, (key, term)][-KEPT:])
    return key


def search_of(request: HttpRequest) -> str:
    """Return the term whose key the address has; "" for none, or one that the session no longer has."""
    term: str = request.session.get(KEY, {}).get(request.GET.get(KEY, ""), "")
    return term


def show_search(request: HttpRequest, **shown: str) -> HttpResponse:
    """Send the browser to this page with what the posted term `q` finds, and `shown` in its address."""
    asked = request.GET.copy()
    for name in ("from", "to", "page", KEY, *shown):
        asked.pop(name, None)
    for name, value in {**shown, KEY: keep_search(request, request.POST.get("q", ""))}.items():
        if value:
            asked[name] = value
    return redirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
