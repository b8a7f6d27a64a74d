"""The pictures beside words."""

from functools import cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 17) -> SafeString:
    """
    The icon of this name, `size` pixels wide. It stands beside words that say the same, so nobody hears of it.

    Raises IconDoesNotExist for a name that there is no icon of.
    """
    return _drawn(str(name), size)


@cache
def _drawn(name: str, size: int) -> SafeString:
    # Drawing copies and writes a tree each time, and a page has an icon per row.
    return mark_safe(lucide(name, size=size, aria_hidden="true", **{"class": "icon"}))  # noqa: S308  # our own names
