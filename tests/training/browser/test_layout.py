"""Pages of training fit their window at 100 % and 400 % zoom, and stay clear of the task panel."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.states import STATES, Visited

WIDTHS = (1280, 320)
TOO_WIDE = """() => {
    const [page, main] = [document.documentElement, document.querySelector("main")];
    return page.scrollWidth > window.innerWidth || main.scrollWidth > main.clientWidth;
}"""
LONG_NAME = "Ingeborg Marie Bjørnstad-Wergeland"


def too_wide(page: Page, *paths: str) -> list[tuple[str, int]]:
    """Return the pages that are too wide, with the width of the window."""
    found = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert (path, answer.status) == (path, 200)
        found += [(path, width) for width in widths_too_small(page)]
    return found


def widths_too_small(page: Page) -> list[int]:
    """Return the widths of a window that the open page does not fit."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [width] if page.evaluate(TOO_WIDE) else []
    return found


def linked(page: Page, selector: str) -> str:
    """Return the address of the first link that matches `selector`."""
    link = page.locator(selector).first
    expect(link).to_be_attached()
    return link.get_attribute("href") or ""


def practise(page: Page, key: str) -> str:
    """Start this scenario and return its address."""
    page.locator(f"[data-scenario='{key}'] .btn-primary").click()
    expect(page.locator(".practice-banner")).to_be_visible()
    return page.url


def sheet_of(page: Page) -> str:
    """Go from the Grade tab to Final Grading and return its address."""
    page.goto(linked(page, "main tbody a"))
    page.goto(linked(page, "[data-committee] .btn-primary"))
    return page.url


def held_session(nina: Page) -> tuple[str, str]:
    """Create a training session; return its address and its join link."""
    nina.goto("/training/sessions/new/")
    nina.fill("[name=title]", "Opplæring i sensurregistrering for fakultetsadministrasjonen")
    nina.locator("main [type=submit]").click()
    join = linked(nina, ".board-join .mono")
    return nina.url, join


@pytest.mark.parametrize("locale", ["en-GB", "nb-NO", "nn-NO"])
def test_sandbox_pages_fit_their_window(demo: DemoSite, locale: str) -> None:
    kari = demo.sign_in("kari", locale=locale)
    kari.goto("/training/")
    tab = practise(kari, "by-click")
    sheet = sheet_of(kari)
    parts = [f"{sheet}{part}" for part in ("", "confirm/", "upload/", "uploads/")]
    wide = too_wide(kari, "/training/", tab, *parts, linked(kari, "tbody a"))
    kari.goto("/training/")
    plan = practise(kari, "transfer")
    exam = linked(kari, "main h2 a")
    wide += too_wide(kari, plan, *(f"{exam}{part}" for part in ("", "candidates/", "test-transfer/")))
    assert wide == []


def test_states_of_training_fit_their_window(demo: DemoSite, tmp_path: Path) -> None:
    visited = Visited(demo, tmp_path)
    people = ("nina", "trainee", "assessed")
    names = [
        name
        for name, state in STATES.items()
        if state.person in people and ("scenario" not in name or "board" in name)  # not those of authors
    ]
    wide = {name: found for name in names if (found := widths_too_small(visited.show(name)))}
    assert (len(names) > 20, wide) == (True, {})


@pytest.mark.parametrize("locale", ["nb-NO", "nn-NO"])
def test_session_pages_fit_their_window(demo: DemoSite, locale: str) -> None:
    nina, trainee = demo.sign_in("nina", locale=locale), demo.visit(locale=locale)
    board, join = held_session(nina)
    wide = too_wide(nina, board) + too_wide(trainee, "/join/", join)
    trainee.fill("[name=name]", LONG_NAME)
    trainee.locator("main [type=submit]").click()
    expect(trainee.locator(".scenarios")).to_be_visible()
    own = trainee.url
    practice = practise(trainee, "first-exam")
    wide += too_wide(trainee, own, f"{own}certificate/", practice)
    parts = ("", "?scenario=first-exam", "poster/", "edit/", "end/")
    wide += too_wide(nina, *(f"{board}{part}" for part in parts), practice)
    assert wide == []
