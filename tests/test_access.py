"""Who may open and do what: every route, both methods, every role. A route without its two rows is red."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from committees.actions.confirmation import reopen_committee
from committees.actions.planning import unseat_grader
from committees.actions.transfer import transfer_grades
from committees.actions.uploads import list_id, upload_grades
from committees.enums import ChangeCode
from committees.files.grade_sheet import SheetHead, write_grade_sheet
from committees.models import Committee, FsImport, LogEntry, Reopening, User
from committees.models.exams import KEY_FIELDS
from fs.models import FsExam, Registration
from tests.conftest import candidate, confirm, confirm_all, grade, seat
from tests.views.html import page_of

TABLE = """
# `in` is a redirect to the sign-in page, `adm` one to the admin's own. kari sits on the committee, ingrid on the other one
# of the exam, vera elsewhere; per plans the exam, petra another; sofie is a student, nina a trainer, admin the support.
# `bad` is a POST without any field.

route                         how  nobody kari ingrid vera per petra sofie nina admin
sign-in                       GET     200  302    302  302 302   302   302  302   302
sign-in                       POST    302  302    302  302 302   302   302  302   302
sign-in                       bad     200  302    302  302 302   302   302  302   302
sign-out                      GET      in  405    405  405 405   405   405  405   405
sign-out                      POST     in   in     in   in  in    in    in   in    in
home                          GET      in  302    302  302 302   302   302  302   302
home                          POST     in  302    302  302 302   302   302  302   302
admin:index                   GET     adm  adm    adm  adm adm   adm   adm  adm   200
admin:index                   POST    adm  adm    adm  adm adm   adm   adm  adm   200
admin-door                    GET      in  403    403  403 403   403   403  403   403
admin-door                    POST     in  403    403  403 403   403   403  403   403

# Grade tab
grade                         GET      in  200    200  200 200   200   200  200   200
grade                         POST     in  405    405  405 405   405   405  405   405
grading                       GET      in  200    200  404 404   404   404  404   404
grading                       POST     in  405    405  405 405   405   405  405   405

# Final Grading window
final-grading                 GET      in  200    404  404 404   404   404  404   404
final-grading                 POST     in  405    405  405 405   405   405  405   405
live                          GET      in  200    404  404 404   404   404  404   404
live                          POST     in  405    405  405 405   405   405  405   405
candidate                     GET      in  200    404  404 404   404   404  404   404
candidate                     POST     in  405    405  405 405   405   405  405   405
set-grade                     GET      in  405    405  405 405   405   405  405   405
set-grade                     POST     in  302    404  404 404   404   404  404   404
set-grade                     bad      in  409    404  404 404   404   404  404   404
reset-grade                   GET      in  405    405  405 405   405   405  405   405
reset-grade                   POST     in  302    404  404 404   404   404  404   404
set-attendance                GET      in  405    405  405 405   405   405  405   405
set-attendance                POST     in  302    404  404 404   404   404  404   404

# Grades to and from Excel
download                      GET      in  200    404  404 404   404   404  404   404
download                      POST     in  405    405  405 405   405   405  405   405
upload-sheet                  GET      in  200    404  404 404   404   404  404   404
upload-sheet                  POST     in  302    404  404 404   404   404  404   404
upload-sheet                  bad      in  409    404  404 404   404   404  404   404
uploads                       GET      in  200    404  404 404   404   404  404   404
uploads                       POST     in  405    405  405 405   405   405  405   405
upload                        GET      in  200    404  404 404   404   404  404   404
upload                        POST     in  405    405  405 405   405   405  405   405
accept-all                    GET      in  405    405  405 405   405   405  405   405
accept-all                    POST     in  302    404  404 404   404   404  404   404
accept-row                    GET      in  405    405  405 405   405   405  405   405
accept-row                    POST     in  302    404  404 404   404   404  404   404
give-back                     GET      in  405    405  405 405   405   405  405   405
give-back                     POST     in  302    404  404 404   404   404  404   404
undo-upload                   GET      in  405    405  405 405   405   405  405   405
undo-upload                   POST     in  302    404  404 404   404   404  404   404

