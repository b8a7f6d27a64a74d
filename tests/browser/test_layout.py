"""No page is wider than its window, on desktop, phone and enlarged."""

import pytest

from tests.browser.demo_site import DemoSite

pytestmark = pytest.mark.db_independent

PAGES = {
    "kari": "grade/ grade/1/ committees/1/ committees/1/upload/ committees/1/confirm/ committees/1/uploads/ candidates/1/ "
    "notices/ settings/ committees/1/read-back/ committees/1/read-back/?at=99",
    "per": "plan/ plan/exams/1/ plan/exams/1/edit/ plan/exams/1/candidates/ plan/exams/1/log/ plan/exams/1/transfer/ "
    "plan/exams/1/test-transfer/ plan/import/ plan/exams/new/ fs/ fs/1/",
    "sofie": "studentweb/",
}


WIDTHS = (1280, 390, 320)
"""Desktop, phone, and desktop at 400 %."""


@pytest.mark.parametrize("locale", ["en-GB", "nb-NO", "nn-NO"])
def test_pages_fit_the_window(demo: DemoSite, locale: str) -> None:
    wide = []
    for person, paths in PAGES.items():
        page = demo.sign_in(person, locale=locale)
        for path in paths.split():
            answer = page.goto(f"/{path}")
            assert answer is not None
            assert (path, answer.status) == (path, 200)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append((path, width))
    assert wide == []
