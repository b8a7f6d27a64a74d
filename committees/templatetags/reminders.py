"""Filters for reminders: what is missing, and when graders were last reminded."""

from datetime import datetime

from django import template
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Committee
from committees.models.notifications import missing_sentence

register = template.Library()


@register.filter
def missing(committee: Committee) -> str:
    """Return what its graders still have to do, as in the mail of a reminder."""
    return missing_sentence(str(committee), committee.graded_count, committee.candidate_count)


@register.filter
def ago(value: datetime) -> str:
    """Return a past time in words: "today", "2 days ago"."""
    days = (localdate() - localtime(value).date()).days
    return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days} if days > 0 else _("today")


@register.filter
def last_reminded(value: datetime) -> str:
    """Return the sentence "Last reminded 2 days ago"."""
    return _("Last reminded %(when)s") % {"when": ago(value)}
