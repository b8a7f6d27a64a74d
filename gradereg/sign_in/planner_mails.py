"""The mail to people who have become planners, with the address of the site and how to sign in."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from committees.models import User


def mail_to_planner(person: User) -> EmailMessage:
    """Return the mail to this planner, in their language or the site's."""
    context = {
        "person": person,
        "institution": settings.INSTITUTION_NAME or settings.HOME_REALM,
        "support": settings.SUPPORT_EMAIL,
        "with_password": settings.CODE_WITH_PASSWORD,
        "by_code": person.signs_in_by_code or not settings.FEIDE,
        "sign_in": settings.SITE_URL + reverse("sign-in"),
        "ask_code": settings.SITE_URL + reverse("ask-code"),
    }
    with translation.override(person.language or person.last_language or settings.LANGUAGE_CODE):
        return EmailMessage(
            _("You are now a planner in gradereg"),
            render_to_string("mail/planner.txt", context),
            to=[person.email],
            reply_to=[settings.SUPPORT_EMAIL] if settings.SUPPORT_EMAIL else None,
            headers={"Auto-Submitted": "auto-generated"},
        )
