"""Searches for terms that must not be in URLs: candidate numbers and codes of protocols."""

# A term is posted and kept in the session. The URL of the result contains its key, so Back and reload work
# as usual.

from cryptography.fernet import Fernet, InvalidToken
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

KEY = "search"
"""Name of the key in a URL, and of the terms in the session."""
KEPT = 20


def keep_search(request: HttpRequest, term: str) -> str:
    """Store `term` in the session, which keeps the newest few, and return its key; "" for no term.

    The term is encrypted with the key, so that the session table alone does not reveal it.
    """
    term = term.replace("\0", "").strip()[:200]
    if not term:
        return ""
    key = Fernet.generate_key()
    kept = Fernet(key).encrypt(term.encode()).decode()
    request.session[KEY] = [*request.session.get(KEY, []), kept][-KEPT:]
    return key.decode().rstrip("=")


def search_of(request: HttpRequest) -> str:
    """Return the term whose key is in the URL, "" if there is none or it is no longer in the session."""
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


def show_search(request: HttpRequest, term: str, /, **shown: str) -> HttpResponse:
    """Redirect to this page with the results for `term`, and with `shown` in its URL."""
    asked = request.GET.copy()
    for name in ("from", "to", "page", KEY, *shown):
        asked.pop(name, None)
    for name, value in {**shown, KEY: keep_search(request, term)}.items():
        if value:
            asked[name] = value
    return redirect(f"{request.path}?{asked.urlencode()}" if asked else request.path)
