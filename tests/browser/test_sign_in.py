"""Sign-in through a provider in Chromium, with the site's own security headers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_site import DemoSite, SiteTemplate
from tests.sign_in.providers import Mock, run_mock

pytestmark = pytest.mark.db_independent


@pytest.fixture
def feide() -> Iterator[Mock]:
    with run_mock() as mock:
        yield mock


@pytest.fixture
def site_with_feide(site_template: SiteTemplate, browser: Browser, feide: Mock) -> Iterator[DemoSite]:
    """A demo site with Feide, local accounts, and low limits."""
    settings = {"OIDC_ISSUER": feide.issuer, "OIDC_CLIENT_ID": "gradereg", "OIDC_CLIENT_SECRET": "secret"}
    with site_template.demo(browser, **settings, LOCAL_ACCOUNTS="1", SIGN_IN_RATE_PER_NAME="2/15m") as demo:
        yield demo
        assert demo.console_errors == []
        for context in browser.contexts:
            context.close()


def visitor(demo: DemoSite, *, javascript: bool) -> Page:
    context = demo.browser.new_context(base_url=demo.address, java_script_enabled=javascript, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda said: demo.console_errors.append(said.text) if "Refused" in said.text else None)
    return page


@pytest.mark.parametrize("javascript", [True, False])
def test_invited_person_signs_in_and_out_by_feide(
    site_with_feide: DemoSite, feide: Mock, javascript: bool
) -> None:
    feide.set_claims("emma", feide_name="emma.lie@ntnu.no", name="Emma Lie")
    page = visitor(site_with_feide, javascript=javascript)
    page.goto("/studentweb/")
    page.get_by_role("button", name="Sign in with Feide").click()
    page.wait_for_url(f"{feide.issuer}/oauth2/authorize?**")
    page.fill("[name=sub]", "emma")
    page.locator("[name=sub]").press("Enter")
    page.wait_for_url(f"{site_with_feide.address}/studentweb/")
    expect(page.locator(".account")).to_contain_text("Emma Lie")
    page.locator(".account summary", has_text="Emma Lie").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{feide.issuer}/oauth2/end_session?**")
    page.goto(f"{site_with_feide.address}/studentweb/")
    expect(page).to_have_url(f"{site_with_feide.address}/sign-in/?next=/studentweb/")


def test_repeated_failures_show_the_waiting_time(site_with_feide: DemoSite) -> None:
    page = visitor(site_with_feide, javascript=True)
    page.goto("/sign-in/")
    for _try in range(3):
        page.fill("[name=username]", "kari")
        page.fill("[name=password]", "wrong")
        page.get_by_role("button", name="Sign in", exact=True).click()
    reason = page.locator(".note-error")
    expect(reason).to_contain_text("Too many failed sign-ins. Wait ")
    expect(reason).to_be_focused()
    expect(page.locator("[name=username]")).to_have_value("kari")


def test_upload_limit_is_shown_in_the_dialog(site_template: SiteTemplate, browser: Browser) -> None:
    with site_template.demo(browser, UPLOAD_RATE="1/5m") as demo:
        kari = demo.sign_in("kari")
        kari.get_by_role("link", name="TDT4100").first.click()
        kari.get_by_role("link", name="Open Final Grading").click()
        kari.locator("summary", has_text="Upload").click()
        kari.get_by_role("link", name="Grades from Excel").click()
        told = kari.locator("dialog").get_by_role("alert")
        for sentence in ("Excel Workbook (.xlsx)", "You have uploaded many times in a short period. Wait "):
            kari.set_input_files("#file", {"name": "a.xlsx", "mimeType": "", "buffer": b"no workbook"})
            kari.locator("dialog").get_by_role("button", name="Upload").click()
            expect(told).to_contain_text(sentence)
        assert (demo.console_errors, kari.locator("#alerts").inner_text()) == ([], "")
        kari.context.close()


def test_idle_page_signs_out_with_a_reason(site_template: SiteTemplate, browser: Browser) -> None:
    with site_template.demo(browser, IDLE_MINUTES="0.1") as demo:
        kari = demo.sign_in("kari")
        expect(kari).to_have_url(f"{demo.address}/grade/")
        kari.goto("/committees/1/")
        kari.wait_for_url(f"{demo.address}/sign-in/?next=/committees/1/")
        expect(kari.locator("[data-message]")).to_contain_text("because you had been inactive for a while")
        expect(kari.locator("[data-message]")).to_be_focused()
        kari.context.close()
