"""Progress is shown for slow requests only; no form is sent twice or blocked."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.demo_site import DemoSite

pytestmark = pytest.mark.db_independent

KEY = "194;BIG1000;1;V1;HØST;2026"


def large_files(page: Page, folder: Path) -> None:
    """Choose FS's files of an exam with 6,000 candidates."""
    lines = {
        "exams": f"{KEY};2026-12-01T09:00;Hall;\n",
        "candidates": "".join(f"student{n};{KEY};{n};1;\n" for n in range(10_001, 16_001)),
    }
    page.goto("/plan/import/")
    for name, text in lines.items():
        file = folder / f"{name}.txt"
        file.write_text(text)
        page.locator(f"input[name={name}]").set_input_files(file)


def held(page: Page, address: str) -> list[Route]:
    """Hold requests to `address` until the test releases them."""
    routes: list[Route] = []
    page.route(address, lambda route: routes.append(route))
    return routes


def test_progress_shows_share_sent_then_working(demo: DemoSite, tmp_path: Path) -> None:
    per = demo.sign_in("per")
    large_files(per, tmp_path)
    line = per.locator("#request-progress p")
    expect(line).to_be_hidden()
    network = per.context.new_cdp_session(per)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 100_000}
    network.send("Network.emulateNetworkConditions", slow)
    button = per.get_by_role("button", name="Preview import")
    button.click()
    expect(per.locator("#request-progress").get_by_text("Uploading the file")).to_be_visible()
    expect(per.locator("[data-spoken]")).to_contain_text("Uploading the file")
    bar = per.get_by_role("progressbar", name="Uploading the file")
    assert 0 < float(bar.get_attribute("value") or 0) < 1
    expect(button).to_be_disabled()
    per.wait_for_url("**/plan/imports/*/")
    expect(per.locator(".count-list")).to_contain_text("6000 new candidates")
    expect(per.locator("#request-progress p")).to_be_hidden()


def test_ordinary_form_shows_progress_and_is_sent_once(demo: DemoSite, tmp_path: Path) -> None:
    per = demo.sign_in("per")
    large_files(per, tmp_path)
    per.get_by_role("button", name="Preview import").click()
    per.wait_for_url("**/plan/imports/*/")
    routes = held(per, "**/apply/")
    # During navigation the old page can't be queried, so it records its own messages.
    per.evaluate(
        """() => {
            const line = document.querySelector("#request-progress p");
            const [words, bar] = line.children;
            const keep = () => sessionStorage.setItem("said", `${words.textContent} ${bar.position}`);
            new MutationObserver(keep).observe(line, { attributeFilter: ["hidden"] });
            setTimeout(() => document.querySelector("main form").requestSubmit(), 700);
        }"""
    )
    per.locator("main form button[type=submit]").click(no_wait_after=True)
    per.wait_for_timeout(1500)
    assert len(routes) == 1
    routes[0].continue_()
    expect(per.get_by_text("Imported.")).to_be_visible(timeout=30_000)
    assert per.evaluate("sessionStorage.getItem('said')") == "Working -1"


@pytest.mark.parametrize("ends", ["fails", "is stopped"])
def test_failed_form_can_be_sent_again(demo: DemoSite, tmp_path: Path, ends: str) -> None:
    per = demo.sign_in("per")
    large_files(per, tmp_path)
    button = per.get_by_role("button", name="Preview import")
    routes = held(per, "**/plan/import/")
    button.click()
    expect(per.get_by_role("progressbar", name="Working")).to_be_visible()
    routes[0].abort("failed" if ends == "fails" else "aborted")
    expect(per.locator("#request-progress p")).to_be_hidden()
    if ends == "fails":  # a stop by the user needs no message
        expect(per.get_by_role("alert")).to_contain_text("We couldn’t reach the server")
    per.unroute("**/plan/import/")
    button.click()
    per.wait_for_url("**/plan/imports/*/")


def test_fast_response_shows_no_bar_and_errors_come_first(demo: DemoSite) -> None:
    per = demo.sign_in("per")
    per.goto("/plan/import/")
    per.evaluate(
        """() => {
            const line = document.querySelector("#request-progress p");
            const look = () => { if (!line.hidden) document.title = "shown"; };
            new MutationObserver(look).observe(line, { attributeFilter: ["hidden"] });
        }"""
    )
    per.get_by_role("button", name="Preview import").click()
    expect(per.locator("[data-errors]")).to_be_focused()
    expect(per).to_have_title("Error: Import from FS · gradereg")
