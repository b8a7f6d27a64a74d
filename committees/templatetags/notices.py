"""How notices are shown."""

from django import template

from committees.enums import Told
from committees.models import Notice

register = template.Library()

PICTURES = {
    Told.CONFIRMED: "circle-check",
    Told.CHANGED: "pencil-line",
    Told.MOVED: "arrow-left-right",
    Told.SEATED: "user-round-plus",
    Told.UNSEATED: "user-round-minus",
    Told.REOPENED: "lock-open",
    Told.DEADLINE_NEAR: "calendar-clock",
    Told.DEADLINE_PASSED: "calendar-x",
    Told.OVERDUE: "calendar-x",
    Told.ALL_CONFIRMED: "badge-check",
    Told.FS_ANSWERED: "database",
    Told.REMINDED: "bell",
}


@register.filter
def picture(notice: Notice) -> str:
    """The name of the icon beside the notice."""
    return PICTURES[Told(notice.told)]
