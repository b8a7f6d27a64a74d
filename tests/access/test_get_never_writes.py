"""Only POST writes."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee
from gradereg.health import PROBES
from tests.access.table import ROLES, ROWS, represented
from tests.access.targets import ASIDE, Targets, address, client_of, sent
from tests.access.test_broken_requests import holder
from tests.snapshot import snapshot, writes
from tests.training.conftest import STORY
from tests.views.html import HTMX
from training.actions import begin
from training.engine.events import record_events, seen_event
from training.models import Run, TrainingSession

pytestmark = pytest.mark.db_independent

HOSTILE = [
    {
        "grade": "A",
        "confirm": "1",
        "expected_version": "1",
        "acknowledged": "on",
        "_method": "POST",
        "action": "delete",
    },
    {"q": "\0' OR 1=1 --", "show": "\0", "committee": "\0", "page": "\0", "since": "\0", "locked": "\0"},
    {"q": "%_\\" * 200, "show": "constructor", "committee": "²", "page": "999", "since": "²", "locked": "2"},
    {"q": "\ud800", "committee": "9" * 30, "page": "-1", "since": "9" * 30, "next": "//elsewhere.example"},
    {"page": "1e9", "committee": "-1", "since": "-1", "filter": "{}", "o": "1.2.3", "p": "x", "e": "1"},
]
ROUTES = sorted({row[0] for row in ROWS})


def query(fields: dict[str, str]) -> str:
    return "?" + urlencode(fields, errors="surrogatepass")


@pytest.mark.parametrize("role", ROLES)
def test_get_requests_write_nothing(targets: Targets, role: str) -> None:
    """Plain GET requests, and those of other roles, are those of the table: see `answers`."""
    client, codes = client_of(role), set()
    before = snapshot()
    with writes(but=ASIDE) as written:
        for route, how, *row in represented(role):
            if how != "GET" or row[ROLES.index(role)] != "200":
                continue
            url = address(targets, route)
            answers = [client.head(url), client.get(url + query(HOSTILE[0])), client.get(url, headers=HTMX)]
            codes |= {(route, one.status_code) for one in answers}
    assert {one for one in codes if one[1] >= 500} == set()
    assert (written, snapshot()) == ([], before)


OVERDUE = timedelta(days=400)
"""Long enough for sessions to expire, copies to be unused, exam dates to move, and robots to be due."""


@pytest.fixture
def run(targets: Targets) -> Run:
    """A run with a completed task and a due robot, and an unused self-study copy."""
    client_of("kari").post(address(targets, "self-study"))
    act = {"who": "ola", "do": "notes", "when": "start", "after": 5}
    # Otherwise a second start within two seconds counts as a double click.
    Run.objects.update(started_at=F("started_at") - OVERDUE)
    run = begin(targets.trainee, "first-exam", STORY | {"acts": [act]})
    Run.objects.update(
        day=run.day - OVERDUE, started_at=run.started_at - OVERDUE, moved_at=run.moved_at - OVERDUE
    )
    record_events(run, seen_event({"seen": "final-grading"}))
    return run


def practice_addresses(run: Run) -> list[str]:
    """Return every page and file of the run's sandbox, and addresses that refuse."""
    committee = Committee.objects.get(exam__sandbox=run.sandbox_id)
    one, exam = committee.candidates.all()[0].pk, committee.exam_id
    pages = ("", "live/", "read-back/", "download/", "confirm/", "upload/")
    inner = ["", "grade/", f"grade/{exam}/", f"candidates/{one}/", "studentweb/", "session/"]
    inner += ["panel/", "panel/check/", *(f"committees/{committee.pk}/{page}" for page in pages)]
    return [f"/practice/{run.pk}/you/{path}" for path in [*inner, "nowhere/", "admin/"]]


@pytest.mark.parametrize("role", ["kari", "nina", "ola", "nobody"])
def test_get_requests_in_a_sandbox_write_nothing(targets: Targets, run: Run, role: str) -> None:
    client, before = client_of(role), snapshot()
    with writes(but=ASIDE) as written:
        codes = [client.get(url).status_code for url in practice_addresses(run)]
    assert (200 in codes) == (role in ("kari", "nina"))
    assert (written, snapshot()) == ([], before)


@pytest.mark.parametrize("role", ["kari", "nina", "nobody"])
def test_get_requests_delete_no_expired_session(targets: Targets, run: Run, role: str) -> None:
    TrainingSession.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client, before = client_of(role), snapshot()
    routes = [route for route in ROUTES if "train" in route or route in ("certificate", "join", "join-code")]
    with writes(but=ASIDE) as written:
        for url in [*(address(targets, route) for route in routes), *practice_addresses(run)]:
            client.get(url)
    assert (written, snapshot()) == ([], before)


def test_panel_poll_writes(targets: Targets, run: Run) -> None:
    client = client_of("kari")
    # A poll shows the next task, and the one after it finds that it is done.
    for _poll in range(3):
        client.post(f"/practice/{run.pk}/you/panel/")
    run.refresh_from_db()
    assert (list(run.tasks), run.fired, run.day) == (["look", "grade"], {"0": 1}, timezone.localdate())


def test_middleware_addresses_write_nothing(targets: Targets) -> None:
    client = client_of("kari")
    with writes(but=ASIDE) as written:
        codes = [client.get(url).status_code for url in ("/changes/", *PROBES)]
    assert (written, codes) == ([], [204, 200, 200])


METHODS = ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]


@pytest.mark.parametrize("method", METHODS)
def test_only_post_writes(targets: Targets, method: str) -> None:
    """A form that is sent under another name is not read. The role is one that may send the form, if there is one."""
    clients, codes, before = {role: client_of(role) for role in ROLES}, set(), snapshot()
    with writes(but=ASIDE) as written:
        for row in ROWS:
            if row[1] != "POST":
                continue
            form = {name: value for name, value in sent(targets, row[0]).items() if name != "file"}
            response = clients[holder(row[2:])].generic(
                method,
                address(targets, row[0]),
                urlencode(form, doseq=True),
                content_type="application/x-www-form-urlencoded",
            )
            codes.add(response.status_code)
    assert codes <= {200, 204, 302, 400, 403, 404, 405, 409, 422}
    assert (written, snapshot()) == ([], before)


@pytest.mark.parametrize("fields", HOSTILE, ids=range(len(HOSTILE)))
def test_invalid_parameters_of_a_list_are_ignored(targets: Targets, fields: dict[str, str]) -> None:
    asked = {"grade": "kari", "final-grading": "kari", "live": "kari", "plan": "per"}
    asked |= {"planned-candidates": "per", "exam-log": "per", "fs:exams": "per", "fs:studentweb": "sofie"}
    found = {
        route: client_of(role).get(address(targets, route) + query(fields)).status_code
        for route, role in asked.items()
    }
    assert found == dict.fromkeys(asked, 200)


def test_writes_are_detected(targets: Targets) -> None:
    with writes(but=ASIDE) as written:
        client_of("kari").post(reverse("set-grade", args=[targets.candidates[0].pk]), {"grade": "D"})
    of_candidates = [statement for statement in written if "committees_candidate" in statement]
    assert ["UPDATE committees_candidate SET grade" in statement for statement in of_candidates] == [True]
