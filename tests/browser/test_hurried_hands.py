"""Slips of people in a hurry: Back after a refusal, and a double-click on a button that goes away."""

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, Route, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_session_slips import dialog_with
from tests.browser.test_two_browsers import both
from tests.browser.test_whole_circle import download_list, open_final_grading, row


def set_grade(page: Page, number: int, grade: str) -> None:
    page.locator(row(page, number)).get_by_role("radio", name=grade, exact=True).click()
    expect(page.locator(row(page, number))).to_have_attribute("data-grade", grade)


def test_back_after_a_refused_confirmation_shows_the_page_again(demo: DemoSite) -> None:
    kari, ola = both(demo)
    kari.get_by_role("link", name="Confirm Final Grading").click()
    set_grade(ola, 10001, "A")
    kari.locator("#acknowledged").check()
    kari.get_by_role("button", name="Confirm Final Grading").click()
    expect(kari.get_by_role("alert")).to_contain_text("10001")
    kari.get_by_role("link", name="Cancel").click()
    kari.go_back()
    expect(kari.get_by_role("alert")).to_have_count(0)
    expect(kari.locator("[data-count=A]")).to_have_text("1")


def test_choice_before_the_scripts_run_is_saved(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    held: list[Route] = []
    kari.route("**/js/grade_sheet/main*.js", lambda route: held.append(route))
    with kari.expect_request("**/js/grade_sheet/main*.js"):
        kari.goto("/committees/1/", wait_until="commit")
    kari.locator(row(kari, 10001)).get_by_role("radio", name="B", exact=True).click()
    held[0].continue_()
    expect(kari.locator(row(kari, 10001))).to_have_attribute("data-grade", "B")


def test_double_click_corrects_one_row(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "TDT4100")
    file = download_list(kari, tmp_path)
    workbook = load_workbook(file)
    for cell in ("B2", "B3", "B4"):
        workbook.worksheets[0][cell] = "G"
    workbook.save(file)
    dialog = dialog_with(kari, file)
    dialog.get_by_role("button", name="Upload").click()
    grade = dialog.locator("tr[data-cell=B2] button", has_text="A").first
    grade.scroll_into_view_if_needed()
    box = grade.bounding_box()
    assert box
    kari.mouse.move(box["x"] + 5, box["y"] + 5)
    for press in (1, 2):
        kari.mouse.down(click_count=press)
        kari.mouse.up(click_count=press)
        expect(dialog.locator("tr[data-cell]")).to_have_count(2)
