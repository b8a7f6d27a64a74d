"""Certificates: issued by the register, checked by code, kept after the session, deleted on request."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.training.conftest import client_of
from training.actions import delete_sessions, remove_trainee, rename_trainee
from training.certificates import find_certificate, find_document, issue
from training.models import Certificate, Run, Trainee, TrainingSession


@pytest.fixture
def certificate(start_run: Callable[..., Run], lise: Trainee) -> Certificate:
    """Lise's certificate with one scenario."""
    start_run(lise, "first-exam")
    lise.runs.update(completed_at=timezone.now())
    issued = issue(lise)
    assert issued is not None
    return issued


def check(code: str) -> str:
    return Client().post(reverse("check-protocol"), {"code": code}, follow=True).content.decode()


def test_nothing_finished_nothing_certified(start_run: Callable[..., Run], lise: Trainee) -> None:
    start_run(lise, "first-exam")
    assert (issue(lise), Certificate.objects.count()) == (None, 0)


def test_code_stays_when_it_is_issued_again(certificate: Certificate, lise: Trainee) -> None:
    again = issue(lise)
    assert (again and again.code, Certificate.objects.count()) == (certificate.code, 1)


def test_code_is_checked_where_protocols_are(certificate: Certificate) -> None:
    page = check(certificate.code.lower().replace("-", " "))
    assert ("data-certificate" in page, "Lise" in page, "Autumn training" in page) == (True, True, True)
    assert "data-certificate" not in check("GC-0000-0000-0000")


def test_code_is_on_the_certificate(certificate: Certificate, lise: Trainee) -> None:
    page = client_of(lise).get(reverse("certificate", args=[lise.pk])).content.decode()
    assert certificate.code in page


def test_certificate_outlives_its_session(certificate: Certificate, hall: TrainingSession) -> None:
    delete_sessions([hall.pk])
    certificate.refresh_from_db()
    assert (certificate.trainee, certificate.name, find_document(certificate.code) is None) == (
        None,
        "Lise",
        False,
    )


def test_certificate_follows_the_name(certificate: Certificate, lise: Trainee) -> None:
    rename_trainee(lise, "Lise Moe")
    certificate.refresh_from_db()
    assert certificate.name == "Lise Moe"


def test_removed_trainee_has_no_certificate(certificate: Certificate, lise: Trainee) -> None:
    remove_trainee(lise)
    assert find_certificate(certificate.code) is None


def test_holder_deletes_the_certificate(certificate: Certificate, lise: Trainee, accounts: Any) -> None:
    nina, address = Client(), reverse("delete-certificate", args=[lise.pk])
    nina.force_login(accounts.nina)
    assert nina.post(address).status_code == 404
    assert client_of(lise).post(address).status_code == 302
    assert find_certificate(certificate.code) is None


def test_support_deletes_a_certificate(certificate: Certificate) -> None:
    call_command("delete_certificate", certificate.code, stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("delete_certificate", certificate.code)


@pytest.mark.slow
def test_certificate_as_pdf(certificate: Certificate, lise: Trainee) -> None:
    answer = client_of(lise).get(reverse("certificate-pdf", args=[lise.pk]))
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="certificate-lise.pdf"'
