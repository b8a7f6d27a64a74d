"""Sandbox prefix: access, pages under it, and separation from real exams."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client, override_settings
from django.urls import get_script_prefix, reverse
from django.utils import timezone

from committees.models import Committee, Exam, FsImport, LogEntry, User
from tests.conftest import People
from tests.factories import UserFactory
from tests.training.conftest import (
    STORY,
    TEXTS,
    acting_user,
    candidate_of,
    client_of,
    confirm_as,
    grades_of,
    only_committee,
    poll,
    seat_of,
)
from tests.views.html import page_of
from training.actions import end_session, join_session, open_scenario, self_study
from training.models import Run, Trainee, TrainingSession


def at(run: Run, path: str = "", persona: str = "you") -> str:
    return f"/practice/{run.pk}/{persona}/{path}"


def sheet(run: Run) -> str:
    return at(run, f"committees/{only_committee(run).pk}/")


def click(client: Client, run: Run, number: str, grade: str) -> Any:
    return client.post(at(run, f"candidates/{candidate_of(run, number).pk}/grade/"), {"grade": grade})


def test_trainee_grades_in_the_real_pages(start_run: Callable[..., Run]) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    assert [row[0].exam.emnekode for row in kari.get(at(run, "grade/")).context["page"]] == ["TDT4100"]
    assert click(kari, run, "10001", "A").headers["Location"].startswith(sheet(run))
    assert grades_of(run)["10001"] == "A"
    assert LogEntry.objects.get(action="grade.clicked").by == acting_user(run)


def test_links_of_a_page_keep_the_sandbox_prefix(start_run: Callable[..., Run]) -> None:
    run = start_run()
    page = client_of(run.trainee).get(sheet(run)).content.decode()
    links = {part.split('"')[0] for part in page.split('href="/')[1:]} | {
        part.split('"')[0] for part in page.split('action="/')[1:]
    }
    outside = {link for link in links if not link.startswith(at(run)[1:])}
    known = {f"training/trainees/{run.trainee_id}/", at(run, persona="sofie")[1:]}
    assert {link for link in outside if not link.startswith("static/")} == known
    assert get_script_prefix() == "/"


def test_every_page_has_the_training_banner(start_run: Callable[..., Run]) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    for path in ("grade/", f"grade/{Exam.objects.get().pk}/", sheet(run).removeprefix(at(run)), "nowhere/"):
        assert "Training – nothing here is real" in kari.get(at(run, path)).content.decode()
    assert "nothing here is real" not in kari.get("/grade/").content.decode()


def test_help_keeps_the_tasks_beside_it(start_run: Callable[..., Run]) -> None:
    run = start_run()
    client = client_of(run.trainee)
    prefix = f"/practice/{run.pk}/you"
    opened = client.get(f"{prefix}/help/?from=grade", follow=True)
    assert opened.redirect_chain == [(f"{prefix}/help/grader/#open", 302)]
    assert page_of(opened).all(id="practice-panel")


def test_strangers_and_unknown_runs_are_404(start_run: Callable[..., Run]) -> None:
    run = start_run()
    ola = client_of(self_study(UserFactory.create()))
    answers = [ola.get(at(run, "grade/")), ola.post(sheet(run)), ola.get("/practice/999999/you/grade/")]
    assert [one.status_code for one in answers] == [404, 404, 404]
    assert Client().get(at(run, "grade/")).status_code == 404


def test_trainee_without_an_account_is_known_by_the_browser(
    start_run: Callable[..., Run], lise: Trainee
) -> None:
    run = start_run(lise, "first-exam")
    assert client_of(lise).get(at(run, "grade/")).status_code == 200
    assert Client().get(at(run, "grade/")).headers["Location"] == reverse("join")


def test_other_pages_are_404_in_a_sandbox(
    start_run: Callable[..., Run],
) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    for path in (
        "sign-in/",
        "admin/",
        "training/",
        "join/",
        "practice/1/you/grade/",
        "training/sessions/new/",
    ):
        assert kari.get(at(run, path)).status_code == 404


def test_downloaded_file_counts_as_seen(people: People, start_run: Any) -> None:
    tasks = [STORY["tasks"][0] | {"done": [{"seen": "download"}]}]
    run = start_run(self_study(people.kari), tasks=tasks)
    committee = Committee.objects.get(exam__sandbox=run.sandbox_id)
    response = client_of(run.trainee).post(at(run, f"committees/{committee.pk}/download/"))
    run.refresh_from_db()
    assert (response.status_code, "seen:download" in run.events) == (200, True)


def test_real_exams_are_404_in_a_sandbox(people: People, start_run: Any) -> None:
    run = start_run(self_study(people.kari))
    kari = client_of(run.trainee)
    real = [
        f"committees/{people.one.pk}/",
        f"grade/{people.exam.pk}/",
        f"candidates/{people.one.candidates.earliest('number').pk}/",
    ]
    assert [kari.get(at(run, path)).status_code for path in real] == [404, 404, 404]
    assert [kari.get(f"/{path}").status_code for path in real] == [200, 200, 200]


def test_sandbox_exams_are_404_outside(people: People, start_run: Any) -> None:
    run = start_run(self_study(people.kari), role="planner")
    committee, exam = only_committee(run), Exam.objects.get(sandbox=run.sandbox_id)
    for person in (people.kari, people.ola, people.per):
        client = Client()
        client.force_login(person)
        paths = (f"committees/{committee.pk}/", f"grade/{exam.pk}/", f"plan/exams/{exam.pk}/")
        assert {client.get(f"/{path}").status_code for path in paths} <= {404, 403}
        for tab in ("grade/", "plan/", "fs/"):
            assert f"/{exam.pk}/" not in client.get(f"/{tab}").content.decode() or person.is_planner


def test_real_lists_show_nothing_of_sandboxes(people: People, start_run: Any) -> None:
    def shown() -> list[Any]:
        seen = []
        for person, tab in (
            (people.ola, "grade"),
            (people.per, "plan"),
            (people.per, "fs:exams"),
            (people.sofie, "fs:studentweb"),
        ):
            client = Client()
            client.force_login(person)
            page = client.get(reverse(tab))
            seen.append([str(one) for one in page.context.get("page") or page.context.get("exams") or []])
            seen.append([str(one) for one in page.context.get("results", [])])
        return seen

    before = shown()
    run = start_run(self_study(people.kari), role="planner")
    click(client_of(run.trainee), run, "10001", "A")
    assert shown() == before


def test_sandboxes_are_separate(start_run: Callable[..., Run], lise: Trainee) -> None:
    mine, hers = start_run(), start_run(lise, "first-exam")
    click(client_of(mine.trainee), mine, "10001", "A")
    assert (grades_of(mine)["10001"], grades_of(hers)["10001"]) == ("A", "")
    assert client_of(lise).get(sheet(mine)).status_code == 404
    theirs = at(hers, f"committees/{only_committee(mine).pk}/")
    assert client_of(lise).get(theirs).status_code == 404


@override_settings(FS_BACKEND="tests.training.test_sandbox.NoFs")
def test_sandbox_transfer_never_reaches_the_real_fs(start_run: Callable[..., Run]) -> None:
    run = start_run(role="planner")
    kari = client_of(run.trainee)
    for key in ("you", "ola"):
        confirm_as(run, key)
    exam = Exam.objects.get()
    kari.post(at(run, f"plan/exams/{exam.pk}/transfer/"), {"version": "x"})
    assert kari.get(at(run, f"plan/exams/{exam.pk}/test-transfer/")).status_code == 200


class NoFs:
    """A real FS that must not be called."""

    def __init__(self) -> None:
        raise AssertionError("the real FS was called")


def test_import_stays_in_the_sandbox(people: People, start_run: Any) -> None:
    run = start_run(self_study(people.per), role="planner")
    per = client_of(run.trainee)
    line = "194;KULT1102;1;V1;HØST;2026;2026-12-01T09:00;Dragvoll;\n"
    seats = "194;KULT1102;1;V1;HØST;2026;1;Oral;ola@uio.no;J\n"
    files = {"exams": BytesIO(line.encode()), "committees": BytesIO(seats.encode())}
    for name, file in files.items():
        file.name = f"{name}.txt"
    rehearsal = per.post(at(run, "plan/import/"), {**files, "scale": "A-F", "kind": "oral"})
    per.post(rehearsal.headers["Location"] + "apply/")
    made = Exam.objects.get(emnekode="KULT1102")
    assert (made.sandbox_id, made.committees.get().graders.get().person.sandbox_id) == (
        run.sandbox_id,
        run.sandbox_id,
    )
    assert FsImport.objects.latest("pk").by == acting_user(run)


# Trainers


def test_trainer_views_and_changes_nothing(
    start_run: Callable[..., Run], lise: Trainee, accounts: Any
) -> None:
    run = start_run(lise, "first-exam")
    nina = Client()
    nina.force_login(accounts.nina)
    page = nina.get(sheet(run)).content.decode()
    assert "You are viewing Lise’s practice" in page
    refusals = [click(nina, run, "10001", "A"), nina.post(at(run, "panel/start-over/"))]
    assert [one.status_code for one in refusals] == [403, 403]
    assert grades_of(run)["10001"] == ""


def test_watching_is_shown_and_advances_nothing(
    start_run: Callable[..., Run], lise: Trainee, accounts: Any
) -> None:
    run = start_run(lise, "first-exam")
    nina = Client()
    nina.force_login(accounts.nina)
    nina.get(sheet(run))
    poll(nina, run)
    run.refresh_from_db()
    assert (run.events, run.tasks, run.is_watched) == ({}, {}, True)
    assert "Nina Vik is viewing your pages" in client_of(lise).get(at(run, "grade/")).content.decode()


def test_another_trainer_gets_404(start_run: Callable[..., Run], lise: Trainee) -> None:
    run = start_run(lise, "first-exam")
    other = Client()
    other.force_login(UserFactory.create(is_trainer=True))
    assert other.get(sheet(run)).status_code == 404


def test_trainer_cannot_view_self_study(start_run: Callable[..., Run], accounts: Any) -> None:
    nina = Client()
    nina.force_login(accounts.nina)
    assert nina.get(sheet(start_run())).status_code == 404


# Ended and expired sessions


def test_ended_scenario_is_shown_to_the_trainer_only(
    start_run: Callable[..., Run], lise: Trainee, hall: TrainingSession, accounts: Any
) -> None:
    run = start_run(lise, "first-exam")
    open_scenario(hall, "first-exam", is_open=False)
    page = client_of(lise).get(sheet(run))
    assert (page.status_code, 'data-over="paused"' in page.content.decode()) == (409, True)
    open_scenario(hall, "first-exam", is_open=True)
    assert client_of(lise).get(sheet(run)).status_code == 200
    end_session(hall)
    assert click(client_of(lise), run, "10001", "A").status_code == 409
    nina = Client()
    nina.force_login(accounts.nina)
    assert nina.get(sheet(run)).status_code == 200


def test_an_expired_session_is_410_and_a_get_deletes_nothing(
    start_run: Callable[..., Run], lise: Trainee, hall: TrainingSession
) -> None:
    run = start_run(lise, "first-exam")
    address = sheet(run)
    TrainingSession.objects.update(expires_at=timezone.now())
    assert client_of(lise).get(address).status_code == 410
    assert Run.objects.get().sandbox_id == run.sandbox_id


def test_expired_session_cannot_be_joined(hall: TrainingSession) -> None:
    TrainingSession.objects.update(expires_at=timezone.now())
    page = Client().post(reverse("join"), {"code": hall.code, "name": "Lise"})
    assert (page.status_code, Trainee.objects.count()) == (422, 0)


# Personas


def test_trainee_sees_studentweb_as_a_student(start_run: Callable[..., Run]) -> None:
    task = {"key": "a", "title": TEXTS, "text": TEXTS, "hint": TEXTS}
    run = start_run(tasks=[task | {"done": [{"seen": "fs:studentweb", "as": "sofie"}]}])
    kari = client_of(run.trainee)
    page = kari.get(at(run, "studentweb/", "sofie"))
    poll(kari, run)
    assert [str(one.exam) for one in page.context["pending"]] == ["TDT4100 HØST 2026"]
    run.refresh_from_db()
    assert list(run.events) == ["shown:a", "seen:fs:studentweb@sofie"]


@pytest.mark.parametrize("persona", ["ola", "office", "nobody"])
def test_robots_are_no_personas(start_run: Callable[..., Run], persona: str) -> None:
    run = start_run()
    assert client_of(run.trainee).get(at(run, "grade/", persona)).status_code == 404


# Acting users outside of their sandbox


@pytest.mark.parametrize("password", ["", "demo"])
def test_acting_user_cannot_sign_in(start_run: Callable[..., Run], password: str) -> None:
    person = acting_user(start_run())
    if password:
        User.objects.filter(pk=person.pk).update(password=make_password(password))
    client = Client()
    client.post(reverse("sign-in"), {"username": person.username, "password": password})
    assert client.get("/grade/").headers["Location"].startswith("/sign-in/")


def test_pages_are_in_the_sessions_language(
    start_run: Callable[..., Run], lise: Trainee, hall: TrainingSession
) -> None:
    TrainingSession.objects.update(language="nb")
    run = start_run(lise, "first-exam")
    page = client_of(lise).get(at(run, "grade/"))
    assert ('lang="nb"' in page.content.decode(), settings.LANGUAGE_CODE) == (True, "en")


def test_sessions_language_overrides_the_persons(
    start_run: Callable[..., Run], hall: TrainingSession, accounts: Any
) -> None:
    User.objects.filter(pk=accounts.kari.pk).update(language="nn")
    trainee = join_session(hall, name="", person=accounts.kari)
    run = start_run(trainee, "first-exam")
    html = page_of(client_of(trainee).get(at(run, "grade/"))).one("html")
    assert (hall.language, html["lang"]) == ("en", "en")


@pytest.mark.parametrize("path", ["notices/", "settings/", "language/"])
def test_personal_pages_are_404_in_a_sandbox(start_run: Callable[..., Run], path: str) -> None:
    run = start_run()
    kari = client_of(run.trainee)
    assert [kari.get(at(run, path)).status_code, kari.post(at(run, path)).status_code] == [404, 404]
    assert page_of(kari.get(at(run, "grade/"))).one(class_="account").texts("a") == ["Help"]


def test_trainee_is_grader_of_the_committee(start_run: Callable[..., Run]) -> None:
    run = start_run()
    assert Committee.objects.filter(graders=seat_of(run)).get() == only_committee(run)


def test_joining_twice_signed_in_is_one_trainee(hall: TrainingSession, accounts: Any) -> None:
    first, again = (join_session(hall, name="Kari", person=accounts.kari) for _time in range(2))
    assert first.pk == again.pk