# Confirmation
confirm                       GET      in  200    404  404 404   404   404  404   404
confirm                       POST     in  302    404  404 404   404   404  404   404
confirm                       bad      in  409    404  404 404   404   404  404   404
withdraw                      GET      in  405    405  405 405   405   405  405   405
withdraw                      POST     in  302    404  404 404   404   404  404   404

# Plan tab
plan                          GET      in  403    403  403 200   200   403  403   403
plan                          POST     in  405    405  405 405   405   405  405   405
new-exam                      GET      in  403    403  403 200   200   403  403   403
new-exam                      POST     in  403    403  403 302   302   403  403   403
new-exam                      bad      in  403    403  403 422   422   403  403   403
planned-exam                  GET      in  403    403  403 200   404   403  403   403
planned-exam                  POST     in  405    405  405 405   405   405  405   405
edit-exam                     GET      in  403    403  403 200   404   403  403   403
edit-exam                     POST     in  403    403  403 302   404   403  403   403
edit-exam                     bad      in  403    403  403 422   404   403  403   403
nudge                         GET      in  405    405  405 405   405   405  405   405
nudge                         POST     in  403    403  403 302   404   403  403   403
exam-log                      GET      in  403    403  403 200   404   403  403   403
exam-log                      POST     in  405    405  405 405   405   405  405   405

# Committees and candidates of a planned exam
new-committee                 GET      in  405    405  405 405   405   405  405   405
new-committee                 POST     in  403    403  403 302   404   403  403   403
new-committee                 bad      in  403    403  403 422   404   403  403   403
seat                          GET      in  405    405  405 405   405   405  405   405
seat                          POST     in  403    403  403 302   404   403  403   403
seat                          bad      in  403    403  403 422   404   403  403   403
reopen                        GET      in  403    403  403 200   404   403  403   403
reopen                        POST     in  403    403  403 302   404   403  403   403
reopen                        bad      in  403    403  403 422   404   403  403   403
unseat                        GET      in  405    405  405 405   405   405  405   405
unseat                        POST     in  403    403  403 302   404   403  403   403
planned-candidates            GET      in  403    403  403 200   404   403  403   403
planned-candidates            POST     in  405    405  405 405   405   405  405   405
move-candidates               GET      in  405    405  405 405   405   405  405   405
move-candidates               POST     in  403    403  403 302   404   403  403   403
move-candidates               bad      in  403    403  403 409   404   403  403   403
note-absence                  GET      in  405    405  405 405   405   405  405   405
note-absence                  POST     in  403    403  403 302   404   403  403   403
note-absence                  bad      in  403    403  403 409   404   403  403   403

# Import from FS
import                        GET      in  403    403  403 200   200   403  403   403
import                        POST     in  403    403  403 302   302   403  403   403
import                        bad      in  403    403  403 422   422   403  403   403
import-rehearsal              GET      in  403    403  403 200   404   403  403   403
import-rehearsal              POST     in  405    405  405 405   405   405  405   405
apply-import                  GET      in  405    405  405 405   405   405  405   405
apply-import                  POST     in  403    403  403 302   404   403  403   403

# Transfer to FS
exam-transfer                 GET      in  403    403  403 200   404   403  403   403
exam-transfer                 POST     in  403    403  403 302   404   403  403   403
test-transfer                 GET      in  403    403  403 200   404   403  403   403
test-transfer                 POST     in  405    405  405 405   405   405  405   405
transfer                      GET      in  403    403  403 200   404   403  403   403
transfer                      POST     in  405    405  405 405   405   405  405   405
transfer-file                 GET      in  403    403  403 200   404   403  403   403
transfer-file                 POST     in  405    405  405 405   405   405  405   405
deliver-transfer              GET      in  405    405  405 405   405   405  405   405
deliver-transfer              POST     in  403    403  403 302   404   403  403   403

