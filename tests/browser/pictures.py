"""
Screenshots of real pages for README, docs and Help, each part on its own demo site: python -m tests.browser.pictures
FOLDER [grading] [training] [help]. Those of Help are in static/help.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.browser.demo_site import HOST, ROOT, DemoSite, Site, SiteTemplate, launch, named_site
from tests.browser.help_pictures import draw_help
from tests.browser.test_whole_circle import (
    confirm,
    counts,
    download_list,
    open_final_grading,
    row,
    upload,
)
from tests.training.browser.steps import begin, close_result, expect_done, expect_task, fill_in, give

SCENARIOS = ("first-exam", "absent-candidate", "by-click", "changed-after-you")
NOTES = dict(zip(range(10101, 10109), "BCADFCBE", strict=True))
"""The grades of "first-exam"."""


# The register


def draw_grading(site: Site, playwright: Playwright, folder: Path, work: Path) -> None:
    """Go through a part of the workflow and take a picture of each main page."""
    demo = DemoSite(site.address, launch(playwright))
    for name, width in (("", 1280), ("-narrow", 390)):
        visitor = demo.browser.new_page(base_url=demo.address, viewport={"width": width, "height": 800})
        visitor.goto("/sign-in/")
        take(visitor, folder, f"sign-in{name}")
    kari = demo.sign_in("kari")
    take(kari, folder, "grade-tab")
    open_final_grading(kari, "TDT4100")
    list_file = download_list(kari, work)
    ola = demo.sign_in("ola")
    ola.goto(kari.url)
    ola.locator(row(ola, 10003)).get_by_role("radio", name="C", exact=True).click()
    expect(kari.locator(row(kari, 10003))).to_have_attribute("data-grade", "C")
    upload(kari, fill_in_badly(list_file))
    counts(kari)
    take(kari, folder, "upload-result", whole=False)
    kari.get_by_role("button", name="Accept all").click()
    kari.get_by_role("link", name="Done", exact=True).click()
    kari.reload()
    take(kari, folder, "final-grading")
    kari.set_viewport_size({"width": 390, "height": 844})
    take(kari, folder, "final-grading-narrow", whole=False)
    kari.set_viewport_size({"width": 1280, "height": 900})
    draw_by_hand(demo, kari, folder)
    kari.get_by_role("link", name="Confirm Final Grading").click()
    take(kari, folder, "confirm")
    draw_confirmed(demo, folder)
    per = demo.sign_in("per")
    take(per, folder, "plan-tab")
    per.get_by_role("link", name="TDT4100", exact=True).click()
    take(per, folder, "planned-exam")
    per.get_by_role("link", name="Transfer").click()
    per.get_by_role("link", name="Test transfer to FS").click()
    take(per, folder, "test-transfer", whole=False)


def draw_by_hand(demo: DemoSite, kari: Page, folder: Path) -> None:
    """Take pictures of Final Grading in dark mode and nynorsk, and of Read back."""
    sheet = kari.url
    dark = demo.sign_in("kari", locale="nn-NO")
    dark.emulate_media(color_scheme="dark")
    dark.goto(sheet)
    take(dark, folder, "final-grading-dark", whole=False)
    kari.goto(f"{sheet}read-back/?at=4")
    take(kari, folder, "read-back", whole=False)
    kari.goto(sheet)


def draw_confirmed(demo: DemoSite, folder: Path) -> None:
    """Take pictures of a confirmed committee's pages, and of notices."""
    ola, ingrid = demo.sign_in("ola"), demo.sign_in("ingrid")
    ingrid.goto("/grade/")
    open_final_grading(ingrid, "TDT4100")
    sheet = ingrid.url
    for number, letter in enumerate("BCADBCF", start=10013):
        ingrid.locator(row(ingrid, number)).locator("label", has_text=letter).click()
        expect(ingrid.locator(row(ingrid, number))).to_have_attribute("data-grade", letter)
    for grader in (ola, ingrid):
        grader.goto(sheet)
        confirm(grader)
        grader.wait_for_url(sheet)
    ingrid.goto(f"{sheet}protocol/")
    take(ingrid, folder, "protocol")
    ola.goto("/notices/")
    take(ola, folder, "notices")
    per = demo.sign_in("per")
    per.goto("/plan/exams/1/statistics/")
    take(per, folder, "statistics")


def fill_in_badly(file: Path) -> Path:
    """Fill in the downloaded list, with a few mistakes."""
    book = load_workbook(file)
    grades = ["B", "a", "A", "С", "D", "=B2", None, "Bestått", "E", "F", "A", "C"]
    for number, grade in enumerate(grades, start=2):
        book.worksheets[0].cell(row=number, column=2, value=grade)
    book.save(file)
    return file


# Training


