"""A trainer copies a scenario, changes and publishes it, and somebody else plays it to “Well done”."""

from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import confirm
from tests.training.browser.steps import expect_done, expect_task, give, open_grading, study

PLAYED = 240_000
"""Milliseconds within which a scenario is played in all ways on a busy machine."""


def save(page: Page) -> None:
    page.locator(".scenario-save").get_by_role("button", name="Save", exact=True).click()


def test_scenario_is_copied_changed_published_and_played(demo: DemoSite) -> None:
    nina = demo.sign_in("nina")
    nina.goto("/training/scenarios/new/")
    nina.get_by_label("Title").fill("Four dancers")
    nina.get_by_role("button", name="Create scenario").click()
    nina.get_by_role("link", name="Copy").click()
    nina.get_by_role("button", name="Copy scenario").click()
    expect(nina.get_by_role("heading", level=1)).to_have_text("Four dancers (copy)")
    nina.get_by_role("link", name="Edit", exact=True).click()
    nina.get_by_label("Title").first.fill("Three dancers and an absent one")
    nina.locator("[name=tasks-0-hint]").fill("Click a letter in the row of each candidate.")
    nina.get_by_role("button", name="Add a person").click()
    nina.locator("button[name=remove][value=people-1]").click()
    save(nina)
    expect(nina.locator("[data-passed]")).to_be_visible(timeout=PLAYED)
    nina.get_by_role("button", name="Publish").click()
    expect(nina.get_by_text("Published on")).to_be_visible()

    kari = demo.sign_in("kari")
    kari.goto("/training/")
    study(kari, "four-dancers-2")
    expect(kari.locator("#practice-body h2")).to_have_text("Three dancers and an absent one")
    open_grading(kari, "DAN1001")
    expect_task(kari, "grade")
    give(kari, c90001="A", c90002="C", c90004="B")
    confirm(kari)
    expect_done(kari)
