"""Cookies and redirects behind a TLS proxy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.server import Answer, Server, Visitor, serve

pytestmark = pytest.mark.db_independent

BY_TLS = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def behind_proxy(settings_of_demo: dict[str, str]) -> Iterator[Server]:
    settings = settings_of_demo | {"HTTPS": "1"}
    with serve(settings, Path(settings["GRADEREG_DATA"]) / "tls.log") as server:
        yield server


def cookies(answer: Answer) -> dict[str, set[str]]:
    """Return the attributes of each cookie that was set, by name."""
    told = [one.split("; ") for one in answer.headers.get_all("Set-Cookie", [])]
    return {
        first.partition("=")[0]: {one.partition("=")[0] + one.partition("=")[2] for one in rest if one != ""}
        for first, *rest in told
    }


def test_hsts_lasts_a_year(behind_proxy: Server) -> None:
    headers = Visitor(behind_proxy.address).get("/sign-in/", **BY_TLS).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_cookies_are_secure_http_only_and_same_site(behind_proxy: Server) -> None:
    visitor = Visitor(behind_proxy.address)
    page = visitor.get("/sign-in/", **BY_TLS)
    cookie = "; ".join(one.split(";")[0] for one in page.headers.get_all("Set-Cookie", []))
    form = {"username": "kari", "password": "demo"}
    headers = BY_TLS | {
        "Cookie": cookie,
        "Referer": behind_proxy.address.replace("http:", "https:") + "/sign-in/",
    }
    visitor.follow = False
    found = cookies(page) | cookies(visitor.post("/sign-in/", form, **headers))
    assert set(found) == {"__Host-csrf", "__Host-session"}
    for may in found.values():
        assert {"Secure", "HttpOnly", "SameSiteLax", "Path/"} <= may


def test_http_redirects_to_https_except_for_probes(behind_proxy: Server) -> None:
    visitor = Visitor(behind_proxy.address)
    visitor.follow = False
    sent = visitor.get("/grade/")
    assert (sent.status, sent.headers["Location"][:8]) == (301, "https://")
    assert [visitor.get(probe).status for probe in ("/livez", "/readyz")] == [200, 200]
