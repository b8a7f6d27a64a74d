from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from fs.models import FsExam, Registration
from fs.registry import deliver, learn

pytestmark = pytest.mark.django_db

KEY = "194;TDT4100;1;MUNTLIG;VÅR;2026"
OTHER_KEY = "194;TDT4110;1;MUNTLIG;VÅR;2026"


def keys_of(user: Any) -> set[str]:
    """Return the key of the exam that these planners plan."""
    return {KEY}


def every_key(user: Any) -> set[str]:
    return set(FsExam.objects.values_list("key", flat=True))


def client_of(username: str, *, is_planner: bool = False) -> Client:
    user = get_user_model().objects.create_user(
        username=username,
        password="demo",
        name=username.title(),
        feide_name=f"{username}@ntnu.no",
        is_planner=is_planner,
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.FS_KEYS_OF = "tests.fs.test_views.keys_of"
    settings.HOME_REALM = "ntnu.no"


@pytest.fixture
def sofie() -> Client:
    return client_of("sofie")


@pytest.fixture
def planner() -> Client:
    return client_of("pia", is_planner=True)


@pytest.fixture
def exam() -> FsExam:
    learn("candidates", f"sofie;{KEY};10001;1;\nemil;{KEY};10002;1;\n".encode())
    return FsExam.objects.get(key=KEY)


@pytest.fixture
def stranger() -> FsExam:
    learn("candidates", f"sofie;{OTHER_KEY};20001;1;\n".encode())
    return FsExam.objects.get(key=OTHER_KEY)


def result(number: int, karakter: str, change: str = "", key: str = KEY) -> bytes:
    return f"{key};{number};1;{karakter};{change}\n".encode()


def numbers(rows: Any) -> list[str]:
    return [row.kandidatlopenr for row in rows]


# Studentweb


def test_sign_in_is_required(client: Client) -> None:
    for path in ["/studentweb/", "/fs/", "/fs/1/"]:
        assert client.get(path).headers["Location"] == f"{reverse('sign-in')}?next={path}"


def test_student_without_exams_reads_when_grades_appear(sofie: Client) -> None:
    page = sofie.get(reverse("fs:studentweb"))
    assert (page.context["results"], page.context["pending"]) == ([], [])
    assert page.content.count(b"Grades appear here once the grading is confirmed and registered in FS.") == 1


def test_exam_without_a_result_is_listed(sofie: Client, exam: FsExam) -> None:
    page = sofie.get(reverse("fs:studentweb"))
    assert (page.context["results"], numbers(page.context["pending"])) == ([], ["10001"])
    assert page.content.count(b"No result yet") == 1


def test_student_sees_own_results_only(sofie: Client, exam: FsExam) -> None:
    deliver("a.txt", result(10001, "A") + result(10002, "E"))
    page = sofie.get(reverse("fs:studentweb"))
    assert (numbers(page.context["results"]), page.context["pending"]) == (["10001"], [])
    assert (page.content.count("A – excellent".encode()), page.content.count(b"sufficient")) == (1, 0)


def test_refused_grade_is_not_shown(sofie: Client, exam: FsExam) -> None:
    deliver("a.txt", result(10001, "Pass"))
    assert sofie.get(reverse("fs:studentweb")).context["results"] == []


def test_grade_and_change_are_shown_in_words(sofie: Client, exam: FsExam) -> None:
    deliver("a.txt", result(10001, "Ikke bestått"))
    deliver("b.txt", result(10001, "Bestått", "KLAGE"))
    page = sofie.get(reverse("fs:studentweb")).content.decode()
    assert (page.count(">Pass<"), page.count("Changed after an appeal")) == (1, 1)


def test_registrations_without_a_person_are_hidden(exam: FsExam) -> None:
    Registration.objects.update(brukernavn="")
    user = get_user_model().objects.create_user(username="invited", password="demo", feide_name=None)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("fs:studentweb")).context["pending"] == []


# Results in FS


@pytest.mark.parametrize("route", ["fs:exams", "fs:exam"])
def test_fs_pages_are_for_planners_only(sofie: Client, exam: FsExam, route: str) -> None:
    url = reverse(route, args=[exam.pk] if route == "fs:exam" else [])
    assert sofie.get(url).status_code == 403


