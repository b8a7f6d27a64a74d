from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format

from committees.actions.mailing import send_waiting
from committees.actions.planning import create_exam
from committees.errors import Refusal
from committees.models import Committee, Exam, Grader, Notification, User
from tests.conftest import People, confirm, confirm_all, seat, stage
from tests.factories import CommitteeFactory, ExamFactory
from tests.refusals import sentence
from tests.views.html import page_of
from tests.views.planning import exam_page, part, refused, told, url
from tests.views.queries import queries_of

# One exam: readiness, committees, seats


def obstacles(client: Client, exam: Exam) -> list[tuple[str, str]]:
    """Return each line of the readiness list with the targets of its links."""
    lists = exam_page(client, exam).all("ul", class_="list-unstyled")
    return [
        (one.text, " ".join(link["href"] for link in one.all("a")))
        for one in (lists[0].all("li") if lists else [])
    ]


def test_ready_exam_has_no_obstacles(people: People, per: Client) -> None:
    assert obstacles(per, people.exam) == []
    assert "Ready for grading." in exam_page(per, people.exam).texts("p")


def test_empty_exam_lacks_committees_and_candidates(people: People, per: Client) -> None:
    bare = ExamFactory.create(planners=[people.per])
    assert obstacles(per, bare) == [
        (
            "The exam has no committees. Add a committee · Import committees from FS",
            f"{url('planned-exam', bare)}#new-committee {reverse('import')}",
        ),
        (
            "The exam has no candidates. Add candidates · Import candidates from FS",
            f"{url('add-candidates', bare)} {reverse('import')}",
        ),
    ]


def steps(client: Client, exam: Exam) -> list[str]:
    """The steps of setting up the exam, the next one in capitals."""
    found = exam_page(client, exam).all("section", data_steps="*")
    items = found[0].all("li") if found else []
    return [one.text.upper() if one.attributes.get("aria-current") else one.text for one in items]


def test_an_exam_leads_on_from_committees_to_graders_to_candidates(people: People, per: Client) -> None:
    bare = ExamFactory.create(planners=[people.per])
    assert steps(per, bare) == ["ADD COMMITTEES", "Add graders", "Add candidates"]
    committee = CommitteeFactory.create(exam=bare, number=1)
    assert steps(per, bare) == ["Add committees (done)", "ADD GRADERS", "Add candidates"]
    Grader.objects.create(committee=committee, person=people.kari)
    assert steps(per, bare) == ["Add committees (done)", "Add graders (done)", "ADD CANDIDATES"]
    bare.candidates.create(number="10001")
    assert steps(per, bare) == []


def test_forms_of_the_next_step_are_open_and_filled_in(people: People, per: Client) -> None:
    bare = ExamFactory.create(planners=[people.per])
    assert exam_page(per, bare).one("input", id="new-number")["value"] == "1"
    CommitteeFactory.create(exam=bare, number=4)
    page = exam_page(per, bare)
    assert page.one("input", id="new-number")["value"] == "5"
    assert [one.texts("summary")[0] for one in page.all("details", open="*")] == [
        "Add a grader",
        "Add a committee",
    ]


def test_an_exam_made_by_hand_says_that_fs_may_not_know_it(people: People, per: Client) -> None:
    assert exam_page(per, people.exam).all("p", data_by_hand="*") == []
    exam = create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[], by=people.per)
    note = exam_page(per, exam).one("p", data_by_hand="*")
    assert note.one("a")["href"] == url("test-transfer", exam)


def test_obstacles_link_to_their_remedy(people: People, per: Client) -> None:
    people.exam.candidates.filter(number__in=["10002", "10003"]).update(committee=None)
    Grader.objects.filter(committee=people.two).delete()
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    empty = CommitteeFactory.create(exam=people.exam, number=3, graders=[people.vera], numbers=[])
    page, candidates = url("planned-exam", people.exam), url("planned-candidates", people.exam)
    assert obstacles(per, people.exam) == [
        ("2 candidates have no committee. Assign to a committee", f"{candidates}?committee=none"),
        (
            "The account of Kari is closed. Ask support to open it. Remove the grader",
            f"{page}#committee-{people.one.pk}",
        ),
        ("Committee 2 has no graders. Add a grader", f"{page}#committee-{people.two.pk}"),
        ("Committee 3 has no candidates. This does not block the exam. Move candidates", candidates),
    ]
    assert exam_page(per, people.exam).one("section", id=f"committee-{empty.pk}")["data-committee"] == "3"


def test_page_names_missing_confirmations(people: People, per: Client) -> None:
    confirm(people.kari, people.one)
    page = exam_page(per, people.exam)
    assert "Not yet confirmed by Ola (1), Ola (2), Ingrid (2)." in page.texts("p")
    assert [one["data-stage"] for one in page.all("section", data_committee="*")] == [
        "waiting",
        "not-started",
    ]
    assert part(page, 1).one("ul").texts("span", class_="text-secondary") == [
        "internal · has confirmed",
        "external · has not confirmed",
    ]


