"""Headers of responses. tests/browser/test_headers.py checks that pages comply with them."""

import pytest

from tests.site.server import Answer, Server, Visitor

pytestmark = pytest.mark.db_independent

PAGES = [
    "/sign-in/",
    "/nowhere/",
    "/livez",
    "/static/favicon.svg",
    "/grade/",
    "/plan/",
    "/committees/1/download/",
]
FROM_US = "script-src", "style-src", "font-src", "media-src", "connect-src", "form-action"
NOWHERE = "default-src", "object-src", "base-uri", "frame-ancestors"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def kari(demo: Server) -> Visitor:
    kari = Visitor(demo.address)
    kari.sign_in("kari", "demo")
    return kari


@pytest.mark.parametrize("page", PAGES)
def test_all_responses_have_the_headers(kari: Visitor, page: str) -> None:
    headers = kari.get(page).headers
    assert {name: headers[name] for name in EVERYWHERE} == EVERYWHERE
    assert len(headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("page", PAGES)
def test_scripts_and_styles_are_same_origin_only(kari: Visitor, page: str) -> None:
    policy = kari.get(page).headers["Content-Security-Policy"]
    wanted = dict.fromkeys(FROM_US, "'self'") | dict.fromkeys(NOWHERE, "'none'")
    assert dict(part.strip().split(" ", 1) for part in policy.split(";")) == wanted | {
        "img-src": "'self' data:"
    }


def kept(answer: Answer) -> set[str]:
    return set(answer.headers["Cache-Control"].replace(" ", "").split(","))


@pytest.mark.parametrize(
    "page", ["/sign-in/", "/grade/", "/committees/1/", "/committees/1/download/", "/nowhere/"]
)
def test_pages_are_not_cached(kari: Visitor, page: str) -> None:
    assert kept(kari.get(page)) >= {"private", "no-store"}


def test_static_files_are_cached(kari: Visitor) -> None:
    assert "public" in kept(kari.get("/static/favicon.svg"))


def test_download_is_an_attachment(kari: Visitor) -> None:
    headers = kari.get("/committees/1/download/").headers
    assert headers["Content-Disposition"].startswith('attachment; filename="tdt4100-committee-1-')
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_request_id_comes_from_the_proxy_if_valid(kari: Visitor) -> None:
    given = "0123456789abcdef0123456789abcdef"
    assert kari.get("/grade/", **{"X-Request-ID": given}).headers["X-Request-ID"] == given
    assert kari.get("/grade/", **{"X-Request-ID": "Kari"}).headers["X-Request-ID"] != "Kari"
