"""A sheet loaded in chunks works as one sheet, by keyboard and without JavaScript."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_site import ROOT, DemoSite, SiteTemplate
from tests.browser.test_by_hand import expect_grades, radio
from tests.browser.test_whole_circle import row

pytestmark = pytest.mark.db_independent


@pytest.fixture(scope="module")
def sheet(site_template: SiteTemplate, browser: Browser) -> Iterator[tuple[DemoSite, str]]:
    """A site and the window of a committee with candidates 11000 to 12099; all except the last ten have a grade."""
    with site_template.site() as site:
        command = [sys.executable, "-m", "benchmarks.long_sheets", "1100"]
        made = subprocess.run(command, cwd=ROOT, env=site.environment, check=True, capture_output=True)
        site.start()
        demo = DemoSite(site.address, browser)
        yield demo, f"/committees/{int(made.stdout)}/"
        assert demo.console_errors == []


def opened(sheet: tuple[DemoSite, str], *, javascript: bool = True) -> Page:
    demo, address = sheet
    kari = demo.sign_in("kari", javascript=javascript)
    kari.goto(address)
    return kari


def test_keys_find_unloaded_rows(sheet: tuple[DemoSite, str]) -> None:
    kari = opened(sheet)
    kari.get_by_role("button", name="Type grades").click()
    expect(radio(kari, 12090, "A")).to_be_focused()
    kari.keyboard.type("a11500d")
    expect_grades(kari, c12090="A", c11500="D")
    expect(kari.locator(row(kari, 11501)).locator("[name=grade]:checked")).to_be_focused()
    kari.keyboard.press("Home")
    expect(kari.locator(row(kari, 11000)).locator("[name=grade]:checked")).to_be_focused()
    kari.keyboard.press("Control+z")
    expect(kari.locator("#status")).to_have_text("11500: E restored")
    expect(radio(kari, 11500, "E")).to_be_focused()
    kari.keyboard.press("End")
    expect(radio(kari, 12099, "A")).to_be_focused()


def test_arrows_and_anchors_load_chunks(sheet: tuple[DemoSite, str]) -> None:
    kari = opened(sheet)
    place = kari.locator("[data-placeholder]").last
    asked = (place.get_attribute("data-ids") or "").split()[0]
    number = (place.get_attribute("data-numbers") or "").split()[0]
    kari.goto(f"{sheet[1]}?show=all#c-{asked}")
    here = kari.locator(row(kari, int(number)))
    expect(here.locator("[name=grade]:checked")).to_be_focused()
    kari.keyboard.press("ArrowUp")
    expect(kari.locator(row(kari, int(number) - 1)).locator("[name=grade]:checked")).to_be_focused()
    kari.keyboard.press("ArrowDown")
    expect(here.locator("[name=grade]:checked")).to_be_focused()


def test_link_loads_rows_without_javascript(sheet: tuple[DemoSite, str]) -> None:
    kari = opened(sheet, javascript=False)
    expect(kari.locator("tr[data-candidate]")).to_have_count(100)
    kari.get_by_role("link", name="Show candidates 11200 to 11249").click()
    radio(kari, 11201, "A").check()
    kari.keyboard.press("Enter")
    expect(kari.locator(row(kari, 11201))).to_have_attribute("data-grade", "A")
    expect(kari.locator(row(kari, 11201))).to_be_in_viewport()