def draw_training(site: Site, playwright: Playwright, folder: Path, work: Path) -> None:
    """Take pictures of a training session for its trainer and its trainees."""
    demo = named_site(site, playwright)
    nina, board, code = open_session(demo)
    anna = draw_joining(demo, code, folder)
    kari = demo.sign_in("kari")
    kari.goto(f"/join/{code}/")
    join(kari)
    certified = kari.url + "certificate/"
    walk_first_exam(kari, work)
    begin(kari, "changed-after-you")
    berit = join_as(demo, code, "Berit Lie")
    begin(berit, "first-exam")
    open_final_grading(berit, "HIS1200")
    download_list(berit, work)
    expect_task(berit, "upload")
    give(berit, c10101="B", c10102="C", c10103="A")
    berit.reload()
    berit.set_viewport_size({"width": 1280, "height": 760})
    take(berit, folder, "training-practice", whole=False)
    join_as(demo, code, "Eva Strand")
    backdate_progress(site, anna, minutes=7)
    nina.set_viewport_size({"width": 1280, "height": 720})
    nina.goto(f"{board}poster/")
    take(nina, folder, "training-poster", whole=False)
    nina.goto(board)
    expect(nina.locator("[data-trainee]")).to_have_count(4)
    take(nina, folder, "training-board")
    nina.get_by_role("link", name="View the pages of Berit Lie").click()
    open_final_grading(nina, "HIS1200")
    take(nina, folder, "training-shoulder", whole=False)
    kari.goto(certified)
    kari.set_viewport_size({"width": 1280, "height": 600})
    take(kari, folder, "training-certificate", whole=False)
    draw_training_tab(nina, folder)


def open_session(demo: DemoSite) -> tuple[Page, str, str]:
    """Create a session with some scenarios; return the trainer's window, the address of the board, and the code."""
    trainer = demo.sign_in("nina")
    trainer.goto("/training/sessions/new/")
    trainer.get_by_label("Title").fill("Grading week, Dragvoll")
    for box in trainer.locator("[name=scenarios]").all():
        box.set_checked(box.get_attribute("value") in SCENARIOS)
    trainer.get_by_role("button", name="Create training session").click()
    code = trainer.locator(".board-code").first.inner_text()
    return trainer, trainer.url, code.replace(" ", "")


def draw_joining(demo: DemoSite, code: str, folder: Path) -> str:
    """Take pictures of a trainee on a phone, from joining to the first task. Return the name."""
    anna, name = demo.visit(width=390), "Anna Moe"
    anna.set_viewport_size({"width": 390, "height": 640})
    anna.goto(f"/join/{code}/")
    anna.get_by_label("Your name").fill(name)
    take(anna, folder, "training-join", whole=False)
    join(anna)
    begin(anna, "first-exam")
    anna.set_viewport_size({"width": 390, "height": 844})
    anna.locator("#practice-panel > summary").click()
    take(anna, folder, "training-practice-narrow", whole=False)
    return name


def join_as(demo: DemoSite, code: str, name: str) -> Page:
    """Open a window in which somebody without an account has joined."""
    page = demo.visit()
    page.goto(f"/join/{code}/")
    page.get_by_label("Your name").fill(name)
    join(page)
    return page


def join(page: Page) -> None:
    page.get_by_role("button", name="Join", exact=True).click()
    page.wait_for_url("**/training/trainees/*/")


def walk_first_exam(page: Page, work: Path) -> None:
    """Complete the scenario and return to the list of scenarios."""
    begin(page, "first-exam")
    open_final_grading(page, "HIS1200")
    upload(page, fill_in(download_list(page, work), NOTES))
    counts(page)
    close_result(page)
    confirm(page)
    expect_done(page)
    page.get_by_role("link", name="Back to the scenarios").click()


def backdate_progress(site: Site, name: str, *, minutes: int) -> None:
    """Move a trainee's last progress into the past."""
    code = (
        "from datetime import timedelta; from django.utils import timezone; from training.models import Run; "
        f"moved = timezone.now() - timedelta(minutes={minutes}); "
        f"Run.objects.filter(trainee__name={name!r}).update(moved_at=moved)"
    )
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    subprocess.run(command, cwd=ROOT, env=site.environment, check=True)


def draw_training_tab(person: Page, folder: Path) -> None:
    """Take a picture of a trainer's tab with self-study."""
    person.goto("/training/")
    begin(person, "first-exam")
    person.goto("/training/")
    person.set_viewport_size({"width": 1280, "height": 820})
    take(person, folder, "training-tab", whole=False)


PARTS = {"grading": draw_grading, "training": draw_training, "help": draw_help}


def take(page: Page, folder: Path, name: str, *, whole: bool = True) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=whole, animations="disabled")


def main(folder: Path, *parts: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        place = Path(work) / "site_template"
        place.mkdir()
        site_template = SiteTemplate(place, None)
        for part in parts or PARTS:
            with site_template.site(ALLOWED_HOSTS=f"127.0.0.1,{HOST}", ROBOT_HASTE="20") as site:
                site.start()
                PARTS[part](site, playwright, folder, Path(work))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