def test_planner_sees_own_exams_with_counts(planner: Client, exam: FsExam, stranger: FsExam) -> None:
    deliver("a.txt", result(10001, "A"))
    rows = planner.get(reverse("fs:exams")).context["exams"]
    assert [(row.key, row.candidates, row.results) for row in rows] == [(KEY, 2, 1)]


def test_exams_are_paginated(planner: Client, settings: Settings) -> None:
    keys = [f"194;TDT{number};1;MUNTLIG;VÅR;2026" for number in range(4100, 4151)]
    learn("candidates", "".join(f"sofie;{key};10001;1;\n" for key in keys).encode())
    settings.FS_KEYS_OF = "tests.fs.test_views.every_key"
    pages = [planner.get(reverse("fs:exams"), {"page": number}).context["exams"] for number in (1, 2)]
    assert [row.key for page in pages for row in page] == keys
    assert [(len(page), {row.candidates for row in page}) for page in pages] == [(50, {1}), (1, {1})]


def test_planner_without_exams_reads_how_exams_arrive(planner: Client) -> None:
    assert planner.get(reverse("fs:exams")).content.count(b"None of your exams are in FS") == 1


def test_exam_page_shows_results_and_files_with_receipts(planner: Client, exam: FsExam) -> None:
    deliver("grades-1.txt", result(10001, "A") + result(99, "B"))
    page = planner.get(reverse("fs:exam", args=[exam.pk]))
    assert [(row.kandidatlopenr, row.karakter) for row in page.context["registrations"]] == [
        ("10001", "A"),
        ("10002", ""),
    ]
    assert [file.name for file in page.context["files"]] == ["grades-1.txt"]
    assert page.content.count(b"Candidate 99 is not registered for this exam in FS.") == 1


def test_exam_of_other_planners_is_404(planner: Client, stranger: FsExam) -> None:
    assert planner.get(reverse("fs:exam", args=[stranger.pk])).status_code == 404


def test_file_with_other_exams_is_hidden(planner: Client, exam: FsExam, stranger: FsExam) -> None:
    deliver("both.txt", result(10001, "A") + result(20001, "B", key=OTHER_KEY))
    assert list(planner.get(reverse("fs:exam", args=[exam.pk])).context["files"]) == []


@pytest.mark.parametrize("route", ["fs:exams", "fs:exam", "fs:studentweb"])
def test_queries_do_not_grow_with_rows(planner: Client, route: str) -> None:
    learn("candidates", "".join(f"pia;{KEY};{number};1;\n" for number in (1, 2, 3)).encode())
    url = reverse(route, args=[FsExam.objects.get().pk] if route == "fs:exam" else [])
    counts = []
    for number in (1, 2, 3):
        deliver(f"{number}.txt", result(number, "A"))
        with CaptureQueriesContext(connection) as queries:
            planner.get(url)
        counts.append(len(queries))
    assert counts == counts[:1] * 3


# Registrations, for the simulation


def test_candidate_can_be_withdrawn_and_restored(planner: Client, exam: FsExam) -> None:
    registration = Registration.objects.get(kandidatlopenr="10001")
    page = planner.post(reverse("fs:withdraw", args=[registration.pk]), follow=True)
    assert page.redirect_chain == [(reverse("fs:exam", args=[exam.pk]), 302)]
    assert [str(message) for message in page.context["messages"]] == ["FS now refuses candidate 10001."]
    assert [receipt.code for receipt in deliver("a.txt", result(10001, "A"))] == ["withdrawn"]
    page = planner.post(reverse("fs:restore", args=[registration.pk]), follow=True)
    assert [str(message) for message in page.context["messages"]] == ["FS accepts candidate 10001 again."]
    assert [receipt.taken for receipt in deliver("b.txt", result(10001, "A"))] == [True]


@pytest.mark.parametrize("route", ["fs:withdraw", "fs:restore"])
def test_buttons_need_a_planner_of_the_exam_and_post(
    planner: Client, sofie: Client, exam: FsExam, stranger: FsExam, route: str
) -> None:
    own = reverse(route, args=[exam.registrations.first().pk])  # type: ignore[union-attr]
    other = reverse(route, args=[stranger.registrations.first().pk])  # type: ignore[union-attr]
    answers = [planner.get(own), sofie.post(own), planner.post(other)]
    assert [answer.status_code for answer in answers] == [405, 403, 404]
