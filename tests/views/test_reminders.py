"""Preview of reminders, and reminders for several exams."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from committees.actions.mailing import send_waiting
from committees.actions.reminding import remind_graders
from committees.errors import Refusal
from committees.models import LogEntry, Notification, User
from tests.conftest import People, confirm, grade
from tests.factories import CommitteeFactory, ExamFactory
from tests.refusals import sentence
from tests.views.html import page_of
from tests.views.planning import refused, told, url
from tests.views.queries import queries_of

SEVERAL = reverse("remind-exams")


def test_preview_shows_recipients_and_contents(people: People, per: Client) -> None:
    grade(people.kari, people.one, c10001="A")
    confirm(people.kari, people.one)
    User.objects.filter(pk=people.ingrid.pk).update(email="")
    page = page_of(per.get(url("remind", people.exam)))
    two = "Committee 2: 0 of 2 candidates graded, confirmation missing"
    assert page.cells == [
        ["Ingrid", "no e-mail address", two, "never"],
        [
            "Ola",
            "ola@example.org",
            f"Committee 1: 1 of 3 candidates graded, confirmation missing {two}",
            "never",
        ],
    ]
    assert LogEntry.objects.filter(action="graders.reminded").count() == 0


def test_preview_shows_the_last_reminder(
    people: People, sign_in: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(people.ola, people.one)
    remind_graders(people.exam, by=people.per)
    start = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: start + timedelta(days=2))
    confirm(people.ingrid, people.two)
    per = sign_in(people.per)
    rows = page_of(per.get(url("remind", people.exam))).cells
    assert [(row[0], row[3]) for row in rows] == [("Kari", "2 days ago"), ("Ola", "2 days ago")]
    section = page_of(per.get("/plan/")).one("section", data_exam="TDT4100")
    assert "Last reminded 2 days ago" in section.texts("p")


def test_reminders_are_sent_as_previewed(people: People, per: Client) -> None:
    address = url("remind", people.exam)
    form = page_of(per.get(address)).one("main").one("form").fields
    confirm(people.kari, people.one)
    response = per.post(address, form)
    assert refused(response) == (409, [sentence(Refusal.REMINDERS_STALE)])
    assert Notification.objects.filter(kind="reminded").count() == 0
    assert told(per, per.post(address, page_of(response).one("main").one("form").fields)) == [
        "A reminder will be sent to Ingrid, Ola."
    ]


def test_several_exams_are_reminded_at_once(people: People, per: Client) -> None:
    boxes = page_of(per.get("/plan/")).all("input", name="exam")
    page = page_of(per.get(SEVERAL, {"exam": [one["value"] for one in boxes]}))
    assert [one["data-exam"] for one in page.all("section", data_exam="*")] == ["LUP1001", "TDT4100"]
    hidden = page.one("main").one("form")
    sent = {"shown": hidden.fields["shown"], "exam": [one["value"] for one in hidden.all(name="exam")]}
    assert told(per, per.post(SEVERAL, sent)) == ["A reminder will be sent to Ingrid, Kari, Ola."]
    entries = LogEntry.objects.filter(action="graders.reminded")
    assert {one.exam.emnekode for one in entries} == {"LUP1001", "TDT4100"}


def test_exams_that_need_no_reminder_are_left_out_with_the_reason(people: People, per: Client) -> None:
    remind_graders(people.exam, by=people.per)
    chosen = {"exam": [people.exam.pk, people.pass_exam.pk]}
    page = page_of(per.get(SEVERAL, chosen))
    assert sentence(Refusal.REMINDED_RECENTLY) in page.one("section", data_exam="TDT4100").texts("p")
    assert told(per, per.post(SEVERAL, chosen)) == ["A reminder will be sent to Kari."]
    assert people.exam.log.filter(action="graders.reminded").count() == 1
    assert refused(per.post(SEVERAL, chosen)) == (409, [sentence(Refusal.REMINDED_RECENTLY)])


def test_exams_of_others_are_404(people: People, per: Client) -> None:
    assert per.get(SEVERAL, {"exam": people.exam.pk}).status_code == 200
    assert per.get(SEVERAL, {"exam": [people.exam.pk, people.other.pk]}).status_code == 404
    assert per.get(SEVERAL, {"exam": "x"}).status_code == 404
    assert told(per, per.get(SEVERAL)) == [sentence(Refusal.NO_EXAM_CHOSEN)]


def test_one_and_three_exams_take_the_same_queries(people: People, per: Client) -> None:
    exams = [people.exam.pk]
    first = queries_of(per, f"{SEVERAL}?exam={people.exam.pk}")
    for number in (1, 2):
        exam = ExamFactory.create(planners=[people.per])
        CommitteeFactory.create(exam=exam, number=1, graders=[people.kari], numbers=[str(number)])
        exams.append(exam.pk)
    query = "&".join(f"exam={pk}" for pk in exams)
    assert queries_of(per, f"{SEVERAL}?{query}") == first


def test_mail_has_exam_committee_deadline_missing_grades_and_link(
    people: People, per: Client, mailoutbox: list[EmailMessage], settings: object
) -> None:
    grade(people.kari, people.one, c10001="A", c10002="A", c10003="A")
    remind_graders(people.exam, by=people.per)
    send_waiting()
    mail = next(one for one in mailoutbox if one.to == ["ola@example.org"])
    assert mail.subject == "Reminder: grading of TDT4100 Programming"
    lines = str(mail.body).splitlines()
    assert f"Grading deadline: {date_format(people.exam.deadline)}" in lines
    at = lines.index("Committee 1: all candidates graded, confirmation missing")
    assert lines[at + 1].endswith(f"/committees/{people.one.pk}/")
    assert "Committee 2: 0 of 2 candidates graded, confirmation missing" in lines


def test_reminders_of_two_exams_are_one_mail(people: People, mailoutbox: list[EmailMessage]) -> None:
    remind_graders(people.exam, by=people.per)
    remind_graders(people.pass_exam, by=people.per)
    send_waiting()
    mail = next(one for one in mailoutbox if one.to == ["kari@example.org"])
    assert (mail.subject, mail.reply_to) == ("Reminder: grading of 2 exams", ["per@example.org"])
