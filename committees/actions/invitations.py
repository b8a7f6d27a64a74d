"""The mail to people who were added as graders and have never signed in."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from committees.enums import NotificationKind
from committees.models import Grader, Notification, User


@dataclass(frozen=True, slots=True)
class Invitation:
    subject: str
    body: str
    reply_to: str


def invitation_of(notifications: list[Notification]) -> Invitation | None:
    """
    Return the invitation in these notifications of one person, in the active language; None if they need none.

    It introduces gradereg and states the exams, the deadlines, how to sign in and who answers questions.
    """
    person = notifications[0].person
    seats = [one for one in notifications if one.kind == NotificationKind.SEATED]
    if not seats or not person.is_invited:
        return None
    planner = seats[-1].entry.by if seats[-1].entry else None
    reply_to = (planner.email if planner else "") or settings.SUPPORT_EMAIL
    exams = {one.exam_id for one in seats}
    subject = (
        _("Invitation to grade %(exam)s") % {"exam": seats[0].exam}
        if len(exams) == 1
        else _("Invitation to grade %(n)s exams") % {"n": len(exams)}
    )
    context = {
        "person": person,
        "planner": planner,
        "institution": settings.INSTITUTION_NAME or settings.HOME_REALM,
        "seats": [
            (one, _committees_of(one, person), settings.SITE_URL + one.get_absolute_url()) for one in seats
        ],
        "others": [
            (one, settings.SITE_URL + one.get_absolute_url()) for one in notifications if one not in seats
        ],
        "with_password": settings.CODE_WITH_PASSWORD,
        "by_code": person.signs_in_by_code or not settings.FEIDE,
        "sign_in": settings.SITE_URL + reverse("sign-in"),
        "ask_code": settings.SITE_URL + reverse("ask-code"),
        "replies_to_planner": bool(planner and planner.email),
        "replies_to_support": bool(reply_to),
    }
    return Invitation(subject, render_to_string("mail/invitation.txt", context), reply_to)


def _committees_of(seat: Notification, person: User) -> str:
    """Return the committees of a seat's exam of which the person is a grader, with the role."""
    graders = Grader.objects.filter(person=person, committee__exam=seat.exam_id).select_related("committee")
    return ", ".join(
        f"{one.committee} ({_('external grader') if one.is_external else _('internal grader')})"
        for one in graders.order_by("committee__number")
        if seat.committee_id in (None, one.committee_id)
    )
