"""A training session in three browsers: the trainer's, and those of two trainees without an account."""

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.demo_site import DemoSite
from tests.training.browser.steps import (
    PATIENCE,
    begin,
    candidate,
    open_grading,
    panel,
    unfold,
)

WATCHING = "You are viewing a trainee’s practice, so you can’t change anything."


def open_session(nina: Page, title: str) -> None:
    """Create a training session with all scenarios."""
    nina.get_by_role("link", name="Training", exact=True).click()
    nina.get_by_role("link", name="New training session").click()
    nina.get_by_label("Title").fill(title)
    nina.get_by_role("button", name="Create training session").click()
    expect(nina.locator("#messages")).to_contain_text("The training session is open.")


def code_on(nina: Page) -> str:
    """Open the poster and return its code."""
    nina.get_by_role("link", name="Show the code").click()
    code = nina.locator(".poster-code")
    expect(code).to_be_visible()
    picture = nina.locator(".poster-picture img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    return code.inner_text()


def join(page: Page, code: str, name: str) -> None:
    """Join without an account, with the code in lower case."""
    page.goto("/join/")
    page.get_by_label("Code").fill(code.lower())
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("main")).to_contain_text(f"Welcome, {name}.")


def line(nina: Page, name: str) -> Locator:
    """Return a trainee's row of the board."""
    return nina.locator("tr[data-trainee]").filter(has=nina.get_by_role("rowheader", name=name))


def expect_step(nina: Page, name: str, step: str) -> None:
    """Expect the board to show this step of the trainee without a reload."""
    expect(line(nina, name).locator(".board-step")).to_contain_text(step, timeout=PATIENCE)


def test_session_from_poster_to_end(demo: DemoSite, tmp_path: Path) -> None:
    nina = demo.sign_in("nina")
    anna, bo = demo.visit(), demo.visit(width=390)
    open_session(nina, "Autumn training")
    code = code_on(nina)
    join(anna, code, "Anna Lie")
    join(bo, code, "Bo Dahl")
    expect(nina.locator(".poster-joined")).to_contain_text("2 have joined", timeout=PATIENCE)
    nina.get_by_role("link", name="Back to the board").click()
    expect(nina.locator("tr[data-state='not_begun']")).to_have_count(2)

    begin(anna, "first-exam")
    begin(bo, "first-exam")
    expect_step(nina, "Anna Lie", "Find your exam")
    open_grading(anna, "HIS1200")
    expect_step(nina, "Anna Lie", "Download the list")
    expect_step(nina, "Bo Dahl", "Find your exam")
    expect(nina.locator("[data-state='working'] strong")).to_have_text("2")

    nina.get_by_role("textbox", name="Message to all").fill("Coffee at ten")
    nina.get_by_role("button", name="Send to all").click()
    for page in (anna, bo):
        expect(panel(page)).to_contain_text("Nina Vik: Coffee at ten", timeout=PATIENCE)
    expect(bo.locator("#practice-panel > summary")).to_contain_text("Coffee at ten")
    unfold(bo)
    expect(bo.locator(".practice-message")).to_be_visible()

    nina.get_by_role("link", name="View the pages of Anna Lie").click()
    expect(nina.locator(".practice-banner")).to_contain_text("You are viewing Anna Lie’s practice.")
    open_grading(nina, "HIS1200")
    expect(panel(anna)).to_contain_text("Nina Vik is viewing your pages.", timeout=PATIENCE)
    expect(panel(bo)).not_to_contain_text("is viewing your pages")
    candidate(nina, 10101).get_by_role("radio", name="A", exact=True).click()
    expect(nina.locator("#alerts [role=alert]")).to_have_text(WATCHING)
    expect(candidate(nina, 10101)).to_have_attribute("data-grade", "")
    nina.locator(".practice-banner").get_by_role("link", name="Back to the board").click()

    nina.locator("summary", has_text="Open and pause scenarios").click()
    scenario = nina.locator("[data-scenario='first-exam']")
    scenario.get_by_role("button", name="Pause for all").click()
    expect(nina.locator("#messages")).to_contain_text("The scenario is paused for everyone.")
    for page in (anna, bo):
        pause = page.get_by_role("heading", name="Pause", exact=True)
        expect(pause).to_be_visible(timeout=PATIENCE)
    anna.get_by_role("link", name="Go to my scenarios").click()
    expect(anna.locator("[data-scenario='first-exam']")).to_contain_text("Paused")

    nina.locator("summary", has_text="Open and pause scenarios").click()
    scenario.get_by_role("button", name="Open for all").click()
    expect(panel(bo)).to_be_visible(timeout=PATIENCE)
    anna.locator("[data-scenario='first-exam']").get_by_role("button", name="Continue").wait_for(
        timeout=PATIENCE
    )

    with nina.expect_download() as waiting:
        nina.get_by_role("link", name="Summary to Excel").click()
    waiting.value.save_as(tmp_path / "summary.xlsx")
    sheets = load_workbook(tmp_path / "summary.xlsx").worksheets
    told = {str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"Anna Lie", "Bo Dahl"} <= told

    nina.get_by_role("link", name="End session").click()
    nina.locator("dialog[open]").get_by_role("button", name="End session").click()
    expect(nina.locator("[data-over]")).to_contain_text("This training session ended on")
    bo.get_by_role("heading", name="This practice is over").wait_for(timeout=PATIENCE)
    bo.get_by_role("link", name="Go to my scenarios").click()
    expect(bo.locator("main")).to_contain_text("The trainer has ended this training session.")
