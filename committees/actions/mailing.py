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

from committees.enums import MailPace
from committees.models import Notice, User

logger = logging.getLogger(__name__)

DAILY = timedelta(days=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
KEPT_FOR = timedelta(days=365)


@dataclass(slots=True)
class Sent:
    """What became of a round of mails: gone, and given back to be tried again."""

    mails: int = 0
    given_back: int = 0


def send_waiting() -> Sent:
    """Mail everybody what waits for them, one mail each. Any number of processes may do so at once."""
    done = Sent()
    for person in (
        Notice.objects.waiting(timezone.now()).order_by().values_list("person", flat=True).distinct()
    ):
        notices = claim(person)
        if not notices:
            continue
        try:
            is_gone = deliver(notices)
        except Exception:  # one mail that can't be made must not keep back the others
            logger.exception("A mail of notices could not be made")
            continue
        if is_gone:
            done.mails += 1
        else:
            done.given_back += 1
            give_back(notices)
    return done


@transaction.atomic
def claim(person: int) -> list[Notice]:
    """
    What this person is to be mailed now, oldest first, marked as mailed. Nothing if somebody else is just claiming it, or
    if the person has mail once a day and has had it.
    """
    now = timezone.now()
    # Not the whole row: whoever tells this person something more must not have to wait.
    locked = User.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    whom = locked.filter(pk=person).first()
    if whom is None:
        return []
    if whom.mail_pace == MailPace.DAILY and whom.notices.filter(mailed_at__gt=now - DAILY).exists():
        return []
    waiting = Notice.objects.waiting(now).filter(person=whom)
    notices = list(waiting.in_full().select_related("person").order_by("at", "pk"))
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=now)
    return notices


def deliver(notices: list[Notice]) -> bool:
    """
    Mail these notices of one person. False where the mail has certainly not gone: the server was not reached, or said no.
    Where nobody can know, because it fell silent in the middle, the mail counts as gone.
    """
    mail = mail_of(notices)
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        logger.warning("The mail server was not reached: %s", type(error).__name__)
        return False
    try:
        connection.send_messages([mail])
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        logger.warning("The mail server refused a mail: %s", type(error).__name__)
        return False
    except OSError as error:
        logger.warning(
            "The mail server fell silent; nobody knows if a mail has gone: %s", type(error).__name__
        )
    finally:
        with suppress(OSError):
            connection.close()
    return True


@transaction.atomic
def give_back(notices: list[Notice]) -> None:
    """Let these notices wait again, each time twice as long as before."""
    given = Notice.objects.filter(pk__in=[one.pk for one in notices])
    tries = given.aggregate(most=Max("tries"))["most"] or 0
    pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
    given.update(mailed_at=None, mail_after=timezone.now() + pause, tries=F("tries") + 1)


def mail_of(notices: list[Notice]) -> EmailMessage:
    """The mail that tells these notices to their person, in the person's language."""
    person = notices[0].person
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = ngettext("A notice about grading", "%(n)s notices about grading", len(notices))
        body = render_to_string(
            "mail/notices.txt",
            {
                "person": person,
                "notices": [(one, settings.SITE_URL + one.get_absolute_url()) for one in notices],
                "all": settings.SITE_URL + reverse("notices"),
                "settings": settings.SITE_URL + reverse("settings"),
            },
        )
        subject = notices[0].get_told_display() if len(notices) == 1 else subject % {"n": len(notices)}
    return EmailMessage(subject, body, to=[person.email], headers={"Auto-Submitted": "auto-generated"})


def forget_waiting() -> int:
    """Nothing that waits now is mailed any more. After a restore: some of it went out before, and nobody knows what."""
    return Notice.objects.filter(mailed_at=None).update(mailed_at=timezone.now())


def forget_old() -> None:
    """Notices of more than a year ago go; what they were about stands in the log."""
    Notice.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
