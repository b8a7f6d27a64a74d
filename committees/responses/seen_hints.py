"""The hints on results of uploads that a grader answered with *Seen*, until the confirmation logs the answers."""

from django.http import HttpRequest

MOST_KEPT = 50
LONGEST_KEY = 50


def keep_seen(request: HttpRequest, committee_pk: int, key: str) -> None:
    """Keep the answer to the hint with this key."""
    kept = [one for one in seen_hints(request, committee_pk) if one != key]
    request.session[_name(committee_pk)] = [*kept, key[:LONGEST_KEY]][-MOST_KEPT:]


def seen_hints(request: HttpRequest, committee_pk: int) -> list[str]:
    """Return the keys of the hints that were answered."""
    kept: list[str] = request.session.get(_name(committee_pk), [])
    return kept


def forget_seen(request: HttpRequest, committee_pk: int) -> None:
    request.session.pop(_name(committee_pk), None)


def _name(committee_pk: int) -> str:
    return f"seen-{committee_pk}"
