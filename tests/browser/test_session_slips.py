"""A session that ends or changes in another tab: input is neither lost nor saved as another person."""

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_by_hand import expect_grades, lock_for_grading, radio
from tests.browser.test_whole_circle import download_list, row

pytestmark = pytest.mark.db_independent


def other_tab(page: Page) -> Page:
    tab = page.context.new_page()
    tab.goto("/grade/")
    return tab


def sign_out(tab: Page) -> None:
    tab.goto("/notices/")
    tab.locator(".account-name").last.click()
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url("**/sign-in/**")


def sign_in(tab: Page, username: str) -> None:
    tab.goto("/sign-in/")
    tab.fill("[name=username]", username)
    tab.fill("[name=password]", "demo")
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.wait_for_url(lambda url: "/sign-in/" not in url)


def alert_of(page: Page) -> Locator:
    return page.locator("[data-alerts] > .note:visible")


def quiet(page: Page) -> None:
    """Stop polling, so that the page notices changes of its session through acts."""
    page.route("**/changes/**", lambda route: route.abort())


# Grades


def test_unsaved_grades_are_kept_and_sent_after_reconnecting(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    before = kari.url
    kari.context.set_offline(True)
    radio(kari, 10001, "B").click()
    expect(alert_of(kari)).to_contain_text("Not saved: 10001 B")
    kari.get_by_role("link", name="Confirm Final Grading").click()
    expect(alert_of(kari)).to_be_focused()
    assert kari.url == before
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    kari.on("dialog", stay)
    kari.close(run_before_unload=True)
    kari.context.set_offline(False)
    expect_grades(kari, c10001="B")
    expect(alert_of(kari)).to_have_count(0)
    assert asked == ["beforeunload"]


def test_grade_typed_after_session_end_is_saved_after_sign_in(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    quiet(kari)
    tab = other_tab(kari)
    sign_out(tab)
    radio(kari, 10001, "A").focus()
    kari.keyboard.type("b")
    expect(alert_of(kari)).to_contain_text("You have been signed out.")
    expect(alert_of(kari)).to_contain_text("Not saved: 10001 B")
    expect(radio(kari, 10001, "B")).not_to_be_checked()
    with kari.context.expect_page() as opened:
        alert_of(kari).get_by_role("link", name="Sign in again in a new tab").click()
    sign_in(opened.value, "kari")
    alert_of(kari).get_by_role("button", name="Try again").click()
    expect(alert_of(kari)).to_have_count(0)
    expect_grades(kari, c10001="B")
    kari.keyboard.type("d")
    expect_grades(kari, c10001="D")


def test_page_from_before_a_new_sign_in_continues(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    quiet(kari)
    tab = other_tab(kari)
    sign_out(tab)
    sign_in(tab, "kari")
    radio(kari, 10001, "A").focus()
    kari.keyboard.type("bcd")
    expect_grades(kari, c10001="B", c10002="C", c10003="D")
    assert alert_of(kari).count() == 0


def test_typing_keeps_its_row_while_grades_are_sent(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    quiet(kari)
    held: list[Route] = []
    kari.route("**/session/", lambda route: held.append(route))  # Playwright inspects it
    tab = other_tab(kari)
    sign_out(tab)
    sign_in(tab, "kari")
    radio(kari, 10001, "A").focus()
    kari.keyboard.type("bc")
    while not held:
        kari.wait_for_timeout(20)
    held[0].continue_()
    expect_grades(kari, c10001="B", c10002="C")
    kari.keyboard.type("d")
    expect_grades(kari, c10001="B", c10002="C", c10003="D")


def test_grade_is_not_saved_as_another_person(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    quiet(kari)
    tab = other_tab(kari)
    sign_out(tab)
    sign_in(tab, "ola")
    radio(kari, 10001, "A").focus()
    kari.keyboard.type("b")
    expect(alert_of(kari)).to_contain_text("This browser is now signed in as Ola Hansen")
    expect(alert_of(kari)).to_contain_text("Not saved: 10001 B")
    tab.goto(kari.url)
    expect_grades(tab, c10001="")
    sign_out(tab)
    sign_in(tab, "kari")
    alert_of(kari).get_by_role("button", name="Try again").click()
    expect_grades(kari, c10001="B")
    expect(kari.locator(row(kari, 10001))).to_contain_text("Kari Nordmann")


def test_page_detects_another_user(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    tab = other_tab(kari)
    sign_out(tab)
    expect(kari).to_have_url(f"{demo.address}/sign-in/?next=/committees/1/")
    sign_in(kari, "kari")
    kari.goto("/committees/1/")
    kari.locator(".menu > summary", has_text="Upload").click()
    kari.get_by_role("link", name="Grades from Excel").click()
    kari.locator("dialog[open] input[type=file]").wait_for()
    replace_session(tab, "ola")
    expect(alert_of(kari)).to_contain_text("This browser is now signed in as Ola Hansen")
    alert_of(kari).get_by_role("button", name="Reload the page").click()
    expect(kari.locator(".account-name").last).to_have_text("Ola Hansen")


def replace_session(tab: Page, username: str) -> None:
    """Sign out and in without a moment in which another page could check the user."""
    tab.goto("/notices/")
    token = tab.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    origin = tab.url.split("/notices/")[0]
    form: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token}
    form |= {"username": username, "password": "demo"}
    tab.context.request.post(f"{origin}/sign-out/", form=form, max_redirects=0)
    tab.context.request.post(f"{origin}/sign-in/", form=form, max_redirects=0)


# The upload dialog


def dialog_with(page: Page, file: Path) -> Locator:
    page.locator(".menu > summary", has_text="Upload").click()
    page.get_by_role("link", name="Grades from Excel").click()
    page.locator("dialog[open] input[type=file]").set_input_files(file)
    return page.locator("dialog")


def test_upload_continues_after_a_new_sign_in(demo: DemoSite, tmp_path: Path) -> None:
    kari = lock_for_grading(demo)
    quiet(kari)
    file = download_list(kari, tmp_path)
    tab = other_tab(kari)
    dialog = dialog_with(kari, file)
    sign_out(tab)
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator("[data-alerts] > .note")).to_contain_text("You have been signed out.")
    expect(dialog.locator("[data-alerts] > .note")).to_contain_text(f"Not saved: {file.name}")
    sign_in(tab, "kari")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.locator(".upload-result")).to_be_visible()


def test_upload_with_an_outdated_token_succeeds(demo: DemoSite, tmp_path: Path) -> None:
    kari = lock_for_grading(demo)
    quiet(kari)
    file = download_list(kari, tmp_path)
    tab = other_tab(kari)
    dialog = dialog_with(kari, file)
    sign_out(tab)
    sign_in(tab, "kari")
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator(".upload-result")).to_be_visible()
    expect(dialog.locator("[data-alerts] > .note")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (0, "We couldn’t reach the server"),
        (413, "The upload is too large"),
        (500, "Something went wrong on our side"),
        (503, "The server is not available right now"),
    ],
)
def test_failed_upload_is_reported_in_the_dialog(
    demo: DemoSite, tmp_path: Path, status: int, said: str
) -> None:
    kari = lock_for_grading(demo)
    file = download_list(kari, tmp_path)
    dialog = dialog_with(kari, file)

    def fail(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif status == 0:
            route.abort()
        else:
            route.fulfill(
                status=status, headers={"X-Request-ID": "7f1466f1"} if status == 500 else {}, body=""
            )

    kari.route("**/upload/", fail)
    dialog.get_by_role("button", name="Upload").click()
    alert = dialog.locator("[data-alerts] > .note")
    expect(alert).to_contain_text(said)
    expect(alert).to_contain_text(file.name)
    assert kari.locator("#alerts [role=alert]").count() == 0
    # The alert is on top, not behind the backdrop.
    assert alert.evaluate(
        "box => { const at = box.getBoundingClientRect();"
        " return box.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2)) }"
    )
    kari.unroute("**/upload/")
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator(".upload-result")).to_be_visible()
    expect(dialog.locator("[data-alerts] > .note")).to_have_count(0)


@pytest.mark.parametrize("is_deleted", [False, True])
def test_changed_file_has_to_be_chosen_again(demo: DemoSite, tmp_path: Path, is_deleted: bool) -> None:
    kari = lock_for_grading(demo)
    file = download_list(kari, tmp_path)
    dialog = dialog_with(kari, file)
    # Now the browser has recorded the state of the chosen file.
    dialog.locator("input[type=file]").evaluate("field => field.files[0].arrayBuffer()")
    if is_deleted:
        file.unlink()
    else:
        os.utime(file, (time.time() + 60, time.time() + 60))
        # Chromium does so itself (ERR_UPLOAD_FILE_CHANGED), but not each time.
        kari.route("**/upload/", lambda route: route.abort("failed"))
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.locator("[data-alerts] > .note")).to_contain_text(
        "The file was changed, moved or deleted", timeout=20_000
    )
    field = dialog.locator("input[type=file]")
    expect(field).to_have_value("")
    expect(dialog.get_by_role("button", name="Upload")).to_be_enabled()


