"""Faults that occurred in only one engine."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.engines.window import Window

IN_VIEW = """
    const row = document.activeElement.closest("tr[data-candidate]");
    if (!row) return "";
    const { top, bottom } = row.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight ? row.dataset.candidate : "";
"""
"""The number of the focused row if it is visible."""


def lock_for_grading(window: Window, code: str = "LUP1001") -> None:
    window.sign_in("kari")
    window.press(code)
    window.press("Open Final Grading")
    window.one("[data-grade-sheet]")
    window.until(lambda: window.js("return document.readyState") == "complete")  # its modules have run


def stays_in_view(window: Window, number: int) -> bool:
    """Wait until the candidate's row has the focus and is visible; return whether it stays so."""
    window.until(lambda: window.js(IN_VIEW) == str(number))
    window.settle()
    return bool(window.js(IN_VIEW) == str(number))


@pytest.mark.parametrize("size", [(1280, 900), (390, 800)], ids=["wide", "narrow"])
def test_jump_to_a_far_row_shows_it(window: Window, long_sheet: str, size: tuple[int, int]) -> None:
    window.resize(*size)
    window.sign_in("kari")
    window.go(long_sheet)
    window.press("Type grades")
    assert stays_in_view(window, 12090)
    for keys, number in (("11500", 11500), (Keys.HOME, 11000), (Keys.END, 12099), ("11003", 11003)):
        window.type(keys)
        assert stays_in_view(window, number)
    place = window.driver.find_elements(By.CSS_SELECTOR, "[data-placeholder]")[-1]
    pk = (place.get_dom_attribute("data-ids") or "").split()[20]
    number = int((place.get_dom_attribute("data-numbers") or "").split()[20])
    window.go(f"{long_sheet}?show=all#c-{pk}")
    assert stays_in_view(window, number)


def test_typing_after_a_click_shows_the_focus(window: Window) -> None:
    lock_for_grading(window)
    window.press("Type grades")
    window.until(lambda: window.js("return document.activeElement.name") == "grade")
    assert window.style("input:focus + span", "outlineStyle", "outlineWidth") == ["solid", "3px"]


def test_chosen_grade_is_underlined(window: Window) -> None:
    lock_for_grading(window)
    window.click("tr[data-candidate='20001'] input[value=Pass]")
    window.one("tr[data-grade=Pass]")
    shown = window.style("input:checked + span", "textDecorationLine", "textDecorationThickness")
    assert shown == ["underline", "2px"]


@pytest.mark.parametrize("place", ["dialog", "page"])
def test_name_of_the_chosen_file_is_shown(window: Window, tmp_path: Path, place: str) -> None:
    lock_for_grading(window)
    if place == "dialog":
        window.press("Upload")
        window.press("Grades from Excel")
    else:
        window.go(window.path + "upload/")
    short = look_with_file(window, tmp_path / "AAA.xlsx")
    assert look_with_file(window, tmp_path / "WWWWWW.xlsx") != short
    # Only the name differs.
    assert look_with_file(window, tmp_path / "AAA.xlsx") == short


def look_with_file(window: Window, file: Path) -> bytes:
    """Return a picture of the window with `file` in its file field, when it no longer changes."""
    file.touch()
    window.one("input[type=file]").send_keys(str(file))
    window.js("document.activeElement.blur()")
    looks = [b""]

    def is_still() -> bool:
        window.settle()
        looks.append(window.driver.get_screenshot_as_png())
        return looks[-1] == looks[-2]

    window.until(is_still)
    return looks[-1]


@pytest.mark.parametrize(
    ("person", "page"),
    [("kari", "/committees/1/"), ("per", "/plan/exams/1/candidates/")],
    ids=["sheet", "plan"],
)
def test_back_and_reload_keep_search_results(window: Window, person: str, page: str) -> None:
    window.sign_in(person)
    window.go(page)
    window.one("#search").send_keys("10002" + Keys.ENTER)
    window.until(lambda: "search=" in window.path)
    found = window.path
    assert "10002" not in found
    window.until(lambda: numbers_on(window) == ["10002"])
    window.driver.refresh()
    window.until(lambda: numbers_on(window) == ["10002"])
    window.go("/settings/")
    window.one("main form")
    window.back()
    window.until(lambda: window.path == found and numbers_on(window) == ["10002"])


def numbers_on(window: Window) -> list[str]:
    """Return the candidate numbers of the page."""
    return [one.text for one in window.driver.find_elements(By.CSS_SELECTOR, "tbody tr :is(a, label).num")]


@pytest.mark.parametrize(
    ("person", "page"), [("sofie", "/studentweb/"), ("kari", "/committees/1/"), ("per", "/plan/")]
)
def test_back_after_signing_out_shows_nothing(window: Window, person: str, page: str) -> None:
    window.sign_in(person)
    window.go(page)
    # Real clicks: WebKit replaces the history entry of a page that a script leaves while it loads.
    window.click("details:has(form[action*=sign-out]) > summary")
    window.click("form[action*=sign-out] button")
    window.until(lambda: window.path == "/sign-in/")
    window.back()
    window.until(lambda: window.path == f"/sign-in/?next={page}")
    window.one("[name=username]")
    assert window.count("form[action*=sign-out]") == 0
