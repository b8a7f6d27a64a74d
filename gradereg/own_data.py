"""What the register keeps about the signed-in person, as a page and as a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from committees.access import Request
from committees.models import Candidate, Confirmation, Exam, Grader, LogEntry, Notification, User
from committees.responses.attachments import attach, file_name
from training.models import Run

Value = str | date | datetime | None
Records = Sequence[Sequence[Value]]

SHOWN = 50
"""Records of a section that the page shows; the file has all."""


@dataclass(frozen=True, slots=True)
class Section:
    """Records of one kind: a title, why and how long they are kept, the columns, and a value for each."""

    title: str
    reason: str
    columns: list[str]
    records: Records

    @property
    def shown(self) -> list[list[tuple[str, str]]]:
        """The newest records, as pairs of column and text."""
        return [
            [(column, _in_words(value)) for column, value in zip(self.columns, record, strict=True)]
            for record in self.records[:SHOWN]
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "reason": self.reason,
            "records": [dict(zip(self.columns, map(_text, record), strict=True)) for record in self.records],
        }


@require_safe
def page(request: Request) -> HttpResponse:
    return render(request, "settings/own_data.html", {"sections": kept_about(request.user), "most": SHOWN})


@require_safe
def file(request: Request) -> HttpResponse:
    sections = [section.as_json() for section in kept_about(request.user)]
    response = JsonResponse(
        {"made": timezone.now(), "sections": sections}, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    return attach(response, file_name(_("my data"), f"{timezone.localdate():%Y-%m-%d}", ending="json"))


def kept_about(person: User) -> list[Section]:
    """Return all sections, also empty ones, in the active language. Nine queries."""
    return [section(person) for section in SECTIONS]


def _account(person: User) -> Section:
    roles = {_("planner"): person.is_planner, _("trainer"): person.is_trainer, _("support"): person.is_staff}
    facts: dict[str, Value] = {
        _("Name"): person.name,
        _("User name"): person.username,
        _("Feide name"): person.feide_name or "",
        _("E-mail"): person.email,
        _("Language"): person.get_language_display(),
        _("Last used language"): person.last_language,
        _("Appearance"): person.get_theme_display(),
        _("Notices by e-mail"): person.get_mail_frequency_display(),
        _("Roles"): ", ".join(role for role, has in roles.items() if has),
        _("Account created"): person.date_joined,
        _("Last sign-in"): person.last_login,
    }
    reason = _(
        "Identifies you when you sign in, and in the log. Kept for as long as your name is in the log."
    )
    return Section(
        _("Account"),
        reason,
        [_("Detail"), _("Value")],
        [[fact, value] for fact, value in facts.items() if value],
    )


def _sign_in(person: User) -> Section:
    pinned = SocialAccount.objects.filter(user=person).order_by("pk")
    sessions = UserSession.objects.filter(user=person).order_by("-created_at")
    records: Records = [
        *([_("Feide"), one.uid, one.date_joined] for one in pinned),
        *([one.user_agent, one.ip, one.created_at] for one in sessions),
    ]
    reason = _(
        "Your identity as confirmed by Feide, and the browsers in which you have signed in. When a "
        "session has ended, its browser is removed the next time you sign in."
    )
    return Section(_("Sign-in"), reason, [_("Browser"), _("Address or identity"), _("Since")], records)


def _seats(person: User) -> Section:
    confirmed = {
        one.grader_id: one.entry.at
        for one in Confirmation.objects.filter(grader__person=person).select_related("entry")
    }
    seats = Grader.objects.filter(person=person, committee__exam__sandbox=None)
    records: Records = [
        [
            str(seat.committee.exam),
            str(seat.committee),
            _("external") if seat.is_external else _("internal"),
            confirmed.get(seat.pk),
        ]
        for seat in seats.select_related("committee__exam").order_by("-committee__exam__date", "pk")
    ]
    reason = _("Your role as a grader is part of the exam and is kept for as long as the exam.")
    return Section(
        _("Exams you grade"), reason, [_("Exam"), _("Committee"), _("Grader"), _("Confirmed")], records
    )


def _planned(person: User) -> Section:
    exams = Exam.objects.filter(planners=person, sandbox=None).order_by("-date", "pk")
    reason = _("Your role as planner is part of the exam and is kept for as long as the exam.")
    records: Records = [[str(exam), exam.date] for exam in exams]
    return Section(_("Exams you plan"), reason, [_("Exam"), _("Date")], records)


def _candidate(person: User) -> Section:
    own = Candidate.objects.none()
    if person.feide_name:
        own = Candidate.objects.filter(feide_name=person.feide_name, exam__sandbox=None)
    records: Records = [
        [str(one.exam), one.number, str(one.committee or ""), one.get_attendance_display()]
        for one in own.select_related("exam", "committee__exam").order_by("-exam__date", "pk")
    ]
    reason = _(
        "You are a candidate in these exams. This is kept for as long as the exam. You see your grades in "
        "Studentweb when FS has them. Ask your institution about grades that are not final yet."
    )
    columns = [_("Exam"), _("Candidate number"), _("Committee"), _("Attendance")]
    return Section(_("Exams you take"), reason, columns, records)


def _acts(person: User) -> Section:
    entries = LogEntry.objects.filter(by=person, exam__sandbox=None).select_related("exam")
    records: Records = [
        [one.at, one.get_action_display(), str(one.exam)]
        for one in entries.defer("changes", "details").order_by("-pk")
    ]
    reason = _(
        "The log documents how each grade came about. It is never changed, and is kept for as long as the exam."
    )
    return Section(_("What you did"), reason, [_("When"), _("What"), _("Exam")], records)


def _notices(person: User) -> Section:
    own = Notification.objects.filter(person=person).select_related("exam").order_by("-at", "-pk")
    records: Records = [[one.at, one.get_kind_display(), str(one.exam), one.sent_at] for one in own]
    reason = _("The notices you have received, and whether they were e-mailed. Kept for a year.")
    return Section(_("Notices"), reason, [_("When"), _("What"), _("Exam"), _("E-mailed")], records)


def _training(person: User) -> Section:
    runs = (
        Run.objects.filter(trainee__person=person).select_related("trainee__session").order_by("-started_at")
    )
    records: Records = [
        [
            one.scenario_key,
            one.trainee.session.title if one.trainee.session else _("Self-study"),
            one.started_at,
            one.completed_at,
        ]
        for one in runs
    ]
    reason = _(
        "The scenarios you have practised. Those in a training session are deleted together with its "
        "data. Certificates are kept, and can be found by their code."
    )
    return Section(_("Training"), reason, [_("Scenario"), _("Session"), _("Begun"), _("Done")], records)


SECTIONS: list[Callable[[User], Section]] = [
    _account,
    _sign_in,
    _candidate,
    _seats,
    _planned,
    _acts,
    _notices,
    _training,
]


def _in_words(value: Value) -> str:
    """Return a time or a date as the active language writes it."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return date_format(value) if isinstance(value, date) else value or ""


def _text(value: Value) -> str:
    """Return a time or a date as ISO text."""
    return value.isoformat() if isinstance(value, datetime | date) else value or ""
