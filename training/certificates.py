"""
Certificates of training: issued with the first finished scenario, renewed with each further one, and checked by code.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from committees.files.protocol import plain_letters, write_pdf
from committees.files.protocol.codes import LETTERS
from training.models import Certificate, CertificateMode, Run, Trainee, TrainingSession, moment_text
from training.sandbox.copy_keys import COPY_PREFIX
from training.scenarios.schema import Text

PREFIX = "GC"
CODE_LETTERS = 12
"""Letters of a code, 5 random bits each."""
TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True, slots=True)
class Finished:
    """A scenario on a certificate; with points if it was assessed."""

    title: Text
    at: datetime
    points: int | None = None
    total: int = 0

    @property
    def result(self) -> str:
        """Return the points in words, "" for a scenario that was not assessed."""
        if self.points is None:
            return ""
        return _("%(n)s of %(of)s points") % {"n": self.points, "of": self.total}


def issue(trainee: Trainee) -> Certificate | None:
    """
    Write the trainee's certificate with all scenarios finished so far; None without any. The code stays.

    Practice copies of real exams are not certified.
    """
    runs = trainee.runs.filter(completed_at__isnull=False).exclude(scenario_key__startswith=COPY_PREFIX)
    scenarios = [_entry(run) for run in runs.order_by("completed_at")]
    if not scenarios:
        return None
    session = trainee.session
    facts = {
        "name": trainee.name,
        "mode": _mode(session),
        "session_title": session.title if session else "",
        "session_date": session.date if session else None,
        "trainer": str(session.by) if session else "",
        "scenarios": scenarios,
        "issued_at": timezone.now(),
    }
    certificate, _is_new = Certificate.objects.update_or_create(
        trainee=trainee, defaults=facts, create_defaults=facts | {"code": new_code()}
    )
    return certificate


def _entry(run: Run) -> dict[str, Any]:
    return {
        "key": run.scenario_key,
        "title": run.blueprint["title"],
        "at": moment_text(run.completed_at or run.moved_at),
    } | ({"points": run.earned, "total": run.scenario.total} if run.is_assessed else {})


def _mode(session: TrainingSession | None) -> CertificateMode:
    if session is None:
        return CertificateMode.SELF_STUDY
    return CertificateMode.ASSESSED if session.is_assessed else CertificateMode.SESSION


def new_code() -> str:
    """Return a random code such as "GC-2K7M-9QXA-0D4F"."""
    text = "".join(secrets.choice(LETTERS) for _letter in range(CODE_LETTERS))
    return _written(text)


def _written(text: str) -> str:
    return "-".join([PREFIX, *(text[start : start + 4] for start in range(0, len(text), 4))])


def find_certificate(text: str) -> Certificate | None:
    """Return the certificate with the code that somebody typed; None if there is none."""
    plain = plain_letters(text, PREFIX)
    if len(plain) != CODE_LETTERS:
        return None
    return Certificate.objects.filter(code=_written(plain)).first()


def find_document(text: str) -> tuple[str, dict[str, Any]] | None:
    """Return template and content for the page that checks codes."""
    certificate = find_certificate(text)
    if certificate is None:
        return None
    return "training/_found_certificate.html", {
        "certificate": certificate,
        "scenarios": finished_on(certificate),
    }


def finished_on(certificate: Certificate) -> list[Finished]:
    """Return the scenarios of a certificate, in the order in which they were finished."""
    return [
        Finished(
            Text(one["title"]), datetime.fromisoformat(one["at"]), one.get("points"), one.get("total", 0)
        )
        for one in certificate.scenarios
    ]


def delete_certificate(certificate: Certificate) -> None:
    """Delete a certificate for good: its code is unknown from now on."""
    Certificate.objects.filter(pk=certificate.pk).delete()


def write_certificate(certificate: Certificate, *, check_at: str) -> bytes:
    """Return the certificate as PDF in the active language. May raise PdfFailed."""
    issued = timezone.localtime(certificate.issued_at)
    content = {
        "title": _("Certificate of training, %(name)s") % {"name": certificate.name},
        "language": get_language() or "en",
        "date": {"year": issued.year, "month": issued.month, "day": issued.day},
        "name": certificate.name,
        "lead": _lead(certificate),
        "scenarios": [
            [
                str(one.title),
                *([one.result] if certificate.is_assessed else []),
                date_format(timezone.localtime(one.at), "DATE_FORMAT"),
            ]
            for one in finished_on(certificate)
        ],
        "facts": _facts(certificate),
        "code": certificate.code,
        "check_at": check_at,
        "words": {
            "certificate": _("Certificate of training"),
            "head": [_("Scenario"), *([_("Points")] if certificate.is_assessed else []), _("Finished")],
            "code": pgettext("protocol", "Code"),
            "check_at": _("Enter the code at"),
        },
    }
    return write_pdf(TEMPLATE, content, at=certificate.issued_at)


def _lead(certificate: Certificate) -> str:
    if certificate.is_assessed:
        return _("was assessed in the digital registration of grades, with these results:")
    return _("has practised the digital registration of grades and finished these scenarios:")


def _facts(certificate: Certificate) -> list[str]:
    mode = str(certificate.get_mode_display())
    if not certificate.session_date:
        return [mode]
    held = f"{certificate.session_title}, {date_format(certificate.session_date, 'DATE_FORMAT')}"
    return [mode, held, _("Trainer:") + " " + certificate.trainer]
