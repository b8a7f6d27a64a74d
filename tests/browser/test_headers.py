"""Pages comply with their Content-Security-Policy in Chromium; nothing is left after signing out."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite

pytestmark = pytest.mark.db_independent

GRADER = "grade/ grade/1/ committees/1/ committees/1/upload/ committees/1/confirm/ committees/1/uploads/ candidates/1/"
PAGES = {
    "kari": f"{GRADER} nowhere/ plan/",
    "ingrid": "committees/3/ committees/3/confirm/ committees/2/",
    "per": "plan/ plan/exams/1/ plan/exams/1/edit/ plan/exams/1/candidates/ plan/exams/1/log/ plan/exams/1/transfer/ "
    "plan/exams/1/test-transfer/ plan/import/ plan/exams/new/ fs/ fs/1/",
    "sofie": "studentweb/",
    "admin": "admin/ admin/committees/user/ admin/committees/user/1/change/ admin/committees/user/1/history/ "
    "admin/committees/user/1/password/ admin/committees/user/add/ admin/committees/exam/ admin/committees/exam/1/change/ "
    "admin/committees/logentry/ admin/committees/logentry/1/change/ admin/fs/registration/ admin/nowhere/",
}


def stopped(page: Page) -> list[str]:
    """Collect what the browser blocks from now on, from its console."""
    told: list[str] = []
    page.on(
        "console",
        lambda line: told.append(f"{page.url}: {line.text}") if "Content Security" in line.text else None,
    )
    return told


@pytest.mark.parametrize("person", PAGES)
def test_pages_comply_with_the_policy(demo: DemoSite, person: str) -> None:
    page = demo.sign_in(person)
    told = stopped(page)
    for path in PAGES[person].split():
        answer = page.goto(f"/{path}")
        assert answer is not None
        assert (
            path,
            answer.status < 500,
            "default-src 'none'" in answer.headers["content-security-policy"],
        ) == (
            path,
            True,
            True,
        )
        page.wait_for_load_state("load")
    assert told == []


def test_policy_violations_are_blocked_and_reported(demo: DemoSite) -> None:
    page = demo.sign_in("kari")
    told = stopped(page)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.got = 1";
            document.body.append(script);
        }"""
    )
    assert page.evaluate("window.got") is None
    assert len(told) == 1


def test_dialog_click_and_live_updates_comply(demo: DemoSite) -> None:
    page = demo.sign_in("kari")
    told = stopped(page)
    page.goto("/committees/1/")
    page.locator("tr[data-candidate='10001']").get_by_role("radio", name="D", exact=True).click()
    expect(page.locator("tr[data-candidate='10001']")).to_have_attribute("data-grade", "D")
    page.locator("summary", has_text="Upload").click()
    page.get_by_role("link", name="Grades from Excel").click()
    expect(page.locator("dialog[open] input[type=file]")).to_be_visible()
    with page.expect_response("**/changes/**"):
        pass
    assert told == []


def test_search_terms_are_not_in_addresses(demo: DemoSite) -> None:
    page = demo.sign_in("kari")
    page.goto("/committees/1/?show=ungraded")
    page.get_by_label("Search by candidate number").fill("10003")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tr[data-candidate]")).to_have_count(1)
    assert page.url.startswith(f"{demo.address}/committees/1/?show=ungraded&search=")
    assert "10003" not in page.url


def test_back_after_signing_out_shows_no_grade(demo: DemoSite) -> None:
    page = demo.sign_in("kari")
    page.goto("/committees/1/")
    expect(page.locator("tr[data-candidate]")).to_have_count(12)
    page.locator(".account summary", has_text="Kari").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.locator("tr[data-candidate]")).to_have_count(0)


@pytest.mark.parametrize("size", [6, 200])
def test_upload_limit_is_shown_in_the_dialog(demo: DemoSite, tmp_path: Path, size: int) -> None:
    file = tmp_path / "grades.xlsx"
    with file.open("wb") as out:
        out.truncate(size * 1024 * 1024)
    page = demo.sign_in("kari")
    page.goto("/committees/1/")
    page.locator("summary", has_text="Upload").click()
    page.get_by_role("link", name="Grades from Excel").click()
    page.locator("dialog[open] input[type=file]").set_input_files(file)
    page.locator("dialog").get_by_role("button", name="Upload").click()
    expect(page.locator("dialog[open] [role=alert]")).to_contain_text("5 MB", timeout=30_000)
