"""Pictures of Help in each language, in static/help."""

from base64 import b64decode
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, Playwright, expect

from tests.browser.demo_site import ROOT, TIMEOUT, DemoSite, Site, named_site
from tests.browser.test_whole_circle import (
    confirm,
    counts,
    download_list,
    grade_second_committee,
    open_final_grading,
    open_first_committee,
    upload,
)
from tests.browser.workbook_view import page_of_workbook

HELP = ROOT / "static" / "help"
LOCALES = {"en": "en-GB", "nb": "nb-NO", "nn": "nn-NO"}
LARGEST = 60_000
GRADES = ["B", "a", "A", "C", "D", "B", None, "Passed", "E", "F", "A", "C"]


class Windows:
    """Windows of a person in each language, signed in."""

    def __init__(self, demo: DemoSite, person: str) -> None:
        self.pages = {language: _window(demo, person, locale) for language, locale in LOCALES.items()}

    def take(self, name: str, address: str, *, click: str = "", top: str = "") -> None:
        """Take a picture of the page at `address` in each language, after a click on `click`, from `top` on."""
        for language, page in self.pages.items():
            page.goto(address)
            if click:
                page.locator(click).first.click()
            if top:
                page.locator(top).first.evaluate(
                    "one => window.scrollBy(0, one.getBoundingClientRect().top - 16)"
                )
            save(page, HELP / language / f"{name}.webp")


def _window(demo: DemoSite, person: str, locale: str) -> Page:
    context = demo.browser.new_context(
        viewport={"width": 1200, "height": 600}, device_scale_factor=1.2, base_url=demo.address, locale=locale
    )
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    if person:
        page.goto("/sign-in/")
        page.fill("[name=username]", person)
        page.fill("[name=password]", "demo")
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
    return page


def save(page: Page, file: Path) -> None:
    """Save what the window shows as WebP, with the best quality that is small enough."""
    file.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")
    session = page.context.new_cdp_session(page)
    for quality in range(85, 20, -10):
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        file.write_bytes(b64decode(shot["data"]))
        if file.stat().st_size <= LARGEST:
            break
    session.detach()


def draw_help(site: Site, playwright: Playwright, _folder: Path, work: Path) -> None:
    """Go through the main job once, and take the pictures in all languages on the way."""
    demo = named_site(site, playwright)
    Windows(demo, "").take("sign-in", "/sign-in/")
    kari, windows = demo.sign_in("kari"), Windows(demo, "kari")
    windows.take("grade-tab", "/grade/")
    open_final_grading(kari, "TDT4100")
    sheet = kari.url
    windows.take("download", sheet, click=".menu:not(.account .menu) > summary")
    file = filled(download_list(kari, work))
    draw_workbook(demo, file)
    upload(kari, file)
    counts(kari)
    windows.take(
        "upload-result",
        kari.get_by_role("link", name="View full result").get_attribute("href") or "",
        top=".upload-result",
    )
    kari.get_by_role("button", name="Accept A").click()
    expect(kari.locator(".upload-result")).to_have_attribute("data-rejected", "1")
    kari.get_by_role("link", name="Done", exact=True).click()
    windows.take("final-grading", sheet, top=".filters")
    windows.take("confirm", f"{sheet}confirm/")
    draw_planning(demo, kari, sheet)
    draw_training(demo)


def filled(file: Path) -> Path:
    book = load_workbook(file)
    for number, grade in enumerate(GRADES, start=2):
        book.worksheets[0].cell(row=number, column=2, value=grade)
    book.save(file)
    return file


def draw_workbook(demo: DemoSite, file: Path) -> None:
    """Take the same picture of the list for all languages: the file has no language."""
    page = _window(demo, "", LOCALES["en"])
    page.set_content(page_of_workbook(file))
    for language in LOCALES:
        save(page, HELP / language / "workbook.webp")


def draw_planning(demo: DemoSite, kari: Page, sheet: str) -> None:
    windows = Windows(demo, "per")
    windows.take("plan-tab", "/plan/", top="table")
    windows.take("planned-exam", "/plan/exams/1/", top="main section")
    kari.goto(sheet)
    confirm(kari)
    kari.wait_for_url(sheet)
    windows.take("test-transfer", "/plan/exams/1/test-transfer/")
    ola = demo.sign_in("ola")
    open_first_committee(ola)
    confirm(ola)
    ola.wait_for_url(sheet)
    grade_second_committee(demo, ola)
    per = demo.sign_in("per")
    per.goto("/plan/exams/1/transfer/")
    per.get_by_role("button", name="Transfer to FS", exact=True).click()
    per.locator("tr[data-receipt='taken']").first.wait_for()
    Windows(demo, "sofie").take("studentweb", "/studentweb/")


def draw_training(demo: DemoSite) -> None:
    nina = demo.sign_in("nina")
    nina.goto("/training/sessions/new/")
    nina.get_by_label("Title").fill("Grading week")
    nina.get_by_role("button", name="Create training session").click()
    nina.wait_for_url("**/training/sessions/*/")
    code = nina.locator(".board-code").first.inner_text().replace(" ", "")
    for name in ("Anna Moe", "Berit Lie", "Eva Strand"):
        trainee = demo.visit()
        trainee.goto(f"/join/{code}/")
        trainee.get_by_label("Your name").fill(name)
        trainee.get_by_role("button", name="Join", exact=True).click()
        trainee.wait_for_url("**/training/trainees/*/")
    windows = Windows(demo, "nina")
    windows.take("training-board", nina.url, top="main section")
    windows.take("training-tab", "/training/")
