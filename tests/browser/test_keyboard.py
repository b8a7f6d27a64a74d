"""Work by keyboard only: every step is reached with Tab, shows the focus, and is done with Enter."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import counts

pytestmark = pytest.mark.db_independent

MANY = 80
"""The most Tab stops before the main element of a page."""
RING = """element => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus, and check that it shows."""
    for _stop in range(MANY):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate(RING)
            return
    raise AssertionError(f"{target} is not reached by Tab")


def follow(page: Page, target: Locator) -> None:
    """Tab to a link or button, and press Enter."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True)


def sign_in(demo: DemoSite, name: str) -> Page:
    """Sign in by keyboard; the first field has the focus."""
    page = demo.visit()
    page.goto("/sign-in/")
    # The field gets the focus with the first frame, possibly after the page is loaded; earlier keys are lost.
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type("demo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def test_grader_works_by_keyboard_from_sign_in_to_confirmation(demo: DemoSite, tmp_path: Path) -> None:
    kari = sign_in(demo, "kari")
    follow(kari, link(kari, "LUP1001"))
    follow(kari, link(kari, "Open Final Grading"))
    download = kari.locator(".menu > summary", has_text="Download")
    tab_to(kari, download)
    kari.keyboard.press("Enter")
    tab_to(kari, kari.get_by_role("button", name="Grades to Excel"))
    with kari.expect_download() as waiting:
        kari.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "list.xlsx")
    fill_in(tmp_path / "list.xlsx")

    upload = kari.locator(".menu > summary", has_text="Upload")
    tab_to(kari, upload)
    kari.keyboard.press("Enter")
    tab_to(kari, link(kari, "Grades from Excel"))
    kari.keyboard.press("Enter")
    file = kari.locator("dialog[open] input[type=file]")
    expect(file).to_be_focused()
    file.set_input_files(tmp_path / "list.xlsx")
    tab_to(kari, kari.locator("dialog[open]").get_by_role("button", name="Upload"))
    kari.keyboard.press("Enter")
    assert counts(kari)["updated"] == 5
    done = kari.locator("dialog[open]").get_by_role("link", name="Done", exact=True)
    expect(kari.locator("dialog[open] h1")).to_be_focused()
    tab_to(kari, done)
    kari.keyboard.press("Enter")
    expect(kari.locator("dialog[open]")).to_have_count(0)
    expect(upload).to_be_focused()

    expect(kari.locator("tr[data-grade='Pass']")).to_have_count(5)
    kari.reload()
    follow(kari, link(kari, "Confirm Final Grading"))
    follow(kari, kari.get_by_role("button", name="Confirm Final Grading"))
    expect(kari.locator("main")).to_have_attribute("data-stage", "confirmed")


def fill_in(file: Path) -> None:
    book = load_workbook(file)
    for row in range(2, 7):
        book.worksheets[0].cell(row=row, column=2, value="Pass")
    book.save(file)


def test_skip_link_comes_first(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    kari.goto("/grade/")
    skip = link(kari, "Skip to the content")
    tab_to(kari, skip)
    expect(skip).to_be_in_viewport()
    kari.keyboard.press("Enter")
    expect(kari.locator("main")).to_be_focused()


def test_error_summary_links_to_the_field(demo: DemoSite) -> None:
    per = sign_in(demo, "per")
    follow(per, link(per, "New exam"))
    per.evaluate("document.querySelector('main form').noValidate = true")
    follow(per, per.get_by_role("button", name="Create exam"))
    expect(per).to_have_title("Error: New exam · gradereg")
    expect(per.locator("[data-errors]")).to_be_focused()
    per.keyboard.press("Tab")
    per.keyboard.press("Enter")
    expect(per.locator("[name=name]")).to_be_focused()
