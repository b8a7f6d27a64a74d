"""Notifications, shown on the pages and sent by mail."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from committees.enums import MailFrequency, MailProblem, NotificationKind
from committees.models.committees import Committee
from committees.models.exams import Exam
from committees.models.log import LogEntry
from committees.models.people import User

MAIL_PERIOD = timedelta(days=3)
"""How long a notification may be mailed. After that it is only shown on the pages."""
SHOWN_FOR = timedelta(days=14)
"""How long the planner's page shows the status of a mail."""
SENDING_FOR = timedelta(minutes=10)
"""How long the transmission to the mail server can take."""
ALWAYS_MAILED = (NotificationKind.REMINDED, NotificationKind.CONFIRMED_FOR)
"""Kinds that are mailed also to people who want no mail."""
TRIES = 10
"""How often a refused mail is tried."""
ABOUT_REMOVAL = (
    NotificationKind.UNSEATED,
    NotificationKind.EXAM_CANCELLED,
    NotificationKind.EXAM_DELETED,
    NotificationKind.COMMITTEE_DELETED,
)
"""Kinds that are shown and mailed although their exam or committee was removed."""


class NotificationQuerySet(models.QuerySet["Notification"]):
    def current(self) -> "NotificationQuerySet":
        """Filter out notifications about something deleted or cancelled, except those about the removal itself."""
        of_exam = Q(exam__removal="", committee=None)
        of_committee = Q(exam__removal="", committee__is_deleted=False)
        return self.filter(of_exam | of_committee | Q(kind__in=ABOUT_REMOVAL))

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def waiting(self, now: datetime) -> "NotificationQuerySet":
        """
        Filter to the notifications to be mailed: recent, unread, to people who want mail and have an address.

        `ALWAYS_MAILED` are mailed also to people who want no mail: a planner sent them, or acted for a grader.
        """
        of_age = Q(mail_after=None) | Q(mail_after__lte=now)
        wanted = Q(kind__in=ALWAYS_MAILED) | ~Q(person__mail_frequency=MailFrequency.NEVER)
        unread = self.current().unread()
        waiting = unread.filter(of_age, wanted, mailed_at=None, tries__lt=TRIES, at__gt=now - MAIL_PERIOD)
        return waiting.filter(person__is_active=True).exclude(person__email="")

    def mails_of_exam(self, exam: Exam) -> "list[Notification]":
        """Return the newest recent reminder and invitation of each person of the exam, those with a problem first."""
        recent = self.filter(
            exam=exam,
            kind__in=(NotificationKind.REMINDED, NotificationKind.SEATED),
            at__gt=timezone.now() - SHOWN_FOR,
        )
        newest: dict[tuple[int, str], Notification] = {}
        for notification in recent.select_related("person").order_by("-at", "-pk"):
            newest.setdefault((notification.person_id, notification.kind), notification)
        return sorted(newest.values(), key=lambda notification: not notification.has_mail_problem)

    def reminders_by_entry(self, entries: Collection[int]) -> "dict[int, list[Notification]]":
        """Return the reminders that these log entries queued, by the entry's pk."""
        found: dict[int, list[Notification]] = {}
        for notification in (
            self.filter(entry__in=entries, kind=NotificationKind.REMINDED)
            .select_related("person")
            .order_by("pk")
        ):
            found.setdefault(notification.entry_id or 0, []).append(notification)
        return found

    def in_full(self) -> "NotificationQuerySet":
        """Join everything that `sentence` reads."""
        return self.select_related("exam", "committee", "entry__by")


