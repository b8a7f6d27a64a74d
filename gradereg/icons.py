from functools import cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 17) -> SafeString:
    """
    Return the icon of this name, `size` pixels wide, hidden from screen readers: it always accompanies a text.

    Raise IconDoesNotExist for an unknown name.
    """
    return _drawn(str(name), size)


@cache
def _drawn(name: str, size: int) -> SafeString:
    # lucide copies and serializes an XML tree each time, and a page has an icon per row.
    return mark_safe(lucide(name, size=size, aria_hidden="true", **{"class": "icon"}))  # noqa: S308  # our own names
