"""The main jobs, as they are heard. The expected transcripts are in `transcripts/`."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.demo_site import DemoSite, SiteTemplate
from tests.browser.test_whole_circle import confirm, download_list, open_final_grading, row, upload
from tests.heard.reader import Transcript
from tests.training.browser.steps import fill_in, study

Begin = Callable[[Page, str], Transcript]


def click(page: Page, number: int, grade: str) -> None:
    page.locator(row(page, number)).get_by_role("radio", name=grade, exact=True).click()
    expect(page.locator(row(page, number))).to_have_attribute("data-grade", grade)


def test_typing(demo: DemoSite, transcript: Begin) -> None:
    kari = demo.sign_in("kari")
    heard = transcript(kari, "typing")
    open_final_grading(kari, "TDT4100")
    heard.opens("Kari opens Final Grading")
    with heard.hears("Presses “Type grades”", until="radio, A"):
        kari.locator("#type-grades").press("Enter")
    with heard.hears("Types A", until="10001: A saved"):
        kari.keyboard.type("a")
    with heard.hears("Types 10005", until="radio, A"):
        kari.keyboard.type("10005")
    with heard.hears("Types 10005 again", until="Candidate 10005"):
        kari.keyboard.type("10005")
    with heard.hears("Types 07, the ending of 10007, and Enter", until="radio, A"):
        kari.keyboard.type("07")
        kari.keyboard.press("Enter")
    with heard.hears("Types K", until="K is not"):
        kari.keyboard.type("k")
    with heard.hears("Types 10009", until="radio, A"):
        kari.keyboard.type("10009")
    with heard.hears("Types 9", until=""):
        kari.keyboard.type("9")
    with heard.hears("Types 9 again", until="99"):
        kari.keyboard.type("9")
    with heard.hears("Presses Esc, then the right arrow", until="not saved yet"):
        kari.keyboard.press("Escape")
        kari.keyboard.press("ArrowRight")
    with heard.hears("Presses the right arrow again", until="radio, C"):
        kari.keyboard.press("ArrowRight")
    with heard.hears("Presses Enter", until="10009: C saved"):
        kari.keyboard.press("Enter")
    with heard.hears("Presses Ctrl+Z", until="no grade, as before"):
        kari.keyboard.press("Control+z")
    with heard.hears("Types 012, the ending of 10012, and B", until="10012: B saved"):
        kari.keyboard.type("012b")
    heard.reads("Reads the row of 10012", row(kari, 10012))


def test_grading_with_a_colleague(demo: DemoSite, transcript: Begin) -> None:
    kari, ola = demo.sign_in("kari"), demo.sign_in("ola")
    heard = transcript(kari, "grading")
    open_final_grading(kari, "TDT4100")
    heard.opens("Kari opens Final Grading")
    ola.goto(kari.url)
    with heard.hears("Moves to the link of 10003", until="link"):
        kari.locator(row(kari, 10003)).get_by_role("link").first.focus()
    with heard.hears("Ola gives 10003 a C", until="10003"):
        click(ola, 10003, "C")
    expect(kari.locator(row(kari, 10003)).get_by_role("link").first).to_be_focused()
    with heard.hears("Ola changes 10003 to D", until="from C"):
        click(ola, 10003, "D")
    with heard.hears("Ola removes the grade of 10003", until="removed"):
        ola.get_by_role("button", name="Remove the grade of 10003").click()
    with heard.hears("Ola confirms", until="confirmed"):
        confirm(ola)


def test_confirmation_and_lock(demo: DemoSite, transcript: Begin) -> None:
    kari, ola = demo.sign_in("kari"), demo.sign_in("ola")
    heard = transcript(kari, "confirmation")
    open_final_grading(kari, "TDT4100")
    ola.goto(kari.url)
    click(ola, 10001, "B")
    expect(kari.locator(row(kari, 10001))).to_have_attribute("data-grade", "B")
    heard.opens("Kari sees the B of Ola")
    kari.get_by_role("link", name="Confirm Final Grading").click()
    kari.wait_for_url("**/confirm/")
    heard.opens("Kari opens the confirmation")
    heard.reads("Reads the row of 10001", "tr[data-number='10001']")
    tick_and_confirm(kari, heard, until="You have confirmed")
    with heard.hears("Moves to Withdraw", until="Withdraw"):
        kari.locator("#withdraw").focus()
    with heard.hears("Ola gives 10002 a B", until="confirm again"):
        click(ola, 10002, "B")
    expect(kari.locator("#confirm-again")).to_be_focused()
    kari.keyboard.press("Enter")
    kari.wait_for_url("**/confirm/")
    heard.opens("Presses Enter")
    heard.reads("Reads the changed row", "tr.is-changed")
    tick_and_confirm(kari, heard, until="You have confirmed")
    with heard.hears("Moves to 10002", until="link, 10002"):
        kari.locator(row(kari, 10002)).get_by_role("link").first.focus()
    with heard.hears("Ola confirms, so the page is loaded again", until="locked"):
        confirm(ola)
        expect(kari.locator("[data-reloaded]")).to_be_visible()
    expect(kari.locator(row(kari, 10002)).get_by_role("link").first).to_be_focused()


def tick_and_confirm(page: Page, heard: Transcript, *, until: str) -> None:
    with heard.hears("Ticks that the others get no grade", until="checkbox"):
        page.locator("#acknowledged").press("Space")
    page.get_by_role("button", name="Confirm Final Grading").press("Enter")
    page.wait_for_url("**/committees/1/")
    heard.opens("Presses “Confirm Final Grading”", until=until)


def test_upload(demo: DemoSite, transcript: Begin, tmp_path: Path) -> None:
    kari = demo.sign_in("kari")
    heard = transcript(kari, "upload")
    open_final_grading(kari, "TDT4100")
    file = fill_in(
        download_list(kari, tmp_path), {10001: "A", 10002: "b", 10003: "absent", 10004: "x", 10005: "C"}
    )
    heard.opens("Kari has downloaded the list, and filled it in")
    with heard.hears("Opens Upload, Grades from Excel", until="Browse"):
        kari.locator(".menu > summary", has_text="Upload").click()
        kari.get_by_role("link", name="Grades from Excel").click()
    kari.locator("dialog[open] input[type=file]").set_input_files(file)
    with heard.hears("Chooses the file and presses Upload", until="heading"):
        kari.locator("dialog").get_by_role("button", name="Upload").click()
    heard.reads("Reads the rejected row of 10002", "tr[data-cell=B3]")
    with heard.hears("Accepts B for 10002", until="still rejected"):
        kari.get_by_role("button", name="Accept B 10002").press("Enter")
    with heard.hears("Sets the attendance of 10003", until="still rejected"):
        kari.get_by_role("button", name="Set attendance: Did not attend 10003").press("Enter")
    with heard.hears("Chooses D for 10004", until="No rejected rows are left"):
        kari.get_by_role("button", name="D 10004").press("Enter")
    with heard.hears("Presses Done", until="Upload"):
        kari.get_by_role("link", name="Done", exact=True).press("Enter")


def test_refused_grade(demo: DemoSite, transcript: Begin) -> None:
    kari, ola = demo.sign_in("kari"), demo.sign_in("ola")
    heard = transcript(kari, "refusal")
    open_final_grading(kari, "TDT4100")
    heard.opens("Kari opens Final Grading")
    ola.goto(kari.url)
    kari.route(
        "**/changes/**", lambda route: route.abort()
    )  # so that Kari's page does not learn of Ola's grade
    click(ola, 10001, "D")
    with heard.hears("Ola has given 10001 a D; Kari types A", until="Ola Hansen gave"):
        kari.locator("#type-grades").press("Enter")
        kari.keyboard.type("a")
    with heard.hears("Presses Esc", until="radio"):
        kari.keyboard.press("Escape")


def test_result_page_keeps_the_focus(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "TDT4100")
    upload(kari, fill_in(download_list(kari, tmp_path), {10001: "a", 10002: "b"}))
    kari.get_by_role("link", name="View full result").click()
    kari.wait_for_url("**/uploads/*/")
    kari.get_by_role("button", name="Accept A 10001").press("Enter")
    expect(kari.get_by_role("button", name="Accept B 10002")).to_be_focused()
    kari.wait_for_function("!document.querySelector('.htmx-settling, .htmx-added, .htmx-request')")
    kari.keyboard.press("Enter")
    expect(kari.locator("h1")).to_be_focused()


def test_practice(demo: DemoSite, transcript: Begin) -> None:
    kari = demo.sign_in("kari")
    heard = transcript(kari, "practice")
    study(kari, "first-exam")
    heard.opens("Kari starts “first-exam”")
    heard.reads("Reads the first task", "[aria-current=step]")
    with heard.hears("Opens HIS1200", until="1 of 7 tasks done"):
        kari.get_by_role("link", name="HIS1200").first.click()
    with heard.hears("Opens Final Grading", until="2 of 7 tasks done"):
        kari.get_by_role("link", name="Open Final Grading").click()
    with heard.hears("Presses Check", until="Not quite done"):
        kari.locator("#practice-check").press("Enter")


def test_session_goes_on_with_one_key(
    site_template: SiteTemplate, browser: Browser, transcript: Begin
) -> None:
    with site_template.demo(browser, IDLE_MINUTES="0.15") as demo:
        kari = demo.sign_in("kari")
        heard = transcript(kari, "session")
        kari.goto("/grade/")
        with heard.hears("Kari does nothing for a while", until="Stay signed in"):
            pass
        with heard.hears("Presses Enter", until="still signed in"):
            kari.keyboard.press("Enter")
        expect(kari.locator("[data-name=session-end]")).to_have_count(0)
        with heard.hears("Does nothing again", until="Stay signed in"):
            pass
        kari.reload()
        expect(kari).to_have_url(f"{demo.address}/grade/")