def test_committee_is_added(people: People, per: Client) -> None:
    response = per.post(url("new-committee", people.exam), {"number": "7", "name": "Oral C"})
    made = Committee.objects.get(number=7)
    assert response.headers["Location"] == f"{url('planned-exam', people.exam)}#committee-{made.pk}"
    assert part(exam_page(per, people.exam), 7).texts("h2") == ["Committee 7 – Oral C Not started"]


@pytest.mark.parametrize("number", ["0", "x", "", "9" * 12])
def test_invalid_committee_number_is_marked(people: People, per: Client, number: str) -> None:
    response = per.post(url("new-committee", people.exam), {"number": number})
    page = page_of(response)
    opened = page.one("details", open="*")
    assert (response.status_code, opened.texts("summary")) == (422, ["Add a committee"])
    assert opened.one("input", name="number")["aria-invalid"] == "true"
    assert people.exam.committees.count() == 2


def test_taken_committee_number_is_refused(people: People, per: Client) -> None:
    response = per.post(url("new-committee", people.exam), {"number": "2"})
    page = page_of(response)
    assert (response.status_code, page.faults) == (
        409,
        [sentence(Refusal.COMMITTEE_NUMBER_TAKEN, number=2)],
    )
    assert page.one("input", id="new-number")["value"] == "2"


def test_known_person_is_added(people: People, per: Client) -> None:
    response = per.post(url("seat", people.one), {"feide_name": "Vera", "is_external": "on"})
    assert told(per, response) == ["Vera was added to Committee 1."]
    assert (seat(people.vera, people.one).is_external, User.objects.filter(name="Vera").count()) == (True, 1)
    assert (
        "Vera external · has not confirmed Confirm on behalf Vera, Committee 1 Remove Vera, Committee 1"
        in part(exam_page(per, people.exam), 1).texts("li")
    )


def test_duplicate_and_late_graders_are_refused(people: People, per: Client) -> None:
    response = per.post(url("seat", people.one), {"feide_name": "kari@ntnu.no"})
    assert refused(response) == (
        409,
        ["Not saved yet Kari is already a grader in Committee 1."],
    )
    confirm_all(people.exam)
    response = per.post(url("seat", people.one), {"feide_name": "vera@ntnu.no"})
    told_ = "Not saved yet Committee 1 is confirmed. Reopen it before you change its graders."
    assert refused(response) == (409, [told_])
    assert people.one.graders.count() == 2


def test_removed_grader_leaves_other_confirmations_valid(people: People, per: Client) -> None:
    confirm(people.kari, people.one)
    link = part(exam_page(per, people.exam), 1).one("a", href=url("unseat", seat(people.ola, people.one)))
    assert link.text == "Remove Ola, Committee 1"
    asked = page_of(per.get(link["href"]))
    assert asked.one("div", data_effects="*").texts("li") == [
        "Ola will no longer be able to open this committee’s grades.",
        "Committee 1 will be confirmed and its grades locked immediately, because Kari has already confirmed.",
        "Ola will no longer need to confirm.",
    ]
    assert stage(people.one) == "waiting"
    assert told(per, per.post(link["href"], asked.one("main").one("form").fields)) == [
        "Ola was removed from Committee 1.",
        "All remaining graders have confirmed, so the grades are now locked.",
    ]
    assert (list(people.one.graders.values_list("person__username", flat=True)), stage(people.one)) == (
        ["kari"],
        "confirmed",
    )


def test_confirmed_committee_offers_reopening_only(people: People, per: Client) -> None:
    confirm_all(people.exam)
    shown = part(exam_page(per, people.exam), 1)
    links = [url("protocol", people.one), url("reopen", people.one)]
    assert [shown.all("form"), [one["href"] for one in shown.all("a")]] == [[], links]
    assert refused(per.post(url("unseat", seat(people.ola, people.one)))) == (
        409,
        ["Committee 1 is confirmed. Reopen it before you change its graders."],
    )


def test_queries_do_not_grow_with_committees_and_candidates(people: People, per: Client) -> None:
    page = url("planned-exam", people.exam)
    few = queries_of(per, page)
    for number in range(3, 8):
        graders = [people.kari, people.ola, people.vera]
        CommitteeFactory.create(
            exam=people.exam, number=number, graders=graders, numbers=range(number * 100, number * 100 + 60)
        )
    assert queries_of(per, page) == few


# Reopening


def test_committee_is_reopened_with_reason_and_code(people: People, per: Client) -> None:
    confirm_all(people.exam)
    form = page_of(per.get(url("reopen", people.one))).one("main").one("form")
    assert [one["value"] for one in form.all("input", name="code")] == ["FEILREG", "KLAGE", "NYINFO"]
    response = per.post(
        url("reopen", people.one), form.fields | {"code": "KLAGE", "reason": "10002 appealed"}
    )
    assert told(per, response) == ["Committee 1 has been reopened."]
    assert [stage(one) for one in (people.one, people.two)] == ["not-started", "confirmed"]
    made = people.one.reopenings.get()
    assert (made.code, made.reason, made.round) == ("KLAGE", "10002 appealed", 2)


