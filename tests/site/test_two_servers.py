"""Two servers on one database behave as one. They share the database and the key, but no folder, as on two machines."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.demo_files import make_demo
from tests.load.browser import STATIC
from tests.load.sheet import filled
from tests.site.server import Answer, Visitor, database, environment, serve
from tests.views.html import HTMX, Element, parse

pytestmark = pytest.mark.slow

Two = tuple[str, str]
# Cheap password hashes: sign-in is not tested here.
QUICKLY = {"DJANGO_SETTINGS_MODULE": "tests.browser.settings"}
RATES = {"UPLOAD_RATE": "3/5m", "SIGN_IN_RATE_PER_NAME": "4/5m"}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """The addresses of two servers of one demo site."""
    here, there = (tmp_path_factory.mktemp(name) for name in ("here", "there"))
    with database() as kind, ExitStack() as stack:
        shared = {
            "GRADEREG_DEMO": "1",
            "DATABASE_URL": f"sqlite:///{here / 'gradereg.sqlite3'}",
            **RATES,
            **kind,
        }
        settings = [environment(folder, **shared) | QUICKLY for folder in (here, there)]
        make_demo(environment(here, **kind) | QUICKLY)
        shutil.copytree(here / "static", there / "static")
        one, other = (
            stack.enter_context(serve(given, Path(given["GRADEREG_DATA"], "log"))) for given in settings
        )
        yield one.address, other.address


class AlternatingVisitor(Visitor):
    """A visitor whose requests alternate between the servers, redirects included."""

    def __init__(self, two: Two) -> None:
        super().__init__(two[0])
        self.turns = cycle(two)

    def _ask(self, path: str, *asked: object) -> Answer:
        self.address = next(self.turns)
        parts = urlsplit(path)
        return super()._ask(urlunsplit(("", "", parts.path, parts.query, "")), *asked)  # type: ignore[arg-type]


def signed_in(visitor: Visitor, name: str) -> Visitor:
    assert visitor.sign_in(name, "demo").status == 200
    return visitor


def window(visitor: Visitor, committee: int) -> Element:
    return parse(visitor.get(f"/committees/{committee}/").text)


def row_of(page: Element, number: str) -> Element:
    return page.one("tr", data_candidate=number)


def grades(page: Element) -> dict[str, str]:
    return {row["data-candidate"]: row["data-grade"] for row in page.all("tr", data_candidate="*")}


def click(visitor: Visitor, page: Element, number: str, grade: str) -> Answer:
    """Click a grade in `page` as it was shown."""
    row = row_of(page, number)
    seen = row.all("input", name="expected_grade")[0]["value"]
    path = f"/candidates/{row['id'].removeprefix('c-')}/grade/"
    return visitor.post(path, {"grade": grade, "expected_grade": seen, "newest": "0"}, **HTMX)


def confirmation(visitor: Visitor, committee: int) -> dict[str, str]:
    """Return the fields of the confirmation form, with everything acknowledged."""
    form = parse(visitor.get(f"/committees/{committee}/confirm/").text).one("form", id="confirm-form")
    return form.fields | {"acknowledged": "on"}


def test_sessions_and_form_tokens_are_shared(two: Two) -> None:
    sofie = signed_in(AlternatingVisitor(two), "sofie")
    heads = [parse(sofie.get("/studentweb/").text).one("h1").text for _server in two]
    assert heads == ["My results", "My results"]
    assert [urlsplit(url).netloc for url in sofie.urls[:2]] == [urlsplit(one).netloc for one in two]


def test_sign_out_applies_to_both(two: Two) -> None:
    nina = signed_in(Visitor(two[0]), "nina")
    nina.address = two[1]
    nina.post("/sign-out/")
    nina.address = two[0]
    assert urlsplit(nina.get("/training/").url).path == "/sign-in/"


def test_message_is_shown_once_on_either(two: Two) -> None:
    kari = signed_in(AlternatingVisitor(two), "kari")
    page = window(kari, 3)
    pk = row_of(page, "20001")["id"].removeprefix("c-")
    told = parse(kari.post(f"/candidates/{pk}/grade/", {"grade": "Pass"}).text)
    assert told.one(id="messages").text == "20001: Pass saved"
    assert window(kari, 3).one(id="messages").text == ""


def test_click_on_one_is_polled_from_the_other_once(two: Two) -> None:
    kari, ola = (
        signed_in(Visitor(address), name) for address, name in zip(two, ("kari", "ola"), strict=True)
    )
    asks = window(kari, 1).one(id="live")["hx-get"]
    assert click(ola, window(ola, 1), "10002", "B").status == 200
    news = parse(kari.get(asks, **HTMX).text)
    assert grades(news) == {"10002": "B"}
    assert kari.get(news.one(id="live")["hx-get"], **HTMX).status == 204


def test_conflicting_clicks_are_detected(two: Two) -> None:
    kari, ola = (
        signed_in(Visitor(address), name) for address, name in zip(two, ("kari", "ola"), strict=True)
    )
    of_kari, of_ola = window(kari, 1), window(ola, 1)
    assert click(kari, of_kari, "10003", "A").status == 200
    answer = click(ola, of_ola, "10003", "C")
    assert (answer.status, grades(parse(answer.text))) == (409, {"10003": "A"})
    (sentence,) = parse(answer.text).alerts
    assert sentence.startswith("Kari Nordmann gave 10003 the grade A at ")
    assert click(ola, parse(answer.text), "10003", "C").status == 200
    assert grades(window(kari, 1))["10003"] == "C"


def test_list_is_uploaded_to_the_other_server(two: Two) -> None:
    ingrid = signed_in(AlternatingVisitor(two), "ingrid")
    given = ingrid.get("/committees/4/download/").content
    ingrid.get("/committees/4/upload/")
    result = parse(
        ingrid.upload("/committees/4/upload/", {"file": ("grades.xlsx", filled(given, {"30004": "D"}))}).text
    )
    assert result.one(data_updated="*")["data-updated"] == "1"
    assert [grades(window(ingrid, 4))["30004"] for _server in two] == ["D", "D"]


def test_uploads_are_counted_together(two: Two) -> None:
    ola = signed_in(AlternatingVisitor(two), "ola")
    ola.get("/committees/2/upload/")
    statuses = [
        ola.upload("/committees/2/upload/", {"file": ("grades.xlsx", b"nothing")}).status
        for _time in range(5)
    ]
    assert statuses == [422, 422, 422, 429, 429]


def test_failed_sign_ins_are_counted_together(two: Two) -> None:
    stranger = AlternatingVisitor(two)
    stranger.get("/sign-in/")
    fields = {"username": "per", "password": "wrong"}
    assert [stranger.post("/sign-in/", fields).status for _time in range(4)] == [200, 200, 200, 200]
    fields["password"] = "demo"
    assert [stranger.post("/sign-in/", fields).status for _server in two] == [429, 429]


def test_hashed_files_are_found_on_the_other(two: Two) -> None:
    visitor = Visitor(two[0])
    names = STATIC.findall(visitor.get("/sign-in/").text)
    of_both = []
    for address in two:
        visitor.address = address
        assert STATIC.findall(visitor.get("/sign-in/").text) == names
        of_both.append([visitor.get(name).content for name in names])
    assert of_both[0] == of_both[1]
    assert all(of_both[0])


def test_confirmations_count_on_both(two: Two) -> None:
    ola, ingrid = (
        signed_in(Visitor(address), name) for address, name in zip(two, ("ola", "ingrid"), strict=True)
    )
    assert click(ola, window(ola, 2), "10013", "A").status == 200
    seen_by_ingrid = confirmation(ingrid, 2)
    assert click(ola, window(ola, 2), "10014", "B").status == 200
    moved = ingrid.post("/committees/2/confirm/", seen_by_ingrid)
    assert (moved.status, parse(moved.text).one(role="alert").texts("li")[0].split(" (")[0]) == (
        409,
        "10014: no grade → B",
    )
    assert ingrid.post("/committees/2/confirm/", confirmation(ingrid, 2)).status == 200
    assert window(ola, 2).one("main")["data-stage"] == "waiting"
    assert ola.post("/committees/2/confirm/", confirmation(ola, 2)).status == 200
    assert window(ingrid, 2).one("main")["data-stage"] == "confirmed"

    code = parse(ola.get("/committees/2/protocol/").text).one(data_code="*")["data-code"]
    stranger = Visitor(two[1])
    stranger.get("/protocol/")
    found = parse(stranger.post("/protocol/", {"code": code}).text)
    assert found.one(data_protocol="*")["data-protocol"] == "present"