def test_refusal_is_shown_in_the_dialog(demo: DemoSite, tmp_path: Path) -> None:
    kari = lock_for_grading(demo)
    file = tmp_path / "large.xlsx"
    file.write_bytes(bytes(20 * 1024 * 1024))
    dialog = dialog_with(kari, file)
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is too large")
    expect(dialog.locator("input[type=file]")).to_be_visible()


# Ordinary forms


def fill_in_exam(page: Page) -> None:
    page.goto("/plan/exams/new/")
    for name, text in (
        ("name", "<Kor> & dirigering"),
        ("date", "2026-12-03"),
        ("place", "Sal 2"),
        ("institusjonsnr", "194"),
        ("emnekode", "KOR1001"),
        ("versjonskode", "1"),
        ("arstall", "2026"),
        ("vurdkombkode", "MUNTLIG"),
    ):
        page.fill(f"[name={name}]", text)


def create(page: Page) -> None:
    page.get_by_role("button", name="Create exam").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_completed_form_is_sent_after_a_new_sign_in(demo: DemoSite, javascript: bool) -> None:
    per = demo.sign_in("per", javascript=javascript)
    fill_in_exam(per)
    tab = per.context.new_page()
    tab.goto("/notices/")
    token = tab.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    tab.context.request.post(f"{demo.address}/sign-out/", form={"csrfmiddlewaretoken": token})
    create(per)
    expect(per.get_by_role("alert")).to_contain_text("You have been signed out, so this was not saved.")
    expect(per.locator(".kept-input")).to_contain_text("<Kor> & dirigering")
    with per.context.expect_page() as opened:
        per.get_by_role("link", name="Sign in again in a new tab").click()
    there = opened.value
    there.fill("[name=username]", "per")
    there.fill("[name=password]", "demo")
    there.get_by_role("button", name="Sign in", exact=True).click()
    there.wait_for_url("**/plan/exams/new/")
    per.get_by_role("button", name="Send again").click()
    expect(per.get_by_role("alert")).to_contain_text("You are now signed in as Per Lund.")
    per.get_by_role("button", name="Send again as Per Lund").click()
    expect(per.locator("h1")).to_contain_text("<Kor> & dirigering")


def test_form_from_before_a_new_sign_in_is_kept(demo: DemoSite) -> None:
    per = demo.sign_in("per")
    fill_in_exam(per)
    replace_session(per.context.new_page(), "per")
    create(per)
    per.get_by_role("button", name="Send again as Per Lund").click()
    expect(per.locator("h1")).to_contain_text("<Kor> & dirigering")


def test_form_is_not_sent_as_another_person_unasked(demo: DemoSite) -> None:
    per = demo.sign_in("per")
    fill_in_exam(per)
    replace_session(per.context.new_page(), "kari")
    create(per)
    expect(per.get_by_role("alert")).to_contain_text("You are now signed in as Kari Nordmann.")
    expect(per.get_by_role("button", name="Send again as Kari Nordmann")).to_be_visible()