class Notification(models.Model):
    """
    A notification of one person about an act, created in the transaction of its log `entry`, or about a `deadline`.

    `committee` is None for several committees or the whole exam. `count` is the number of changes or committees.
    `mailed_at` is set before the mail is sent, so that nothing is mailed twice; if it was certainly not sent, it is
    tried again after `mail_after`. `sent_at` is set when the mail server accepted the mail, `mail_problem` when it did
    not.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=20, choices=NotificationKind)
    exam = models.ForeignKey(Exam, models.PROTECT, related_name="+")
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(LogEntry, models.PROTECT, null=True, related_name="+")
    deadline = models.DateField(null=True)
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_after = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    mail_problem = models.CharField(max_length=20, choices=MailProblem, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("notice")
        verbose_name_plural = gettext_lazy("notices")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-at"], name="notifications_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="unread_notifications"),
            models.Index(
                fields=["at"], condition=Q(read_at=None, mailed_at=None), name="unmailed_notifications"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="notification_kind_known", condition=Q(kind__in=NotificationKind.values)
            ),
            # NULLs are distinct, so the constraints apply to notifications with an entry or a deadline.
            models.UniqueConstraint(fields=["person", "kind", "entry"], name="one_notification_per_entry"),
            models.UniqueConstraint(
                fields=["person", "kind", "exam", "deadline"], name="one_notification_per_deadline"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Return the URL of the page that it is about and that this person may open."""
        if self.kind in ABOUT_REMOVAL:
            return reverse("grade")
        if self.kind == NotificationKind.FS_ANSWERED and self.entry:
            return reverse("transfer", args=[self.entry.transfer_id])
        if self.kind == NotificationKind.COMMITTEE_READY:
            return reverse("exam-transfer", args=[self.exam_id])
        if self.kind == NotificationKind.PLANNER_ADDED and self.count > 1:
            return reverse("plan")
        if self.kind in (
            NotificationKind.ALL_CONFIRMED,
            NotificationKind.OVERDUE,
            NotificationKind.PLANNER_ADDED,
        ):
            return reverse("planned-exam", args=[self.exam_id])
        if self.committee_id:
            return reverse("final-grading", args=[self.committee_id])
        return reverse("grading", args=[self.exam_id])

    @property
    def sentence(self) -> str:
        """The text in the active language. It contains no candidate number, grade or reason."""
        return _SENTENCES[NotificationKind(self.kind)](self) % {
            "who": self.entry.by if self.entry else "",
            "where": f"{self.exam}, {self.committee}" if self.committee else self.exam,
            "day": date_format(self.deadline) if self.deadline else "",
            "count": self.count,
            "name": self.entry.details.get("name", "") if self.entry else "",
            "email": self.entry.details.get("email", "") if self.entry else "",
            "taken": self.entry.details.get("taken", 0) if self.entry else 0,
            "refused": self.entry.details.get("refused", 0) if self.entry else 0,
        }

    @property
    def reason(self) -> str:
        """The planner's reason for the act. For the pages: it may contain a candidate's name."""
        return str(self.entry.details.get("reason", "")) if self.entry else ""

    @property
    def mailed_reason(self) -> str:
        """The reason in the mail: only where no page is left that shows it. The form warns not to name candidates."""
        return self.reason if self.kind == NotificationKind.EXAM_CANCELLED else ""

    @property
    def missing(self) -> list[tuple[str, str]]:
        """What a reminder's recipient still has to do, as sentences with the paths of their pages; [] for other kinds."""
        details = self.entry.details if self.entry and self.kind == NotificationKind.REMINDED else {}
        found = []
        for pk in details.get("places", {}).get(str(self.person_id), []):
            if place := details.get("missing", {}).get(str(pk)):
                where = str(Committee(number=place["number"], name=place["name"]))
                sentence = missing_sentence(where, place["graded"], place["candidates"])
                found.append((sentence, reverse("final-grading", args=[pk])))
        return found

    @property
    def mail_deadline(self) -> date | None:
        """The grading deadline that a reminder names."""
        text = self.entry.details.get("deadline", "") if self.entry else ""
        return date.fromisoformat(text) if text and self.kind == NotificationKind.REMINDED else None

    @property
    def mail_status(self) -> str:
        """The status of the mail, as a phrase after the person's name. Reads `person`."""
        if self.sent_at:
            return _("sent %(time)s") % {"time": _moment(self.sent_at)}
        if self.mailed_at:
            if self.mail_problem:
                problem = self.get_mail_problem_display()
                return _("possibly not sent: %(problem)s") % {"problem": problem}
            # The sending process may have died since.
            is_new = self.mailed_at > timezone.now() - SENDING_FOR
            return _("being sent") if is_new else _("possibly not sent")
        return self._unsent()

    def _unsent(self) -> str:
        if not self.person.email:
            return _("not sent: no e-mail address")
        if not self.person.is_active:
            return _("not sent: the account is closed")
        if self.read_at:
            return _("not sent: already read in gradereg")
        if self.person.mail_frequency == MailFrequency.NEVER and self.kind not in ALWAYS_MAILED:
            return _("not sent: the recipient has turned off e-mail")
        params = {"problem": self.get_mail_problem_display()}
        if self.tries >= TRIES or self.at <= timezone.now() - MAIL_PERIOD:
            return (
                _("could not be sent: %(problem)s") % params if self.mail_problem else _("not sent in time")
            )
        if self.mail_problem and self.mail_after:
            sentence = _("could not be sent: %(problem)s. Next attempt %(time)s")
            return sentence % {**params, "time": _moment(self.mail_after)}
        return _("queued")

    @property
    def has_mail_problem(self) -> bool:
        """Whether the mail was not sent, or may not have been."""
        return not self.sent_at and bool(self.mail_problem or not self.person.email)

    @property
    def day(self) -> date:
        """The date in the local time zone."""
        return timezone.localdate(self.at)


def _moment(at: datetime) -> str:
    """Return the local time, with the date unless it is today."""
    local = timezone.localtime(at)
    time = time_format(local)
    return (
        time if local.date() == timezone.localdate() else f"{date_format(local, 'SHORT_DATE_FORMAT')} {time}"
    )


def missing_sentence(where: str, graded: int, candidates: int) -> str:
    """Return what the graders of the committee `where` still have to do."""
    params = {"where": where, "graded": graded, "candidates": candidates}
    if graded < candidates:
        return _("%(where)s: %(graded)s of %(candidates)s candidates graded, confirmation missing") % params
    return _("%(where)s: all candidates graded, confirmation missing") % params


