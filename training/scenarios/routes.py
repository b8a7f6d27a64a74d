"""Pages of a sandbox, by their URL names."""

from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver


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
