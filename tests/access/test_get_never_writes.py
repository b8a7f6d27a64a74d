"""Only POST writes."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.access.table import ROLES, ROWS
from tests.access.targets import ASIDE, Targets, address, client_of, sent
from tests.snapshot import snapshot, writes

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


ALIKE = {"ingrid", "vera", "petra"}
"""Roles for which kari and per stand in the quick run."""


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.slow if role in ALIKE else ()) for role in ROLES]
)
def test_no_page_that_is_looked_at_writes_anything(targets: Targets, role: str) -> None:
    client, codes = client_of(role), set()
    before = snapshot()
    with writes(but=ASIDE) as written:
        for route in ROUTES:
            url = address(targets, route)
            answers = [client.get(url), client.head(url), client.get(url + query(HOSTILE[0]))]
            codes |= {(route, one.status_code) for one in answers}
    assert {one for one in codes if one[1] >= 500} == set()
    assert (written, snapshot()) == ([], before)


METHODS = ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]
EACH_ONCE = {
    "kari": {"PUT", "DELETE"},
    "per": {"PATCH", "TRACE"},
    "admin": {"OPTIONS"},
    "nobody": {"PROPFIND"},
}


@pytest.mark.parametrize(
    ("role", "method"),
    [
        pytest.param(role, method, marks=() if method in quick else pytest.mark.slow)
        for role, quick in EACH_ONCE.items()
        for method in METHODS
    ],
)
def test_no_other_method_than_post_writes_anything(targets: Targets, role: str, method: str) -> None:
    """A form that is sent under another name is not read."""
    client, codes = client_of(role), set()
    before = snapshot()
    with writes(but=ASIDE) as written:
        for route in ROUTES:
            form = urlencode(
                {name: value for name, value in sent(targets, route).items() if name != "file"}, True
            )
            kind = "application/x-www-form-urlencoded"
            response = client.generic(method, address(targets, route), form, content_type=kind)
            codes.add(response.status_code)
    assert codes <= {200, 204, 302, 400, 403, 404, 405, 409, 422}
    assert (written, snapshot()) == ([], before)


@pytest.mark.parametrize("fields", HOSTILE, ids=range(len(HOSTILE)))
def test_a_list_that_is_asked_for_nonsense_is_a_list_all_the_same(
    targets: Targets, fields: dict[str, str]
) -> None:
    asked = {"grade": "kari", "final-grading": "kari", "live": "kari", "plan": "per"}
    asked |= {"planned-candidates": "per", "exam-log": "per", "fs:exams": "per", "fs:studentweb": "sofie"}
    found = {
        route: client_of(role).get(address(targets, route) + query(fields)).status_code
        for route, role in asked.items()
    }
    assert found == dict.fromkeys(asked, 200)


def test_what_writes_is_seen(targets: Targets) -> None:
    with writes(but=ASIDE) as written:
        client_of("kari").post(reverse("set-grade", args=[targets.candidates[0].pk]), {"grade": "D"})
    of_candidates = [statement for statement in written if "committees_candidate" in statement]
    assert ["UPDATE committees_candidate SET grade" in statement for statement in of_candidates] == [True]
