"""Steps of a trainee: starting a scenario, the task panel, and the pages of a sandbox."""

from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_whole_circle import row

PATIENCE = 20_000
"""Milliseconds within which a robot acts and the page shows it."""

FIRST_NOTES = {10101: "B", 10102: "C", 10103: "A", 10104: "D", 10105: "F", 10106: "C", 10107: "B", 10108: "E"}
"""The notes of "first-exam"."""


# The panel of tasks


def begin(page: Page, key: str) -> None:
    """Start this scenario from the Training tab or the page of a trainee."""
    page.locator(f"[data-scenario='{key}']").get_by_role("button", name="Begin").click()
    expect(page.locator(".practice-banner")).to_contain_text("Training – nothing here is real")


def study(page: Page, key: str) -> None:
    """Start this scenario in self-study."""
    page.get_by_role("link", name="Training", exact=True).click()
    begin(page, key)


def panel(page: Page) -> Locator:
    return page.locator("#practice-body")


def unfold(page: Page) -> None:
    """Unfold the panel, which is folded on a narrow screen."""
    page.locator("#practice-panel > summary").click()
    expect(panel(page)).to_be_visible()


def expect_task(page: Page, key: str, *, timeout: int = PATIENCE) -> None:
    """Expect the panel to show the task with this key."""
    expect(panel(page)).to_have_attribute("data-task", key, timeout=timeout)


def check(page: Page, *sentences: str) -> None:
    """
    Click Check until the last step of help, and expect these sentences and the hint.

    A click waits for the panel to be replaced; the next one would hit the old button. A poll may replace it instead.
    """
    for _click in range(5):
        panel(page).evaluate("body => { body.dataset.isOld = ''; }")
        page.locator("#practice-check").click()
        expect(page.locator("#practice-body[data-is-old]")).to_have_count(0)
        if page.locator("[data-check-result][data-step='3']").count():
            break
    expect(page.locator(".practice-check-result li")).to_have_text(sentences)
    expect(page.locator(".practice-hint")).to_be_visible()


def expect_done(page: Page) -> None:
    expect(panel(page)).to_contain_text(
        "Well done! All tasks are done, and the result is right.", timeout=PATIENCE
    )
    expect(page.locator(".practice-steps li:not(.is-done)")).to_have_count(0)


def take_file(page: Page, name: str, folder: Path) -> Path:
    """Download a file that the panel offers."""
    with page.expect_download() as waiting:
        panel(page).get_by_role("link", name=name).click()
    assert waiting.value.suggested_filename == name
    target = folder / name
    waiting.value.save_as(target)
    return target


# The pages


def tab(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator(".tabs").get_by_role("link", name=name, exact=True).click()


def open_grading(page: Page, code: str, committee: int = 1) -> None:
    """Tab "Grade", the exam, "Open Final Grading"."""
    tab(page, "Grade")
    page.get_by_role("link", name=code, exact=True).first.click()
    part = page.locator(f"[data-committee='{committee}']")
    part.get_by_role("link", name="Open Final Grading").click()
    expect(page.get_by_role("heading", name="Final Grading")).to_be_visible()


def candidate(page: Page, number: int) -> Locator:
    """The row of a candidate in Final Grading."""
    return page.locator(row(page, number))


def give(page: Page, **grades: str) -> None:
    """Set grades: `give(page, c10001="A")`. Saves each one without JavaScript."""
    for name, grade in grades.items():
        line = candidate(page, int(name.removeprefix("c")))
        line.get_by_role("radio", name=grade, exact=True).click()
        if line.get_by_role("button", name="Save").is_visible():
            line.get_by_role("button", name="Save").click()
        expect(line).to_have_attribute("data-grade", grade)


def remove(page: Page, number: int) -> None:
    page.get_by_role("button", name=f"Remove the grade of {number}").click()
    expect(candidate(page, number)).to_have_attribute("data-grade", "")


def fill_in(file: Path, grades: Mapping[int, str]) -> Path:
    """The downloaded list with these grades typed in, by candidate."""
    book = load_workbook(file)
    for number, grade, *_rest in book.worksheets[0].iter_rows(min_row=2):
        grade.value = grades.get(int(str(number.value)), grade.value)
    book.save(file)
    return file


def expect_result(page: Page, **counts: int) -> None:
    """Expect these counts in the result of an upload: `updated`, `rejected`, ..."""
    for kind, count in counts.items():
        expect(page.locator(".upload-result")).to_have_attribute(f"data-{kind}", str(count))


def close_result(page: Page) -> None:
    page.get_by_role("link", name="Done", exact=True).click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def confirm_again(page: Page) -> None:
    """Confirm what changed since the confirmation."""
    page.get_by_role("button", name="Confirm Final Grading again").click()
    expect(page.get_by_role("button", name="Confirm Final Grading again")).to_have_count(0)


def expect_stage(page: Page, stage: str) -> None:
    """Expect the open page to reach this stage, also through a robot."""
    expect(page.locator("main")).to_have_attribute("data-stage", stage, timeout=PATIENCE)
