"""No page is wider than its window, at a desk and on a telephone."""

import pytest

from tests.browser.world import World

PAGES = {
    "kari": "grade/ grade/1/ committees/1/ committees/1/upload/ committees/1/confirm/ committees/1/uploads/ candidates/1/",
    "per": "plan/ plan/exams/1/ plan/exams/1/edit/ plan/exams/1/candidates/ plan/exams/1/log/ plan/exams/1/transfer/ "
    "plan/exams/1/test-transfer/ plan/import/ plan/exams/new/ fs/ fs/1/",
    "sofie": "studentweb/",
}


@pytest.mark.parametrize("locale", ["en-GB", "nb-NO", "nn-NO"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_window(world: World, width: int, locale: str) -> None:
    wide = []
    for person, paths in PAGES.items():
        page = world.sign_in(person, width=width, locale=locale)
        for path in paths.split():
            answer = page.goto(f"/{path}")
            assert answer is not None
            assert (path, answer.status) == (path, 200)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(path)
    assert wide == []
