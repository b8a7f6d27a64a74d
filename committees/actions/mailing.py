"""
Notices on their way into mailboxes. Nothing is mailed twice: a person's notices are marked as mailed, and that is committed,
before the mail goes out. If the process dies in between, that mail never comes; the pages tell it all the same.
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
from django.utils.translation import ngettext

from committees.enums import MailFrequency, MailProblem, NotificationKind
from committees.models import Notification, User

logger = logging.getLogger(__name__)

DAILY = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
KEPT_FOR = timedelta(days=365)


@dataclass(slots=True)
class Sent:
    """What became of a round of mails: gone, and given back to be tried again."""

    mails: int = 0
    requeued: int = 0


def send_waiting() -> Sent:
    """Mail everybody what waits for them, one mail each. Any number of processes may do so at once."""
    done = Sent()
    for person in (
        Notification.objects.waiting(timezone.now()).order_by().values_list("person", flat=True).distinct()
    ):
        notifications = claim(person)
        if not notifications:
            continue
        try:
            problem = deliver(notifications)
        except Exception:  # one mail that can't be made must not keep back the others
            logger.exception("A mail of notices could not be made")
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
    What this person is to be mailed now, oldest first, marked as mailed. Nothing if somebody else is just claiming it;
    only reminders if the person has mail once a day and has had it.
    """
    now = timezone.now()
    # Not the whole row: whoever tells this person something more must not have to wait.
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
    Mail these notices of one person. Returns None when the server has taken the mail. UNREACHED and REFUSED mean that it
    has certainly not gone, SILENT that nobody can know.
    """
    mail = mail_of(notifications)
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        logger.warning("The mail server was not reached: %s", type(error).__name__)
        return MailProblem.UNREACHED
    try:
        connection.send_messages([mail])
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        logger.warning("The mail server refused a mail: %s", type(error).__name__)
        return MailProblem.REFUSED
    except OSError as error:
        logger.warning(
            "The mail server fell silent; nobody knows if a mail has gone: %s", type(error).__name__
        )
        return MailProblem.SILENT
    finally:
        with suppress(OSError):
            connection.close()
    return None


def keep_outcome(notifications: list[Notification], problem: MailProblem | None) -> None:
    """Write down that the mail server has taken the mail of these notices, or that nobody knows."""
    outcome = {"mail_problem": problem} if problem else {"mail_problem": "", "sent_at": timezone.now()}
    Notification.objects.filter(pk__in=[one.pk for one in notifications]).update(**outcome)


@transaction.atomic
def requeue(notifications: list[Notification], problem: MailProblem) -> None:
    """Let these notices wait again, each time twice as long as before. `problem` is why their mail was not sent."""
    rows = Notification.objects.filter(pk__in=[one.pk for one in notifications])
    tries = rows.aggregate(most=Max("tries"))["most"] or 0
    pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
    later = timezone.now() + pause
    rows.update(mailed_at=None, mail_after=later, tries=F("tries") + 1, mail_problem=problem)


def mail_of(notifications: list[Notification]) -> EmailMessage:
    """The mail that tells these notices to their person, in the person's language."""
    person = notifications[0].person
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = ngettext("A notice about grading", "%(n)s notices about grading", len(notifications))
        body = render_to_string(
            "mail/notifications.txt",
            {
                "person": person,
                "notifications": [(one, settings.SITE_URL + one.get_absolute_url()) for one in notifications],
                "all": settings.SITE_URL + reverse("notifications"),
                "settings": settings.SITE_URL + reverse("settings"),
            },
        )
        subject = (
            notifications[0].get_kind_display()
            if len(notifications) == 1
            else subject % {"n": len(notifications)}
        )
    # An answer to a reminder goes to the planner who asked for it.
    by = (
        notifications[0].entry.by.email
        if notifications[0].kind == NotificationKind.REMINDED and notifications[0].entry
        else ""
    )
    return EmailMessage(
        subject,
        body,
        to=[person.email],
        reply_to=[by] if by and len(notifications) == 1 else None,
        headers={"Auto-Submitted": "auto-generated"},
    )


def forget_waiting() -> int:
    """Nothing that waits now is mailed any more. After a restore: some of it went out before, and nobody knows what."""
    return Notification.objects.filter(mailed_at=None).update(mailed_at=timezone.now())


def forget_old() -> None:
    """Notices of more than a year ago go; what they were about stands in the log."""
    Notification.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
