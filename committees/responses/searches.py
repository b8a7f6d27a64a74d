"""
What people look for but what must be in no address: candidate numbers, and codes of protocols. A term is posted and kept in
the session, and the page that shows what it finds has its key. So Back and a reload work as on any other page.
"""

from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

KEY = "search"
"""Name of the key in an address, and of the terms in the session."""
KEPT = 20


def keep_search(request: HttpRequest, term: str) -> str:
    """
    Return the key of `term` in the session, which keeps the newest few; "" for no term. The term is encrypted with the key,
    so the table of sessions alone tells nobody who was looked for.
    """
    term = term.replace("\0", "").strip()[:200]
    if not term:
        return ""
    key = Fernet.generate_key()
    kept = Fernet(key).encrypt(term.encode()).decode()
    request.session[KEY] = [*request.session.get(KEY, []), kept][-KEPT:]
    return key.decode().rstrip("=")


def search_of(request: HttpRequest) -> str:
    """Return the term whose key the address has; "" for none, or one that the session no longer has."""
    try:
        fernet = Fernet(request.GET.get(KEY, "") + "=")
    except ValueError:
        return ""
    for kept in request.session.get(KEY, []):
        try:
            return fernet.decrypt(kept).decode()
        except InvalidToken:  # the term of another key
            continue
    return ""


def show_search(request: HttpRequest, term: str, **shown: str) -> HttpResponse:
    """Send the browser to this page with what `term` finds, and `shown` in its address."""
    asked = request.GET.copy()
    for name in ("from", "to", "page", KEY, *shown):
        asked.pop(name, None)
    for name, value in {**shown, KEY: keep_search(request, term)}.items():
        if value:
            asked[name] = value
    return redirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
