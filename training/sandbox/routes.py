"""Pages of a sandbox, by their URL names."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

from training.sandbox.state import SandboxState


@cache
def routes() -> dict[str, str]:
    """Return the patterns of all addresses in a sandbox, by URL name ("fs:exam" in a namespace)."""
    return dict(_patterns(get_resolver(settings.PRACTICE_URLCONF), "", ""))


def _patterns(resolver: URLResolver, before: str, namespace: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from _patterns(pattern, text, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield namespace + pattern.name, text


def is_target(state: SandboxState, condition: Mapping[str, Any], match: ResolverMatch) -> bool:
    """Return whether the page at `match` is about the committee or candidate that the condition names, if it does."""
    pk, exam = match.kwargs.get("pk"), state.exam(condition.get("exam", ""))
    if number := condition.get("candidate"):
        return any(one.pk == pk and one.number == number and exam == one.exam for one in state.candidates)
    if "committee" in condition:
        committee = state.committee(condition["committee"], condition.get("exam", ""))
        return committee is not None and committee.pk == pk
    return True
