"""Typing mistakes on Final Grading never give a grade to another candidate."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_by_hand import expect_grades, lock_for_grading, radio
from tests.browser.test_whole_circle import row

pytestmark = pytest.mark.db_independent


def graded(page: Page) -> dict[str, str]:
    """Return the saved grades by candidate number, after all requests are answered."""
    expect(page.locator("tr[aria-busy]")).to_have_count(0)
    page.reload()
    rows = page.locator("tr[data-candidate]:not([data-grade=''])")
    found: dict[str, str] = rows.evaluate_all(
        "rows => Object.fromEntries(rows.map(row => [row.dataset.candidate, row.dataset.grade]))"
    )
    return found


def press_all(page: Page, keys: str) -> None:
    """Press the keys in `keys`: ⏎ is Enter, ⌦ Delete, → the right arrow."""
    for key in keys:
        page.keyboard.press({"⏎": "Enter", "⌦": "Delete", "→": "ArrowRight", " ": "Space"}.get(key, key))


@pytest.mark.parametrize(
    "typed",
    [
        "10070C",
        "110009C",
        "20011C",
        "10099⏎F",
        "100 12 A",
        "210009C",
        "100C",
        "100⏎CC",
        "10070 C",
        "10070⌦C⌦",
        "10099→ F",
        "100⏎⏎ B",
        "99999 100 C",
    ],
)
def test_unknown_number_disables_grade_keys(demo: DemoSite, typed: str) -> None:
    kari = lock_for_grading(demo)
    kari.get_by_role("button", name="Type grades").click()
    kari.keyboard.press("b")
    expect_grades(kari, c10001="B")
    kari.keyboard.press("ArrowUp")
    press_all(kari, typed)
    expect(kari.locator("#typed-wrong")).to_contain_text("No candidate on this list has")
    assert graded(kari) == {"10001": "B"}


def test_warning_stays_until_escape_or_a_known_number(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    kari.get_by_role("button", name="Type grades").click()
    warning = kari.locator("#typed-wrong")
    kari.keyboard.type("10070c")
    radio(kari, 10009, "E").click()  # somebody may click all the same, and it is saved
    expect_grades(kari, c10009="E")
    expect(warning).to_contain_text("begins with 1007")
    kari.keyboard.type("1000")
    expect(kari.locator("#typed")).to_have_text("Candidate 1000…")
    expect(warning).to_be_visible()
    kari.keyboard.type("3d")
    expect(warning).to_be_hidden()
    kari.keyboard.type("10070")
    kari.keyboard.press("Escape")
    expect(warning).to_be_hidden()
    kari.keyboard.type("f")
    expect_grades(kari, c10003="D", c10004="F")
    kari.keyboard.type("1007010005b")  # a wrong number of full length is complete
    expect(warning).to_be_hidden()
    assert graded(kari) == {"10003": "D", "10004": "F", "10005": "B", "10009": "E"}


def test_extra_digit_is_removed_by_backspace(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    kari.get_by_role("button", name="Type grades").click()
    kari.keyboard.type("1009")
    kari.keyboard.press("Backspace")
    expect(kari.locator("#typed")).to_have_text("Candidate 100…")
    kari.keyboard.type("07c")
    expect_grades(kari, c10007="C")
    expect(kari.locator("#typed-wrong")).to_be_hidden()


def test_space_or_enter_between_number_and_grade_sets_no_grade(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    kari.get_by_role("button", name="Type grades").click()
    press_all(kari, "10007 c10008⏎d10009⏎")
    expect_grades(kari, c10007="C", c10008="D")
    assert graded(kari) == {"10007": "C", "10008": "D"}


@pytest.mark.parametrize("key", ["b", "1", "Space", "Enter", "Delete"])
def test_held_key_acts_once(demo: DemoSite, key: str) -> None:
    kari = lock_for_grading(demo)
    kari.get_by_role("button", name="Type grades").click()
    kari.keyboard.type("a")
    expect_grades(kari, c10001="A")
    kari.keyboard.press("ArrowUp")
    kari.keyboard.press("ArrowDown")
    for _repeat in range(6):
        kari.keyboard.down(key)
    kari.keyboard.up(key)
    kari.keyboard.press("Escape")
    once = {"b": {"10001": "A", "10002": "B"}, "Space": {"10001": "A", "10002": "A"}}
    assert graded(kari) == once.get(key, {"10001": "A"})


def test_space_and_backspace_after_a_letter_leave_the_next_candidate_alone(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    kari.get_by_role("button", name="Type grades").click()
    press_all(kari, "b c ")
    expect_grades(kari, c10001="B", c10002="C", c10003="")
    for key in ("Backspace", "e", "Delete", "f"):
        kari.keyboard.press(key)
    assert graded(kari) == {"10001": "B", "10002": "F"}


def test_grades_keep_their_place_when_one_is_set(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    before = radio(kari, 10003, "A").bounding_box()
    radio(kari, 10002, "A").click()
    expect_grades(kari, c10002="A")
    assert radio(kari, 10003, "A").bounding_box() == before


def test_typed_grade_is_logged_as_typed(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    radio(kari, 10001, "A").click()
    expect(kari.locator(row(kari, 10001))).to_contain_text("clicked")
    kari.keyboard.type("10002b")
    expect(kari.locator(row(kari, 10002))).to_contain_text("typed")
    kari.get_by_role("link", name="10002", exact=True).click()
    expect(kari.locator("ol")).to_contain_text("Kari Nordmann typed a grade: no grade → B")


# Screen reader keys


def test_screen_reader_keys_save_no_grade(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    sent: list[str] = []
    kari.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    kari.clock.install()
    radio(kari, 10001, "A").focus()
    for _three in "BCD":
        kari.keyboard.press("ArrowRight")
        kari.clock.run_for(2000)
    assert sent == []
    kari.keyboard.press("Escape")
    expect(radio(kari, 10001, "D")).not_to_be_checked()
    kari.keyboard.press("Tab")
    assert (sent, graded(kari)) == ([], {})


# A refusal


def refused_while_typing(demo: DemoSite) -> Page:
    """Let kari type A, B, C from 10002 on, after ola has set 10002."""
    kari = lock_for_grading(demo)
    ola = demo.sign_in("ola")
    ola.goto(kari.url)
    kari.route("**/live/**", lambda route: route.abort())
    radio(ola, 10002, "E").click()
    expect_grades(ola, c10002="E")
    waiting: list[Route] = []
    kari.route("**/candidates/*/grade/", lambda route: waiting.append(route))
    radio(kari, 10002, "A").focus()
    kari.keyboard.type("abc")
    kari.unroute("**/candidates/*/grade/")
    waiting[0].continue_()
    return kari


def test_refusal_stays_and_typing_stops(demo: DemoSite) -> None:
    kari = refused_while_typing(demo)
    alert = kari.locator("#alerts [role=alert]")
    expect(alert).to_contain_text("Ola Hansen gave 10002 the grade E")
    expect(alert).to_be_focused()
    # Grades typed before are saved, and reported beside the alert.
    expect_grades(kari, c10002="E", c10003="B", c10004="C")
    expect(kari.locator("#status")).to_have_text("10004: C saved")
    expect(alert).to_be_visible()
    expect(alert).to_be_in_viewport()
    kari.keyboard.type("f10006f ")
    radio(kari, 10005, "A").focus()
    kari.keyboard.type("f10006f")
    expect(alert).to_be_focused()
    kari.keyboard.press("Escape")
    expect(alert).to_have_count(0)
    expect(radio(kari, 10002, "E")).to_be_focused()
    kari.keyboard.type("d")
    expect_grades(kari, c10002="D")
    assert graded(kari) == {"10002": "D", "10003": "B", "10004": "C"}


def test_queue_continues_when_rows_are_gone(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    held: list[Route] = []
    kari.route("**/candidates/*/grade/", lambda route: held.append(route), times=1)
    radio(kari, 10001, "A").focus()
    kari.keyboard.type("abc")
    for number in (10001, 10002):
        kari.locator(row(kari, number)).evaluate("row => row.remove()")
    held[0].continue_()
    expect(kari.locator("#alerts [role=alert]")).to_contain_text("Not saved: 10002 B")
    expect_grades(kari, c10003="C")
    assert graded(kari) == {"10001": "A", "10003": "C"}


def test_alerts_do_not_replace_each_other(demo: DemoSite) -> None:
    kari = lock_for_grading(demo)
    ola = demo.sign_in("ola")
    ola.goto(kari.url)
    kari.route("**/live/**", lambda route: route.abort())
    for number in (10002, 10003):
        radio(ola, number, "E").click()
        expect_grades(ola, **{f"c{number}": "E"})
    alerts = kari.locator("#alerts [role=alert]")
    for number in (10002, 10003):
        radio(kari, number, "A").click()
        expect(alerts.filter(has_text=f"gave {number} the grade E")).to_be_visible()
    expect(alerts).to_have_count(2)
    alerts.first.get_by_role("button", name="Dismiss").click()
    expect(alerts).to_have_count(1)
    expect(alerts).to_be_focused()


def test_locked_grades_ignore_typing_and_unsaved_ones_are_named(demo: DemoSite) -> None:
    kari = lock_for_grading(demo, "LUP1001")
    other = kari.context.new_page()
    other.goto(kari.url)
    waiting: list[Route] = []
    kari.route("**/candidates/*/grade/", lambda route: waiting.append(route))
    kari.route("**/changes/**", lambda route: route.abort())
    radio(kari, 20001, "Pass").focus()
    kari.keyboard.type("pn")
    other.locator("#confirm").click()
    other.locator("[name=acknowledged]").check()
    other.locator("main form button[type=submit]").last.click()
    expect(other.locator("main")).to_have_attribute("data-stage", "confirmed")
    kari.unroute("**/candidates/*/grade/")
    waiting[0].continue_()
    alert = kari.locator("#alerts [role=alert]")
    expect(alert).to_contain_text("so the grades are locked")
    expect(alert).to_contain_text("Not saved: 20001 Pass, 20002 NotPass")
    kari.unroute("**/changes/**")
    alert.get_by_role("button", name="Dismiss").click()
    # After the alert is dismissed, the page may be reloaded.
    expect(kari.locator("main")).to_have_attribute("data-stage", "confirmed")
    expect_grades(kari, c20001="", c20002="")
