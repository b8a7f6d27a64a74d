"""The right part of the page head: language, bell, user menu."""

import pytest
from playwright.sync_api import expect

from tests.browser.demo_site import DemoSite

pytestmark = pytest.mark.db_independent


@pytest.mark.parametrize("javascript", [True, False])
def test_language_is_chosen_by_keyboard_and_kept_after_sign_in(demo: DemoSite, javascript: bool) -> None:
    page = demo.visit(width=320, javascript=javascript)
    page.goto("/sign-in/?next=/grade/")
    page.locator(".account summary").press("Enter")
    page.get_by_role("button", name="Norsk (bokmål)").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "nb")
    expect(page).to_have_url(f"{demo.address}/sign-in/?next=/grade/")
    page.fill("[name=username]", "kari")
    page.fill("[name=password]", "demo")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/grade/")
    expect(page.locator("html")).to_have_attribute("lang", "nb")


def test_menus_open_inside_the_window(demo: DemoSite) -> None:
    page = demo.sign_in("kari", width=320)
    for menu in page.locator(".account details").all():
        menu.locator("summary").click()
        box = menu.locator(".menu-list").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        page.keyboard.press("Escape")
        expect(menu.locator(".menu-list")).to_be_hidden()


def test_opened_notice_is_read(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    kari.get_by_role("link", name="Notices").click()
    unread = kari.locator(".notice-unread")
    before = unread.count()
    unread.first.click()
    kari.wait_for_url(lambda url: "/notices/" not in url)
    kari.get_by_role("link", name=f"Notices {before - 1} unread" if before > 1 else "Notices").click()
    expect(unread).to_have_count(before - 1)
