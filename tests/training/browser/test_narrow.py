"""The first scenario on a phone, and without JavaScript."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import confirm, download_list, upload
from tests.training.browser.steps import (
    FIRST_NOTES,
    begin,
    candidate,
    close_result,
    expect_done,
    expect_result,
    expect_stage,
    expect_task,
    fill_in,
    give,
    open_grading,
    panel,
    study,
    unfold,
)
from tests.training.browser.test_board import join

SUMMARY = "#practice-panel > summary"


def to_the_tasks(page: Page) -> None:
    """Open the folded panel by keyboard, through the second skip link."""
    page.locator("body").press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the tasks")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(SUMMARY)).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel(page)).to_be_visible()


def test_first_exam_on_a_phone_with_a_folded_panel(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari", width=390)
    study(kari, "first-exam")
    expect(panel(kari)).to_be_hidden()
    expect(kari.locator(SUMMARY)).to_contain_text("0/7 · Find your exam")
    open_grading(kari, "HIS1200")
    expect(kari.locator(SUMMARY)).to_contain_text("2/7 · Download the list")
    to_the_tasks(kari)
    for _done_task_or_check in range(3):
        kari.keyboard.press("Tab")
    expect(kari.locator("#practice-check")).to_be_focused()
    kari.keyboard.press("Enter")
    expect(kari.locator(".practice-check-result li")).to_be_in_viewport()
    kari.locator(SUMMARY).press("Enter")
    expect(panel(kari)).to_be_hidden()

    upload(kari, fill_in(download_list(kari, tmp_path), FIRST_NOTES | {10105: ""}))
    expect_result(kari, updated=7, empty=1)
    close_result(kari)
    expect(kari.locator(SUMMARY)).to_contain_text("4/7 · Read the result")
    give(kari, c10105="F")
    expect(kari.locator(SUMMARY)).to_contain_text("5/7 · Confirm Final Grading")
    confirm(kari)
    expect_stage(kari, "confirmed")
    kari.locator(SUMMARY).press("Enter")
    expect_done(kari)


def test_hand_in_is_not_covered_by_the_panel(demo: DemoSite) -> None:
    nina, bo = demo.sign_in("nina"), demo.visit(width=390)
    nina.goto("/training/sessions/new/")
    nina.get_by_label("Title").fill("Assessment")
    nina.get_by_label("Assessment: points, one attempt").check()
    nina.get_by_role("button", name="Create training session").click()
    join(bo, nina.locator(".board-code").first.inner_text().replace(" ", ""), "Bo Dahl")
    begin(bo, "shifted-column")
    unfold(bo)
    panel(bo).get_by_role("link", name="Hand in").click()
    bo.locator("main").get_by_role("button", name="Hand in").click()
    expect(bo.locator("[data-points]")).to_contain_text("0 of 2 points")


def test_first_exam_without_javascript(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari", width=390, javascript=False)
    kari.goto("/training/")
    begin(kari, "first-exam")
    kari.locator("#practice-check").click()
    said = kari.locator("#messages")
    expect(said).to_contain_text("You haven’t opened the page for this task yet.")
    open_grading(kari, "HIS1200")
    kari.locator("#practice-check").click()
    expect_task(kari, "open")
    kari.locator("#practice-check").click()
    expect_task(kari, "download")
    blank = download_list(kari, tmp_path)
    kari.locator("#practice-check").click()
    expect_task(kari, "upload")
    kari.locator(".menu > summary", has_text="Upload").click()
    kari.get_by_role("link", name="Grades from Excel").click()
    kari.locator("input[type=file]").set_input_files(fill_in(blank, FIRST_NOTES | {10105: "", 10103: "B"}))
    kari.locator("main").get_by_role("button", name="Upload").click()
    expect_result(kari, updated=7, empty=1)
    for help_with in ("2 things are not right yet", "Check these: ", "1 candidate has no grade: 10105."):
        kari.locator("#practice-check").click()
        expect(said).to_contain_text(help_with)
    expect(said).to_contain_text("10103 has B, but it is A in your notes.")
    kari.get_by_role("link", name="Done", exact=True).click()
    give(kari, c10105="F", c10103="A")
    expect(candidate(kari, 10103)).to_contain_text("Kari Nordmann")
    expect_task(kari, "confirm")
    confirm(kari)
    expect_task(kari, "wait")