# FS and Studentweb, simulated
fs:studentweb                 GET      in  200    200  200 200   200   200  200   200
fs:studentweb                 POST     in  405    405  405 405   405   405  405   405
fs:exams                      GET      in  403    403  403 200   200   403  403   403
fs:exams                      POST     in  405    405  405 405   405   405  405   405
fs:exam                       GET      in  403    403  403 200   404   403  403   403
fs:exam                       POST     in  405    405  405 405   405   405  405   405
fs:withdraw                   GET      in  405    405  405 405   405   405  405   405
fs:withdraw                   POST     in  403    403  403 302   404   403  403   403
fs:restore                    GET      in  405    405  405 405   405   405  405   405
fs:restore                    POST     in  403    403  403 302   404   403  403   403
"""

LINES = [line.split() for line in TABLE.splitlines() if line and not line.startswith("#")]
ROLES, ROWS = LINES[0][2:], LINES[1:]


@pytest.fixture
def world(cast: SimpleNamespace) -> SimpleNamespace:
    """
    The cast with one row of everything that a route can be about: an upload with a proposal and with a grade of ola's that
    it replaced, a committee that is confirmed, another whose grades FS has, files that wait to be imported.
    """
    kari, now = seat(cast.kari, cast.one), timezone.now()
    head = SheetHead("", "", "", now, list_id(kari, now), cast.exam.grade_scale, with_names=False)
    grade(cast.ola, cast.one, c10001="C")
    file = write_grade_sheet(head, [("10001", "A", ""), ("10002", "b", ""), ("10003", "F", "")])
    upload = upload_grades(kari, file_name="grades.xlsx", content=file)
    grade(cast.kari, cast.three, c20001="Pass")
    confirm_all(cast.pass_exam)
    transfer = transfer_grades(cast.pass_exam, by=cast.per)
    confirm(cast.ola, cast.two)
    confirm(cast.ingrid, cast.two)
    line = f"kari;{';'.join(cast.exam.key)};10099;1;\n"
    given = FsImport.objects.create(by=cast.per, candidates=line.encode())
    return SimpleNamespace(**vars(cast), file=file, upload=upload, transfer=transfer, given=given)


ABOUT = {
    "exam": "grading planned-exam edit-exam nudge exam-log new-committee planned-candidates move-candidates "
    "note-absence test-transfer exam-transfer",
    "committee": "final-grading live download upload-sheet uploads confirm withdraw seat",
    "confirmed": "reopen",
    "grader": "unseat",
    "candidate": "candidate set-grade reset-grade set-attendance",
    "upload": "upload accept-all undo-upload",
    "proposal": "accept-row",
    "lost": "give-back",
    "given": "import-rehearsal apply-import",
    "transfer": "transfer transfer-file deliver-transfer",
    "fs": "fs:exam",
    "registration": "fs:withdraw fs:restore",
}


def target(world: SimpleNamespace, route: str) -> tuple[int, ...]:
    """The numbers in the address of `route`."""
    named: dict[str, tuple[int, ...]] = {
        "exam": (world.exam.pk,),
        "committee": (world.one.pk,),
        "confirmed": (world.two.pk,),
        "grader": (seat(world.ola, world.one).pk,),
        "candidate": (candidate("10001").pk,),
        "upload": (world.upload.pk,),
        "proposal": (world.upload.pk, 3),
        "lost": (world.upload.pk, 2),
        "given": (world.given.pk,),
        "transfer": (world.transfer.pk,),
        "fs": (FsExam.objects.get(emnekode="TDT4100").pk,),
        "registration": (Registration.objects.get(kandidatlopenr="10001").pk,),
    }
    return next((named[what] for what, routes in ABOUT.items() if route in routes.split()), ())


def sent(world: SimpleNamespace, route: str) -> dict[str, Any]:
    """What the page's own form would send."""
    fields = (*KEY_FIELDS, "name", "kind", "date", "deadline", "scale", "rule")
    exam = {name: getattr(world.exam, name) for name in fields} | {"planners": [world.per.pk, world.petra.pk]}
    file = SimpleUploadedFile("grades.xlsx", world.file)
    lines = SimpleUploadedFile("candidates.txt", bytes(world.given.candidates))
    chosen = candidate("10001").pk
    forms: dict[str, dict[str, Any]] = {
        "sign-in": {"username": "kari", "password": "demo"},
        "set-grade": {"grade": "B", "seen": "A"},
        "reset-grade": {"seen": "A"},
        "set-attendance": {"attendance": "absent"},
        "upload-sheet": {"file": file},
        "confirm": {"seen": Committee.objects.get(pk=world.one.pk).version, "acknowledged": "on"},
        "new-exam": exam | {"emnekode": "NEW1000"},
        "edit-exam": exam | {"place": "Hall"},
        "new-committee": {"number": "7"},
        "seat": {"feide_name": "someone@uio.no"},
        "reopen": {"code": "KLAGE", "reason": "An appeal"},
        "move-candidates": {"candidates": [chosen], "to": world.one.pk},
        "note-absence": {"candidates": [chosen], "attendance": "absent"},
        "import": {"candidates": lines, "scale": "A-F", "kind": "oral"},
        "exam-transfer": {"number": "1"},
    }
    return forms.get(route, {})


