from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.actions.confirmation import reopen_committee
from committees.actions.graders import add_grader
from committees.enums import ChangeCode, NotificationKind
from committees.models import Notification, User
from committees.templatetags.notifications import picture
from gradereg.icons import icon
from tests.conftest import People, confirm, confirm_all, grade
from tests.factories import CommitteeFactory
from tests.views.html import HTMX, Element, page_of
from tests.views.queries import queries_of

PAGE = "/notices/"


@pytest.fixture
def kari(people: People, sign_in: Callable[[User], Client]) -> Client:
    """Kari's client; she has confirmed, and ola has changed a grade."""
    confirm(people.kari, people.one)
    grade(people.ola, people.one, c10001="A")
    return sign_in(people.kari)


def main(client: Client, url: str = PAGE) -> Element:
    return page_of(client.get(url)).one("main")


def bell(client: Client, url: str = "/grade/") -> str:
    """Return the accessible name of the bell."""
    link = page_of(client.get(url)).one("a", href=PAGE)
    return " ".join(link.texts(class_="visually-hidden"))


@pytest.mark.parametrize("kind", NotificationKind.values)
def test_each_kind_has_a_picture(kind: str) -> None:
    assert icon(picture(Notification(kind=kind)))


# The bell


def test_bell_shows_the_number_unread(people: People, kari: Client) -> None:
    found = [bell(kari)]
    add_grader(people.two, people.kari, is_external=False, by=people.per)
    found.append(bell(kari))
    kari.post(reverse("read-notifications"))
    assert [*found, bell(kari)] == ["Notices 1 unread", "Notices 2 unread", "Notices"]


def test_fragments_count_nothing(people: People, kari: Client) -> None:
    before = [queries_of(kari, f"/committees/{people.one.pk}/live/", headers=HTMX)]
    Notification.objects.all().delete()
    assert [queries_of(kari, f"/committees/{people.one.pk}/live/", headers=HTMX)] == before


# The page


def test_notices_are_grouped_by_day_newest_first(people: People, kari: Client) -> None:
    Notification.objects.update(at=timezone.now() - timedelta(days=1))
    add_grader(people.two, people.kari, is_external=False, by=people.per)
    page = main(kari)
    days = [
        (section.texts("h2"), section.texts("span", class_="notice-sentence"))
        for section in page.all("section")
    ]
    assert [heads[0].split(",")[0] for heads, _said in days] == ["Today", "Yesterday"]
    assert [said for _heads, said in days] == [
        ["Per added you as a grader: TDT4100 Programming, Committee 2."],
        [
            "Ola changed a grade after you confirmed: TDT4100 Programming, Committee 1. "
            "You may need to confirm again."
        ],
    ]


def test_opened_notice_is_read(people: People, kari: Client) -> None:
    form = main(kari).one("form", action=reverse("open-notification", args=[Notification.objects.get().pk]))
    assert form.texts("span", class_="tag tag-info") == ["Unread"]
    response = kari.post(form["action"])
    assert response.headers["Location"] == f"/committees/{people.one.pk}/"
    assert (bell(kari), main(kari).texts("span", class_="tag tag-info")) == ("Notices", [])


def test_viewing_the_list_marks_nothing(kari: Client) -> None:
    main(kari)
    assert bell(kari) == "Notices 1 unread"


def test_mark_all_applies_to_own_notices_only(people: People, kari: Client) -> None:
    add_grader(people.one, people.vera, is_external=True, by=people.per)
    page = page_of(kari.post(reverse("read-notifications"), follow=True)).one("main")
    assert page.texts(data_message="*") == ["All notices have been marked as read."]
    assert page.all("form", action=reverse("read-notifications")) == []
    assert [one.person for one in Notification.objects.unread()] == [people.vera]


def test_reason_is_shown(people: People, kari: Client) -> None:
    confirm_all(people.exam)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    assert main(kari).texts("span", class_="notice-reason") == ["Reason: An appeal"]


def test_empty_list_describes_notices(people: People, sign_in: Callable[[User], Client]) -> None:
    page = main(sign_in(people.vera))
    assert (page.texts("h2"), page.all("form")) == (["Nothing yet"], [])


def test_notices_are_paginated_without_more_queries(people: People, kari: Client) -> None:
    few = queries_of(kari, PAGE)
    for number in range(40):
        committee = CommitteeFactory.create(exam=people.exam, number=100 + number)
        add_grader(committee, people.kari, is_external=False, by=people.per)
    assert queries_of(kari, PAGE) == few
    found = [len(main(kari, f"{PAGE}?page={number}").all("li")) for number in (1, 2)]
    assert found == [30, 11]