@pytest.mark.parametrize(
    "form", [{}, {"code": "KLAGE", "reason": " "}, {"reason": "why"}, {"code": "X", "reason": "why"}]
)
def test_reopening_needs_reason_and_code(people: People, per: Client, form: dict[str, str]) -> None:
    confirm_all(people.exam)
    response = per.post(url("reopen", people.one), form)
    assert (response.status_code, bool(page_of(response).faults)) == (422, True)
    assert stage(people.one) == "confirmed"


def test_unconfirmed_committee_cannot_be_reopened(people: People, per: Client) -> None:
    response = per.post(url("reopen", people.one), {"code": "KLAGE", "reason": "why"})
    assert refused(response) == (
        409,
        [sentence(Refusal.NOT_CONFIRMED, committee="Committee 1")],
    )
    assert people.one.reopenings.count() == 0


# Reminders


def mails(client: Client, exam: Exam) -> list[str]:
    """Return the delivery status of reminders and invitations on the exam's page."""
    return exam_page(client, exam).one("section", data_mails="").texts("li")


def test_reminder_is_queued_until_sent(people: People, per: Client, mailoutbox: list[EmailMessage]) -> None:
    confirm(people.kari, people.one)
    response = per.post(url("remind", people.exam))
    assert told(per, response) == ["A reminder will be sent to Ingrid, Ola."]
    queued = ["Reminder to Ingrid: queued", "Reminder to Ola: queued"]
    assert (sorted(mails(per, people.exam)), mailoutbox) == (queued, [])
    send_waiting()
    sent_at = Notification.objects.latest("sent_at").sent_at
    assert sent_at
    at = time_format(timezone.localtime(sent_at))
    sent = [f"Reminder to Ingrid: sent {at}", f"Reminder to Ola: sent {at}"]
    assert sorted(mails(per, people.exam)) == sent
    reminder = next(one for one in mailoutbox if one.to == ["ingrid@example.org"])
    assert (reminder.subject, reminder.reply_to) == (
        "Reminder: grading of TDT4100 Programming",
        ["per@example.org"],
    )
    assert (
        "Per reminds you that you still have grading to finish: TDT4100 Programming, Committee 2."
        in reminder.body
    )
    assert f"Reminder to Ingrid: sent {at}" in page_of(per.get(url("exam-log", people.exam))).one("main").text


def test_page_shows_why_a_mail_failed_and_the_next_try(people: People, per: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    User.objects.filter(pk=people.ingrid.pk).update(email="")
    assert per.post(url("remind", people.exam)).status_code == 302
    send_waiting()
    next_attempt = people.ola.notifications.get().mail_after
    at = time_format(timezone.localtime(next_attempt))
    failed = f"could not be sent: the mail server did not answer. Next attempt {at}"
    assert sorted(mails(per, people.exam)) == [
        "Reminder to Ingrid: not sent: no e-mail address",
        f"Reminder to Kari: {failed}",
        f"Reminder to Ola: {failed}",
    ]


def test_invitation_is_queued_or_lacks_an_address(people: People, per: Client) -> None:
    for name, address in (("new@uio.no", "new@uio.no"), ("other@uio.no", "")):
        given = {"name": name, "feide_name": name, "email": address, "is_external": "on"}
        assert per.post(url("invite", people.two), given).status_code == 302
    assert mails(per, people.exam) == [
        "Invitation to other@uio.no: not sent: no e-mail address",
        "Invitation to new@uio.no: queued",
    ]


def test_second_reminder_within_an_hour_is_refused(people: People, per: Client) -> None:
    per.post(url("remind", people.exam))
    assert refused(per.post(url("remind", people.exam))) == (
        409,
        [sentence(Refusal.REMINDED_RECENTLY)],
    )
    assert people.exam.log.filter(action="graders.reminded").count() == 1


def test_no_reminder_once_all_confirmed(people: People, per: Client) -> None:
    link = url("remind", people.exam)
    assert len(exam_page(per, people.exam).all("a", href=link)) == 1
    confirm_all(people.exam)
    assert exam_page(per, people.exam).all("a", href=link) == []
    assert refused(per.post(url("remind", people.exam))) == (
        409,
        [sentence(Refusal.NOBODY_TO_REMIND)],
    )


def test_grader_without_address_is_named(people: People, per: Client) -> None:
    User.objects.filter(pk=people.ola.pk).update(email="")
    assert told(per, per.post(url("remind", people.exam))) == [
        "A reminder will be sent to Ingrid, Kari.",
        "We have no e-mail address for Ola. Add one on the exam’s page.",
    ]
