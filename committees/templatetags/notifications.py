"""Icons of notifications."""

from django import template

from committees.enums import NotificationKind
from committees.models import Notification

register = template.Library()

PICTURES = {
    NotificationKind.CONFIRMED: "circle-check",
    NotificationKind.CONFIRMED_FOR: "user-round-check",
    NotificationKind.CHANGED: "pencil-line",
    NotificationKind.REPLACED: "pencil-line",
    NotificationKind.MOVED: "arrow-left-right",
    NotificationKind.VOIDED: "circle-dashed",
    NotificationKind.LOCKED: "lock",
    NotificationKind.EMAIL_SET: "mail",
    NotificationKind.SEATED: "user-round-plus",
    NotificationKind.RESTORED: "user-round-plus",
    NotificationKind.UNSEATED: "user-round-minus",
    NotificationKind.REOPENED: "lock-open",
    NotificationKind.DEADLINE_NEAR: "calendar-clock",
    NotificationKind.DEADLINE_PASSED: "calendar-x",
    NotificationKind.OVERDUE: "calendar-x",
    NotificationKind.ALL_CONFIRMED: "badge-check",
    NotificationKind.COMMITTEE_READY: "badge-check",
    NotificationKind.FS_ANSWERED: "database",
    NotificationKind.REMINDED: "bell",
    NotificationKind.PLANNER_ADDED: "user-round-plus",
    NotificationKind.EXAM_CANCELLED: "circle-x",
    NotificationKind.EXAM_DELETED: "circle-x",
    NotificationKind.COMMITTEE_DELETED: "circle-x",
}


@register.filter
def picture(notification: Notification) -> str:
    return PICTURES[NotificationKind(notification.kind)]