def answer(client: Client, how: str, url: str, data: dict[str, Any]) -> str:
    response = client.get(url) if how == "GET" else client.post(url, data)
    leads = response.headers.get("Location", "").partition("?")[0]
    places = {reverse("sign-in"): "in", reverse("admin:login"): "adm"}
    return places.get(leads, str(response.status_code))


@pytest.mark.parametrize(("route", "how", "expected"), [(row[0], row[1], row[2:]) for row in ROWS])
def test_every_route_answers_every_role_as_the_table_says(
    world: SimpleNamespace, route: str, how: str, expected: list[str]
) -> None:
    url = reverse(route, args=target(world, route))
    if route == "exam-transfer":
        confirm_all(world.exam)
    found = {}
    for role in ROLES:
        savepoint = transaction.savepoint()
        client = Client()
        if role != "nobody":
            client.force_login(User.objects.get(username=role))
        found[role] = answer(client, how, url, {} if how == "bad" else sent(world, route))
        transaction.savepoint_rollback(savepoint)
    assert found == dict(zip(ROLES, expected, strict=True))


def names_in(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_in(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_route_has_a_row_for_get_and_for_post() -> None:
    routes = {name for name in names_in(get_resolver().url_patterns) if not name.startswith("admin:")}
    wanted = {(name, how) for name in routes | {"admin:index"} for how in ("GET", "POST")}
    assert {(route, how) for route, how, *_found in ROWS if how != "bad"} == wanted


def test_every_row_of_the_table_stands_there_once() -> None:
    keys = [(route, how) for route, how, *_expected in ROWS]
    assert sorted(keys) == sorted(set(keys))


def test_a_number_that_nothing_can_have_is_not_found(world: SimpleNamespace) -> None:
    answers = set()
    for route in {row[0] for row in ROWS if target(world, row[0])}:
        url = reverse(route, args=[10**30 for _part in target(world, route)])
        for role in ("kari", "per"):
            client = Client()
            client.force_login(getattr(world, role))
            answers |= {(route, client.get(url).status_code), (route, client.post(url).status_code)}
    assert {one for one in answers if one[1] not in (403, 404, 405)} == set()


# At the next request


def test_an_unseated_grader_has_lost_the_committee_at_the_next_request(
    cast: SimpleNamespace, sign_in: Callable[[User], Client]
) -> None:
    kari, urls = sign_in(cast.kari), pages_of(cast)
    assert [kari.get(url).status_code for url in urls] == [200, 200, 200, 200]
    unseat_grader(seat(cast.kari, cast.one), by=cast.per)
    assert [kari.get(url).status_code for url in urls] == [404, 404, 404, 404]
    assert kari.post(reverse("set-grade", args=[candidate("10001").pk]), {"grade": "A"}).status_code == 404
    assert candidate("10001").grade == ""


def test_a_closed_account_is_signed_out_at_the_next_request(
    cast: SimpleNamespace, sign_in: Callable[[User], Client]
) -> None:
    kari, urls = sign_in(cast.kari), pages_of(cast)
    User.objects.filter(pk=cast.kari.pk).update(is_active=False)
    assert [kari.get(url).headers["Location"] for url in urls] == [f"/sign-in/?next={url}" for url in urls]
    assert kari.post(reverse("set-grade", args=[candidate("10001").pk]), {"grade": "A"}).status_code == 302
    assert candidate("10001").grade == ""


def test_who_is_no_longer_planner_of_an_exam_no_longer_finds_it(
    cast: SimpleNamespace, sign_in: Callable[[User], Client]
) -> None:
    per, url = sign_in(cast.per), reverse("planned-exam", args=[cast.exam.pk])
    cast.exam.planners.set([cast.petra])
    assert per.get(url).status_code == 404
    User.objects.filter(pk=cast.per.pk).update(is_planner=False)
    assert per.get(url).status_code == 403


def pages_of(cast: SimpleNamespace) -> list[str]:
    committee, seen = cast.one.pk, candidate("10001").pk
    return [
        reverse("grading", args=[cast.exam.pk]),
        reverse("final-grading", args=[committee]),
        reverse("candidate", args=[seen]),
        reverse("download", args=[committee]),
    ]


# The admin


FROZEN = [model for model in admin.site._registry if model not in (User, Group)]


@pytest.mark.parametrize("model", FROZEN, ids=lambda model: model.__name__)
def test_the_admin_only_looks_at_what_the_work_has_made(
    world: SimpleNamespace, sign_in: Callable[[User], Client], model: type[Model]
) -> None:
    grade(world.kari, world.one, c10002="D")
    made, support = example(model, world), sign_in(world.admin)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    change, delete = (reverse(f"{name}_{act}", args=[made.pk]) for act in ("change", "delete"))
    answers = [support.get(reverse(f"{name}_changelist")), support.get(change)]
    assert [one.status_code for one in answers] == [200, 200]
    assert page_of(answers[1]).all("input", name="_save") == []
    acts = [support.post(url, {"post": "yes"}) for url in (reverse(f"{name}_add"), change, delete)]
    assert [one.status_code for one in acts] == [403, 403, 403]
    assert model._default_manager.filter(pk=made.pk).count() == 1


def test_the_admin_deletes_nothing_in_bulk(world: SimpleNamespace, sign_in: Callable[[User], Client]) -> None:
    support, before = sign_in(world.admin), LogEntry.objects.count()
    chosen = list(LogEntry.objects.values_list("pk", flat=True))
    form = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    support.post(reverse("admin:committees_logentry_changelist"), form)
    assert LogEntry.objects.count() == before


def example(model: type[Model], world: SimpleNamespace) -> Model:
    """A row of `model`; what the world has none of is made by the act that makes it."""
    if model is Reopening:
        return reopen_committee(world.two, reason="An appeal", code=ChangeCode.APPEAL, by=world.per)
    made = model._default_manager.first()
    assert made is not None
    return made


def test_the_admin_mends_people_and_invites_them_but_deletes_none(
    cast: SimpleNamespace, sign_in: Callable[[User], Client]
) -> None:
    support = sign_in(cast.admin)
    form = {
        "username": "tone",
        "feide_name": "Tone@UiO.no",
        "password1": "Kq8-wolf-tree",
        "usable_password": "true",
    }
    support.post(reverse("admin:committees_user_add"), form | {"password2": form["password1"]})
    tone = User.objects.get(username="tone")
    assert (tone.feide_name, tone.is_planner, tone.check_password("Kq8-wolf-tree")) == (
        "tone@uio.no",
        False,
        True,
    )
    change = reverse("admin:committees_user_change", args=[tone.pk])
    support.post(change, {"username": "tone", "name": "Tone Dahl", "is_planner": "on", "is_active": "on"})
    tone.refresh_from_db()
    assert (tone.name, tone.is_planner, tone.feide_name) == ("Tone Dahl", True, None)
    assert (
        support.post(reverse("admin:committees_user_delete", args=[tone.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_the_admin_has_no_sign_in_of_its_own(cast: SimpleNamespace, client: Client) -> None:
    form = {"username": "admin", "password": "demo"}
    page = client.post(reverse("admin:login"), form)
    assert (page.status_code, page["Location"]) == (302, "/sign-in/?next=/admin/")
    assert "_auth_user_id" not in client.session
