"""
Mails of notifications.

Notifications are marked as mailed, and that is committed, before the mail is sent, so that nothing is mailed twice. If
the process dies in between, that mail is never sent; the pages show the notifications anyway.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.actions.invitations import invitation_of
from committees.enums import MailFrequency, MailProblem, NotificationKind
from committees.models import Notification, User

logger = logging.getLogger(__name__)

DAILY = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
KEPT_FOR = timedelta(days=365)


@dataclass(slots=True)
class Sent:
    """Counts of one run: people mailed, and people whose mail will be tried again."""

    mails: int = 0
    requeued: int = 0


def send_waiting() -> Sent:
    """Send each person one mail of all waiting notifications. Safe in any number of processes at once."""
    done = Sent()
    for person in (
        Notification.objects.waiting(timezone.now()).order_by().values_list("person", flat=True).distinct()
    ):
        notifications = claim(person)
        if not notifications:
            continue
        try:
            problem = deliver(notifications)
        except Exception:  # one broken mail must not stop the others
            logger.exception("Could not create a mail of notifications")
            problem = MailProblem.BROKEN
        if problem in (None, MailProblem.SILENT):
            done.mails += 1
            keep_outcome(notifications, problem)
        else:
            done.requeued += 1
            requeue(notifications, problem)
    return done


@transaction.atomic
def claim(person: int) -> list[Notification]:
    """
    Mark the person's waiting notifications as mailed and return them, oldest first.

    Return none if another process is claiming them; only reminders if the person gets mail once a day and has had it.
    """
    now = timezone.now()
    # no_key, so that inserts of new notifications for this person don't wait.
    locked = User.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    recipient = locked.filter(pk=person).first()
    if recipient is None:
        return []
    waiting = Notification.objects.waiting(now).filter(person=recipient)
    if (
        recipient.mail_frequency == MailFrequency.DAILY
        and recipient.notifications.filter(mailed_at__gt=now - DAILY).exists()
    ):
        waiting = waiting.filter(kind=NotificationKind.REMINDED)
    notifications = list(waiting.in_full().select_related("person").order_by("at", "pk"))
    Notification.objects.filter(pk__in=[one.pk for one in notifications]).update(mailed_at=now)
    return notifications


def deliver(notifications: list[Notification]) -> MailProblem | None:
    """
    Mail these notifications of one person. Return None if the mail server accepted the mail.

    UNREACHED and REFUSED mean that it was certainly not sent, SILENT that this is unknown.
    """
    mail = mail_of(notifications)
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        logger.warning("Could not reach the mail server: %s", type(error).__name__)
        return MailProblem.UNREACHED
    try:
        connection.send_messages([mail])
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        logger.warning("The mail server refused a mail: %s", type(error).__name__)
        return MailProblem.REFUSED
    except OSError as error:
        logger.warning(
            "The mail server stopped answering, so a mail may not have been sent: %s", type(error).__name__
        )
        return MailProblem.SILENT
    finally:
        with suppress(OSError):
            connection.close()
    return None


def keep_outcome(notifications: list[Notification], problem: MailProblem | None) -> None:
    """Record that the mail was sent, or with a `problem` that it may not have been."""
    outcome = {"mail_problem": problem} if problem else {"mail_problem": "", "sent_at": timezone.now()}
    Notification.objects.filter(pk__in=[one.pk for one in notifications]).update(**outcome)


@transaction.atomic
def requeue(notifications: list[Notification], problem: MailProblem) -> None:
    """Queue these notifications again, for twice as long each time. `problem`: why their mail was not sent."""
    rows = Notification.objects.filter(pk__in=[one.pk for one in notifications])
    tries = rows.aggregate(most=Max("tries"))["most"] or 0
    pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
    later = timezone.now() + pause
    rows.update(mailed_at=None, mail_after=later, tries=F("tries") + 1, mail_problem=problem)


def mail_of(notifications: list[Notification]) -> EmailMessage:
    """Return the mail of these notifications to one person, in the language that they chose or else used last."""
    person = notifications[0].person
    with translation.override(person.language or person.last_language or settings.LANGUAGE_CODE):
        if invitation := invitation_of(notifications):
            subject, body, reply_to = invitation.subject, invitation.body, invitation.reply_to
        else:
            subject, body, reply_to = (
                _subject_of(notifications),
                _body_of(notifications),
                _reply_to(notifications),
            )
    return EmailMessage(
        subject,
        body,
        to=[person.email],
        reply_to=[reply_to] if reply_to else None,
        headers={"Auto-Submitted": "auto-generated"},
    )


def _subject_of(notifications: list[Notification]) -> str:
    """Return the subject of a mail, in the active language: of its matter if there is only one."""
    exams = {one.exam for one in notifications}
    if all(one.kind == NotificationKind.REMINDED for one in notifications):
        if len(exams) == 1:
            return _("Reminder: grading of %(exam)s") % {"exam": exams.pop()}
        return ngettext("Reminder: grading of %(n)s exam", "Reminder: grading of %(n)s exams", len(exams)) % {
            "n": len(exams)
        }
    if len(notifications) == 1:
        return str(notifications[0].get_kind_display())
    subject = ngettext("A notice about grading", "%(n)s notices about grading", len(notifications))
    return subject % {"n": len(notifications)}


def _body_of(notifications: list[Notification]) -> str:
    context = {
        "person": notifications[0].person,
        "notifications": [(one, settings.SITE_URL + one.get_absolute_url()) for one in notifications],
        "site": settings.SITE_URL,
        "all": settings.SITE_URL + reverse("notifications"),
        "settings": settings.SITE_URL + reverse("settings"),
    }
    return render_to_string("mail/notifications.txt", context)


def _reply_to(notifications: list[Notification]) -> str:
    """Return the address of the planner who sent these reminders; "" for other notifications or several planners."""
    senders = {
        one.entry.by.email if one.kind == NotificationKind.REMINDED and one.entry else ""
        for one in notifications
    }
    return senders.pop() if len(senders) == 1 else ""


def forget_waiting() -> int:
    """Cancel all waiting mail and return the count. For a restore: the backup does not show what was sent since."""
    return Notification.objects.filter(mailed_at=None).update(mailed_at=timezone.now())


def forget_old() -> None:
    """Delete notifications that are more than a year old. The log still has their acts."""
    Notification.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
