"""A session of three people in one committee and a trainer who intervenes, in four browsers."""

from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import confirm
from tests.training.browser.steps import (
    PATIENCE,
    begin,
    candidate,
    expect_stage,
    give,
    open_grading,
    panel,
)
from tests.training.browser.test_board import join, line

NO_LONGER = "Grades changed after you confirmed. Please review and confirm again."


def code_of_shared_session(nina: Page) -> str:
    """Create a training session with three trainees per copy, and return its code."""
    nina.goto("/training/sessions/new/")
    nina.get_by_label("Title").fill("Real committees")
    nina.get_by_label("Three in one committee").check()
    nina.get_by_role("button", name="Create training session").click()
    expect(nina.locator("#messages")).to_contain_text("The training session is open.")
    return nina.locator(".board-code").first.inner_text().replace(" ", "")


def expect_grade(number: int, grade: str, *pages: Page) -> None:
    """Expect each of these open pages to show the grade without a reload."""
    for page in pages:
        expect(candidate(page, number)).to_have_attribute("data-grade", grade, timeout=PATIENCE)


def test_three_in_one_committee_and_a_trainer(demo: DemoSite) -> None:
    nina = demo.sign_in("nina")
    code = code_of_shared_session(nina)
    anna, bo, cato = people = [demo.visit(), demo.visit(), demo.visit(width=390)]
    for page, name in zip(people, ("Anna Lie", "Bo Dahl", "Cato Moe"), strict=True):
        join(page, code, name)
        begin(page, "by-click")
        open_grading(page, "MUS1005")
    expect(panel(anna)).to_contain_text("You share this copy with Bo Dahl, Cato Moe.", timeout=PATIENCE)

    # Among people: one overwrites the grade of another, and ends a confirmation.
    give(anna, c30002="C")
    expect_grade(30002, "C", bo, cato)
    give(bo, c30002="B")
    expect_grade(30002, "B", anna, cato)
    confirm(anna)
    expect_stage(cato, "waiting")
    give(cato, c30002="C")
    expect(anna.locator("#sheet-head").get_by_text(NO_LONGER)).to_be_visible(timeout=PATIENCE)

    # A raised hand, the hint, and a message to one.
    panel(bo).get_by_role("button", name="Ask the trainer for help").click()
    expect(line(nina, "Bo Dahl").locator("[data-hand]")).to_be_visible(timeout=PATIENCE)
    line(nina, "Bo Dahl").get_by_role("link", name="Details").click()
    nina.get_by_role("button", name="Give this hint").click()
    expect(bo.locator(".practice-hint")).to_be_visible(timeout=PATIENCE)
    nina.get_by_role("textbox", name="Message to this trainee").fill("Look at 30002")
    nina.get_by_role("button", name="Send").click()
    expect(panel(bo)).to_contain_text("Nina Vik (to you): Look at 30002", timeout=PATIENCE)
    nina.get_by_role("button", name="Helped").click()
    expect(panel(bo).get_by_role("button", name="Ask the trainer for help")).to_be_visible(timeout=PATIENCE)

    # What the trainer lets a robot do shows on every page.
    nina.get_by_role("button", name="Runa Myhre uploads a list").click()
    expect(nina.locator("#messages")).to_contain_text("Done.")
    expect_grade(30002, "D", *people)
    expect(panel(anna)).not_to_contain_text("Look at 30002")
