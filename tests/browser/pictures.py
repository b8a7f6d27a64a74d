"""Draws the README's pictures of the real pages, in a demo world of its own: python -m tests.browser.pictures FOLDER"""

import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.test_whole_circle import counts, download_list, open_final_grading, row, upload
from tests.browser.world import Mould, World, launch


def draw(world: World, folder: Path, work: Path) -> None:
    """Walk a part of the workflow and take a picture of each main page."""
    for name, width in (("", 1280), ("-narrow", 390)):
        visitor = world.browser.new_page(base_url=world.address, viewport={"width": width, "height": 800})
        visitor.goto("/sign-in/")
        take(visitor, folder, f"sign-in{name}")
    kari = world.sign_in("kari")
    take(kari, folder, "grade-tab")
    open_final_grading(kari, "TDT4100")
    list_file = download_list(kari, work)
    ola = world.sign_in("ola")
    ola.goto(kari.url)
    ola.locator(row(ola, 10003)).get_by_role("button", name="C", exact=True).click()
    expect(kari.locator(row(kari, 10003))).to_have_attribute("data-grade", "C")
    upload(kari, fill_in_badly(list_file))
    counts(kari)
    take(kari, folder, "upload-result", whole=False)
    kari.get_by_role("button", name="Accept all").click()
    kari.get_by_role("link", name="Done").click()
    kari.reload()
    take(kari, folder, "final-grading")
    kari.set_viewport_size({"width": 390, "height": 844})
    take(kari, folder, "final-grading-narrow", whole=False)
    kari.set_viewport_size({"width": 1280, "height": 900})
    kari.get_by_role("link", name="Confirm Final Grading").click()
    take(kari, folder, "confirm")
    per = world.sign_in("per")
    take(per, folder, "plan-tab")
    per.get_by_role("link", name="TDT4100", exact=True).click()
    take(per, folder, "planned-exam")
    per.get_by_role("link", name="Transfer").click()
    per.get_by_role("link", name="Test transfer to FS").click()
    take(per, folder, "test-transfer", whole=False)


def take(page: Page, folder: Path, name: str, *, whole: bool = True) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=whole, animations="disabled")


def fill_in_badly(file: Path) -> Path:
    """The downloaded list as people fill it in: mostly right."""
    book = load_workbook(file)
    grades = ["B", "a", "A", "С", "D", "=B2", None, "Bestått", "E", "F", "A", "C"]
    for number, grade in enumerate(grades, start=2):
        book.worksheets[0].cell(row=number, column=2, value=grade)
    book.save(file)
    return file


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        place = Path(work) / "mould"
        place.mkdir()
        browser = launch(playwright)
        with Mould(place, None).world(browser) as world:
            draw(world, folder, Path(work))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
