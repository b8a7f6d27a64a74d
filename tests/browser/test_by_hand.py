"""Final Grading by keyboard: typing a list from paper, and reading it back."""

import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import confirm, open_final_grading, row

pytestmark = pytest.mark.db_independent


def lock_for_grading(demo: DemoSite, code: str = "TDT4100", *, width: int = 1280) -> Page:
    kari = demo.sign_in("kari", width=width)
    open_final_grading(kari, code)
    return kari


def radio(page: Page, number: int, grade: str) -> Locator:
    return page.locator(row(page, number)).get_by_role("radio", name=grade, exact=True)


def expect_grades(page: Page, **grades: str) -> None:
    """Expect these grades in the rows: `expect_grades(kari, c10001="A")`."""
    for name, grade in grades.items():
        expect(page.locator(row(page, int(name[1:])))).to_have_attribute("data-grade", grade)


def test_paper_list_is_typed_by_letters_and_numbers(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    kari.get_by_role("button", name="Type grades").press("Enter")
    expect(radio(kari, 10001, "A")).to_be_focused()
    kari.keyboard.type("abc")
    expect(radio(kari, 10004, "A")).to_be_focused()
    kari.keyboard.type("1001")
    expect(kari.locator("#typed")).to_have_text("Candidate 1001…")
    kari.keyboard.type("2F")
    kari.keyboard.type("10007d10005")
    expect(radio(kari, 10005, "A")).to_be_focused()
    expect_grades(kari, c10001="A", c10002="B", c10003="C", c10012="F", c10007="D", c10005="")
    kari.reload()
    expect_grades(kari, c10001="A", c10002="B", c10003="C", c10012="F", c10007="D", c10005="")


def test_pass_and_notpass_are_typed_in_either_language(demo: DemoSite) -> None:
    kari = lock_for_grading(demo, "LUP1001")
    kari.get_by_role("button", name="Type grades").click()
    kari.keyboard.type("pnbi")
    expect_grades(kari, c20001="Pass", c20002="NotPass", c20003="Pass", c20004="NotPass")


def test_unknown_number_is_reported_and_moves_nothing(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    radio(kari, 10003, "B").focus()
    kari.keyboard.type("109")
    warning = kari.locator("#typed-wrong")
    expect(warning).to_contain_text("No candidate on this list has a number that begins with 109.")
    kari.keyboard.press("Escape")
    expect(warning).to_be_hidden()
    kari.keyboard.type("100")
    kari.keyboard.press("Enter")
    expect(warning).to_contain_text("No candidate on this list has the number 100.")
    kari.keyboard.type("100")
    kari.keyboard.press("Escape")
    expect(kari.locator("#typed")).to_be_hidden()
    expect(radio(kari, 10003, "B")).to_be_focused()
    expect_grades(kari, c10003="", c10012="")


def test_arrow_choice_is_saved_by_space_enter_tab_and_leaving(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    radio(kari, 10001, "A").focus()
    for key, grade in (("Space", "C"), ("Enter", "E")):
        for _twice in range(2):
            kari.keyboard.press("ArrowRight")
        expect(kari.locator("#chosen")).to_have_text(
            f"10001: {grade} is not saved yet. Press Space or Enter, or leave the row, to save it. Press Esc to cancel."
        )
        kari.keyboard.press(key)
        expect_grades(kari, c10001=grade)
        expect(kari.locator("#chosen")).to_be_hidden()
        expect(radio(kari, 10001, grade)).to_be_focused()
    kari.keyboard.press("ArrowDown")
    expect(radio(kari, 10002, "A")).to_be_focused()
    kari.keyboard.press("ArrowRight")
    kari.keyboard.press("Tab")
    expect_grades(kari, c10002="B")
    radio(kari, 10003, "A").focus()
    kari.keyboard.press("ArrowRight")
    kari.goto("/grade/")
    kari.go_back()
    expect(kari.locator(row(kari, 10003))).to_be_visible()
    kari.reload()
    expect_grades(kari, c10001="E", c10002="B", c10003="B")


def test_latest_acts_are_undone_one_by_one(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    radio(kari, 10001, "A").focus()
    kari.keyboard.type("b")
    kari.keyboard.press("ArrowUp")
    kari.keyboard.type("d")
    expect_grades(kari, c10001="D")
    kari.keyboard.press("Control+z")
    expect(kari.locator("#status")).to_have_text("10001: B restored")
    expect(radio(kari, 10001, "B")).to_be_focused()
    kari.keyboard.press("Delete")
    expect_grades(kari, c10001="")
    for said, grade in (("10001: B restored", "B"), ("10001: no grade, as before", "")):
        kari.keyboard.press("Control+z")
        expect(kari.locator("#status")).to_have_text(said)
        expect_grades(kari, c10001=grade)
    kari.keyboard.press("Control+z")
    expect(kari.locator("#status")).to_have_text("Nothing to undo.")


def test_colleagues_grade_is_not_overwritten_by_a_pending_choice(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    ola = demo.sign_in("ola")
    ola.goto(kari.url)
    on_the_way: list[Route] = []
    kari.route("**/candidates/*/grade/", lambda route: on_the_way.append(route))
    radio(kari, 10002, "A").focus()
    kari.keyboard.press("ArrowRight")
    kari.keyboard.press("Space")
    expect(kari.locator(row(kari, 10002))).to_have_attribute("aria-busy", "true")
    radio(ola, 10002, "E").click()
    radio(ola, 10003, "D").click()
    expect_grades(kari, c10003="D", c10002="")
    expect(radio(kari, 10002, "B")).to_be_checked()
    on_the_way[0].continue_()
    expect(kari.locator("#alerts [role=alert]")).to_contain_text("Ola Hansen gave 10002 the grade E")
    expect_grades(kari, c10002="E")
    expect(radio(kari, 10002, "E")).to_be_checked()


def test_fast_typing_loses_nothing(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)

    def slowly(route: Route) -> None:
        time.sleep(0.2)
        route.continue_()

    kari.route("**/candidates/*/grade/", slowly)
    radio(kari, 10001, "A").focus()
    kari.keyboard.type("abcdef")
    expect_grades(kari, c10001="A", c10002="B", c10003="C", c10004="D", c10005="E", c10006="F")
    expect(radio(kari, 10007, "A")).to_be_focused()


def test_locked_sheet_ignores_keys(demo: DemoSite) -> None:
    kari = lock_for_grading(demo, "LUP1001")
    radio(kari, 20001, "Pass").focus()
    kari.keyboard.type("p")
    expect_grades(kari, c20001="Pass")
    confirm(kari)
    expect(kari.locator("main")).to_have_attribute("data-stage", "confirmed")
    expect(kari.get_by_role("button", name="Type grades")).to_have_count(0)
    kari.get_by_role("link", name="20001", exact=True).focus()
    kari.keyboard.type("20002n")
    kari.keyboard.press("Delete")
    expect(kari.get_by_role("link", name="20002", exact=True)).to_be_focused()
    kari.reload()
    expect_grades(kari, c20001="Pass", c20002="")


def test_grades_are_read_back_by_keyboard_and_corrected(demo: DemoSite) -> None:
    kari = lock_for_grading(demo, width=390)
    radio(kari, 10001, "B").click()
    expect_grades(kari, c10001="B")
    kari.get_by_role("link", name="Read back").click()
    said = kari.locator(".read-back-text")
    expect(said).to_contain_text("very good")
    kari.wait_for_load_state()  # its keys are the script's
    kari.keyboard.press("ArrowRight")
    expect(said).to_contain_text("10002")
    expect(kari.locator("[data-spoken]").first).to_contain_text("10002")
    expect(kari.locator("#next")).to_be_focused()
    assert kari.url.endswith("/read-back/?at=2")
    kari.keyboard.press("Space")
    expect(said).to_contain_text("10003")
    kari.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("10002")
    kari.get_by_role("link", name="Change this grade").press("Enter")
    expect(radio(kari, 10002, "A")).to_be_focused()
    assert kari.evaluate("document.documentElement.scrollWidth") == 390


def test_attendance_is_one_click_and_ctrl_z_takes_it_back(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    absent = kari.locator(row(kari, 10003)).get_by_role("button", name="Did not attend")
    absent.click()
    expect(absent).to_have_attribute("aria-pressed", "true")
    expect(absent).to_be_focused()
    kari.keyboard.type("b")  # a grade of the same row, so both changes can be taken back
    expect_grades(kari, c10003="B")
    kari.keyboard.press("Control+z")
    expect_grades(kari, c10003="")
    kari.keyboard.press("Control+z")
    expect(absent).to_have_attribute("aria-pressed", "false")