def _changed(notification: Notification) -> str:
    return ngettext(
        "%(who)s changed a grade after you confirmed: %(where)s. You may need to confirm again.",
        "%(who)s made %(count)s grade changes after you confirmed: %(where)s. You may need to confirm again.",
        notification.count,
    )


def _replaced(notification: Notification) -> str:
    return ngettext(
        "%(who)s uploaded a file that replaced a grade you had set: %(where)s. Check it before you confirm.",
        "%(who)s uploaded a file that replaced %(count)s grades you had set: %(where)s. Check them before you "
        "confirm.",
        notification.count,
    )


def _confirmed_for(notification: Notification) -> str:
    details = notification.entry.details if notification.entry else {}
    if details.get("person") == notification.person_id:
        if details.get("locked"):
            return _(
                "%(who)s confirmed the grades on your behalf, so they are now locked: %(where)s. Check them. If "
                "something is wrong, ask %(who)s to reopen the committee."
            )
        return _(
            "%(who)s confirmed the grades on your behalf: %(where)s. Check them. You can still "
            "confirm them yourself, and withdraw the confirmation until all graders have confirmed."
        )
    return _("%(who)s confirmed the grades on behalf of %(name)s: %(where)s.")


def _overdue(notification: Notification) -> str:
    return ngettext(
        "The grading deadline was %(day)s, and %(count)s committee has not confirmed: %(where)s.",
        "The grading deadline was %(day)s, and %(count)s committees have not confirmed: %(where)s.",
        notification.count,
    )


def _planner_added(notification: Notification) -> str:
    return ngettext(
        "%(who)s made you a planner: %(where)s.",
        "%(who)s made you a planner of %(count)s exams, among them %(where)s.",
        notification.count or 1,
    )


_SENTENCES: dict[NotificationKind, Callable[[Notification], str]] = {
    NotificationKind.CONFIRMED: lambda _n: _("%(who)s has also confirmed: %(where)s."),
    NotificationKind.CONFIRMED_FOR: _confirmed_for,
    NotificationKind.CHANGED: _changed,
    NotificationKind.REPLACED: _replaced,
    NotificationKind.MOVED: lambda _n: _(
        "%(who)s moved candidates after you confirmed: %(where)s. You may need to confirm again."
    ),
    NotificationKind.SEATED: lambda _n: _("%(who)s added you as a grader: %(where)s."),
    NotificationKind.VOIDED: lambda _n: _(
        "%(who)s changed %(where)s after you confirmed. Check the changes, and confirm again."
    ),
    NotificationKind.LOCKED: lambda _n: _(
        "%(who)s made a change, so %(where)s is now confirmed and its grades are locked."
    ),
    NotificationKind.EMAIL_SET: lambda _n: _(
        "%(who)s added the e-mail address %(email)s to your account: %(where)s. If the address is wrong, "
        "change it in Settings."
    ),
    NotificationKind.UNSEATED: lambda _n: _("%(who)s removed you as a grader: %(where)s."),
    NotificationKind.EXAM_CANCELLED: lambda _n: _(
        "%(who)s cancelled the exam: %(where)s. There is nothing left for you to grade."
    ),
    NotificationKind.EXAM_DELETED: lambda _n: _(
        "%(who)s deleted the exam: %(where)s. There is nothing left for you to grade."
    ),
    NotificationKind.COMMITTEE_DELETED: lambda _n: _(
        "%(who)s deleted your committee: %(where)s. You are no longer a grader there."
    ),
    NotificationKind.RESTORED: lambda _n: _("%(who)s restored %(where)s, so you are a grader there again."),
    NotificationKind.PLANNER_ADDED: _planner_added,
    NotificationKind.REOPENED: lambda _n: _(
        "%(who)s reopened %(where)s. All its graders must confirm again."
    ),
    NotificationKind.DEADLINE_NEAR: lambda _n: _(
        "The grading deadline is %(day)s, and you have not confirmed: %(where)s."
    ),
    NotificationKind.DEADLINE_PASSED: lambda _n: _(
        "The grading deadline was %(day)s, and you have not confirmed: %(where)s."
    ),
    NotificationKind.OVERDUE: _overdue,
    NotificationKind.COMMITTEE_READY: lambda _n: _(
        "All graders have confirmed: %(where)s. The grades of this committee can be transferred to FS."
    ),
    NotificationKind.ALL_CONFIRMED: lambda _n: _(
        "All graders have confirmed: %(where)s. The grades can be transferred to FS."
    ),
    NotificationKind.REMINDED: lambda _n: _(
        "%(who)s reminds you that you still have grading to finish: %(where)s."
    ),
    NotificationKind.FS_ANSWERED: lambda _n: _(
        "FS answered the transfer that %(who)s made of %(where)s: %(taken)s accepted, %(refused)s refused."
    ),
}
