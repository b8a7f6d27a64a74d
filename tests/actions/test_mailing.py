"""Mails: contents, times, and that none is sent twice."""

import signal
import smtplib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language

from committees.actions.deleting import cancel_exam
from committees.actions.graders import add_grader
from committees.actions.mailing import claim, forget_old, forget_waiting, send_waiting
from committees.actions.notifications import mark_read
from committees.actions.reminding import remind_graders
from committees.enums import MailFrequency
from committees.management.commands import send_notifications
from committees.models import Exam, Notification, User
from tests.conftest import People, confirm, grade

Later = Callable[..., None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Let this much time pass."""
    now = timezone.now

    def pass_by(**time: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(**time))

    return pass_by


@pytest.fixture
def told(people: People) -> People:
    """Kari, who has confirmed, has a notice of a change; vera of a seat."""
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="A")
    add_grader(people.two, people.vera, is_external=True, by=people.per)
    return people


def receivers(mails: list[EmailMessage]) -> list[str]:
    return sorted(address for mail in mails for address in mail.to)


# Contents


def test_mail_has_sentence_and_link(told: People, mailoutbox: list[EmailMessage], settings: Any) -> None:
    settings.SITE_URL = "https://grades.example"
    send_waiting()
    mail = next(one for one in mailoutbox if one.to == ["kari@example.org"])
    assert mail.subject == "Grades changed after you confirmed"
    assert mail.body == (
        "Hello Kari,\n\n"
        "Ola changed a grade after you confirmed: TDT4100 Programming, Committee 1. "
        "You may need to confirm again.\n"
        f"https://grades.example/committees/{told.one.pk}/\n\n"
        "All notices: https://grades.example/notices/\n"
        "E-mail settings: https://grades.example/settings/\n"
    )


def test_mail_about_a_cancelled_exam_has_the_reason(people: People, mailoutbox: list[EmailMessage]) -> None:
    cancel_exam(people.exam, reason="Held in June instead", by=people.per)
    send_waiting()
    mail = next(one for one in mailoutbox if one.to == ["kari@example.org"])
    assert str(mail.body).splitlines()[2:4] == [
        "Per cancelled the exam: TDT4100 Programming. There is nothing left for you to grade.",
        "Reason: Held in June instead",
    ]


def test_several_notices_are_one_mail(told: People, mailoutbox: list[EmailMessage]) -> None:
    add_grader(told.two, told.kari, is_external=False, by=told.per)
    send_waiting()
    mail = next(one for one in mailoutbox if one.to == ["kari@example.org"])
    assert (len(mailoutbox), mail.subject, str(mail.body).count("/committees/")) == (
        2,
        "2 notices about grading",
        2,
    )


def test_mail_is_in_the_language_of_the_recipient(
    told: People, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.LANGUAGE_CODE = "nb"  # of who has chosen none
    User.objects.filter(pk=told.kari.pk).update(language="nn")
    monkeypatch.setattr(Notification, "sentence", property(lambda _notice: get_language()))
    send_waiting()
    spoken = {mail.to[0]: str(mail.body).split("\n")[2] for mail in mailoutbox}
    assert spoken == {"kari@example.org": "nn", "vera@example.org": "nb"}


def test_mail_is_in_the_language_used_last(
    told: People, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    told.kari.set_password("a-password-of-kari")
    told.kari.save()
    client = Client(headers={"accept-language": "nn"})
    client.post("/sign-in/", {"username": "kari", "password": "a-password-of-kari"})
    User.objects.filter(pk=told.vera.pk).update(language="en")
    grade(told.ola, told.one, c10003="B")
    monkeypatch.setattr(Notification, "sentence", property(lambda _notice: get_language()))
    send_waiting()
    spoken = {mail.to[0]: str(mail.body).split("\n")[2] for mail in mailoutbox}
    assert spoken["kari@example.org"] == "nn"


# Times


def test_notices_are_mailed_once(told: People, mailoutbox: list[EmailMessage]) -> None:
    assert [send_waiting().mails, send_waiting().mails] == [2, 0]
    grade(told.ola, told.one, c10002="B")
    assert (send_waiting().mails, receivers(mailoutbox)) == (0, ["kari@example.org", "vera@example.org"])


def test_daily_mail_waits_a_day(told: People, mailoutbox: list[EmailMessage], later: Later) -> None:
    User.objects.filter(pk=told.vera.pk).update(mail_frequency=MailFrequency.DAILY)
    send_waiting()
    add_grader(told.one, told.vera, is_external=True, by=told.per)
    found = []
    for hours in (1, 23, 25):
        later(hours=hours)
        found.append(send_waiting().mails)
    assert found == [0, 0, 1]


@pytest.mark.parametrize(
    "change", [{"mail_frequency": MailFrequency.NEVER}, {"email": ""}, {"is_active": False}]
)
def test_no_mail_without_address_or_consent(
    told: People, mailoutbox: list[EmailMessage], change: dict[str, Any]
) -> None:
    User.objects.filter(pk=told.kari.pk).update(**change)
    send_waiting()
    assert receivers(mailoutbox) == ["vera@example.org"]


def test_read_notices_are_not_mailed(told: People, mailoutbox: list[EmailMessage]) -> None:
    mark_read(Notification.objects.filter(person=told.kari))
    send_waiting()
    assert receivers(mailoutbox) == ["vera@example.org"]


def test_outdated_notices_are_not_mailed(told: People, later: Later) -> None:
    later(days=3, minutes=1)
    assert send_waiting().mails == 0


def test_waiting_notices_can_be_dropped_after_a_restore(told: People) -> None:
    out = StringIO()
    call_command("send_notifications", "--forget-waiting", stdout=out)
    assert (out.getvalue(), send_waiting().mails) == ("2 notices will not be mailed.\n", 0)
    assert forget_waiting() == 0


def test_notices_older_than_a_year_are_deleted(told: People, later: Later) -> None:
    later(days=364)
    forget_old()
    assert Notification.objects.count() == 2
    later(days=366)
    forget_old()
    assert Notification.objects.count() == 0


# Sent once


def test_crash_between_marking_and_sending_sends_nothing(
    told: People, mailoutbox: list[EmailMessage]
) -> None:
    assert [one.person for one in claim(told.kari.pk)] == [told.kari]
    send_waiting()
    assert receivers(mailoutbox) == ["vera@example.org"]


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_send_each_mail_once(people: People, mailoutbox: list[EmailMessage]) -> None:
    for person in (people.kari, people.ola, people.ingrid, people.nina, people.petra):
        for committee in people.exam.committees.exclude(graders__person=person):
            add_grader(committee, person, is_external=False, by=people.per)
    start = threading.Barrier(4)

    def work() -> int:
        start.wait(30)
        try:
            return send_waiting().mails
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        sent = [one.result(60) for one in [workers.submit(work) for _number in range(4)]]
    wanted = sorted(f"{name}@example.org" for name in ("kari", "ingrid", "nina", "petra"))
    assert (sum(sent), receivers(mailoutbox)) == (4, wanted)


# Failing mail servers


class Server(EmailBackend):
    """A mail server that fails with `fault`: the method, and the exception."""

    fault: tuple[str, Exception] = ("", OSError())

    def open(self) -> bool:
        if self.fault[0] == "open":
            raise self.fault[1]
        return True

    def send_messages(self, messages: Any) -> int:
        if self.fault[0] == "send":
            raise self.fault[1]
        return super().send_messages(messages)


def broken(monkeypatch: pytest.MonkeyPatch, settings: Any, where: str, fault: Exception) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr(Server, "fault", (where, fault))


REFUSALS = {
    "down": ("open", ConnectionRefusedError()),
    "no-entry": ("open", smtplib.SMTPAuthenticationError(535, b"No")),
    "refused": ("send", smtplib.SMTPRecipientsRefused({})),
    "full": ("send", smtplib.SMTPDataError(452, b"Full")),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_unsent_mail_is_retried_with_growing_pauses(
    told: People,
    mailoutbox: list[EmailMessage],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    later: Later,
    name: str,
) -> None:
    broken(monkeypatch, settings, *REFUSALS[name])
    found = []
    for minutes in (0, 0.5, 1.1, 2.5, 3.2, 5.5, 7.3):
        later(minutes=minutes)
        found.append(send_waiting().requeued)
    assert (found, mailoutbox) == ([2, 0, 2, 0, 2, 0, 2], [])
    broken(monkeypatch, settings, "", OSError())
    later(hours=1)
    assert (send_waiting().mails, len(mailoutbox)) == (2, 2)


def test_possibly_sent_mail_is_not_retried(
    told: People, settings: Any, monkeypatch: pytest.MonkeyPatch, later: Later
) -> None:
    broken(monkeypatch, settings, "send", smtplib.SMTPServerDisconnected())
    send_waiting()
    later(hours=7)
    assert (send_waiting().mails, Notification.objects.filter(mailed_at=None).count()) == (0, 0)


def test_undeliverable_mail_is_given_up(
    told: People, settings: Any, monkeypatch: pytest.MonkeyPatch, later: Later
) -> None:
    broken(monkeypatch, settings, "send", smtplib.SMTPRecipientsRefused({}))
    tries = []
    for hours in range(71):
        later(hours=hours)
        tries.append(send_waiting().requeued)
    assert sum(tries) == 20


def test_faulty_mail_does_not_block_others(
    told: People, mailoutbox: list[EmailMessage], later: Later
) -> None:
    User.objects.filter(pk=told.kari.pk).update(email="kari@example.org\nBcc: all@example.org")
    send_waiting()
    assert receivers(mailoutbox) == ["vera@example.org"]
    assert status(told.kari).startswith("could not be sent: the e-mail could not be created.")
    User.objects.filter(pk=told.kari.pk).update(email="kari@example.org")
    later(minutes=2)
    send_waiting()
    assert receivers(mailoutbox) == ["kari@example.org", "vera@example.org"]


# Delivery status


def status(person: User) -> str:
    return Notification.objects.select_related("person").get(person=person).mail_status


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "queued"),
        ({"email": ""}, "not sent: no e-mail address"),
        ({"mail_frequency": MailFrequency.NEVER}, "not sent: the recipient has turned off e-mail"),
        ({"is_active": False}, "not sent: the account is closed"),
    ],
)
def test_unsent_mail_has_a_reason(told: People, change: dict[str, Any], expected: str) -> None:
    User.objects.filter(pk=told.kari.pk).update(**{"name": "Kari"} | change)
    assert status(told.kari) == expected


def test_mail_is_sent_once_accepted_by_the_server(told: People, later: Later) -> None:
    claim(told.kari.pk)
    assert status(told.kari) == "being sent"
    later(minutes=11)
    assert status(told.kari) == "possibly not sent"
    send_waiting()
    sent = Notification.objects.get(person=told.vera).sent_at
    assert sent
    assert status(told.vera).endswith(time_format(timezone.localtime(sent)))


def test_mail_without_an_answer_is_not_known_to_be_sent(
    told: People, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, settings, "send", smtplib.SMTPServerDisconnected())
    send_waiting()
    problem = "the mail server stopped answering during sending"
    assert status(told.kari) == f"possibly not sent: {problem}"


def test_abandoned_mail_has_a_state(
    told: People, settings: Any, monkeypatch: pytest.MonkeyPatch, later: Later
) -> None:
    broken(monkeypatch, settings, "open", ConnectionRefusedError())
    send_waiting()
    later(days=4)
    assert status(told.kari) == "could not be sent: the mail server did not answer"


def test_reminder_after_confirming_is_not_mailed(people: People, mailoutbox: list[EmailMessage]) -> None:
    remind_graders(people.exam, by=people.per)
    confirm(people.kari, people.one)
    send_waiting()
    assert receivers(mailoutbox) == ["ingrid@example.org", "ola@example.org"]
    reminder = Notification.objects.select_related("person").get(person=people.kari, kind="reminded")
    assert reminder.mail_status == "not sent: already read in gradereg"


@pytest.mark.parametrize("pace", MailFrequency.values)
def test_reminder_is_mailed_at_once_despite_preferences(
    people: People, mailoutbox: list[EmailMessage], pace: str
) -> None:
    add_grader(people.two, people.kari, is_external=False, by=people.per)
    send_waiting()
    mailoutbox.clear()
    User.objects.update(mail_frequency=pace)
    remind_graders(people.exam, by=people.per)
    send_waiting()
    assert receivers(mailoutbox) == ["ingrid@example.org", "kari@example.org", "ola@example.org"]


# The command


def test_command_checks_deadlines_and_mails(told: People, mailoutbox: list[EmailMessage]) -> None:
    Exam.objects.filter(pk=told.pass_exam.pk).update(deadline=timezone.localdate())
    out = StringIO()
    call_command("send_notifications", stdout=out)
    call_command("send_notifications", stdout=out)
    assert (out.getvalue(), len(mailoutbox)) == ("2 mails sent, 0 to be tried again.\n", 2)
    assert Notification.objects.filter(kind="deadline-near").count() == 1


def test_worker_runs_until_stopped(told: People, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds, before = [], signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(send_notifications, "close_old_connections", lambda: None)

    def a_round(_command: Any) -> None:
        rounds.append(1)
        if len(rounds) == 3:
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(send_notifications.Command, "_round", a_round)
    monkeypatch.setattr(threading.Event, "wait", lambda self, _pause: self.is_set())
    call_command("send_notifications", "--every", "1")
    signal.signal(signal.SIGTERM, before)
    assert len(rounds) == 3
