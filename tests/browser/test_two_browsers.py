"""Two graders of one committee in two browsers, without reloading."""

import time

from playwright.sync_api import Page, Route, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import confirm, open_final_grading, row


def both(demo: DemoSite) -> tuple[Page, Page]:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "TDT4100")
    ola = demo.sign_in("ola")
    ola.goto(kari.url)
    return kari, ola


def test_changes_and_confirmations_are_shown_to_colleagues(demo: DemoSite) -> None:
    kari, ola = both(demo)
    kari.locator(row(kari, 10001)).get_by_role("radio", name="A", exact=True).click()
    expect(ola.locator(row(ola, 10001))).to_have_attribute("data-grade", "A")
    expect(ola.locator(row(ola, 10001))).to_contain_text("Kari Nordmann")

    confirm(kari)
    expect(ola.locator("main")).to_have_attribute("data-stage", "waiting")
    expect(kari.locator("#message-confirmed")).to_have_count(1)
    ola.locator(row(ola, 10001)).get_by_role("radio", name="B", exact=True).click()
    note = kari.locator("#sheet-head [data-confirm-again]")
    expect(note).to_be_visible()
    expect(kari.locator("#message-confirmed")).to_have_count(0)
    expect(kari.locator("#sheet-head")).to_contain_text("A → B")
    expect(kari.locator("#sheet-head")).to_contain_text("Ola Hansen")

    confirm(kari)
    expect(kari.locator("main")).to_have_attribute("data-stage", "waiting")
    confirm(ola)
    expect(kari.locator("main")).to_have_attribute("data-stage", "confirmed")
    expect(kari.locator("tr[data-candidate] :is(button, [name=grade]):enabled")).to_have_count(0)


def test_update_leaves_work_in_progress_alone(demo: DemoSite) -> None:
    kari, ola = both(demo)
    mine = kari.locator(row(kari, 10003)).get_by_role("radio", name="E", exact=True)
    mine.focus()
    kari.evaluate("window.scrollTo(0, 200)")
    before = kari.evaluate("[window.scrollY, document.activeElement.id]")
    for number in (10001, 10003):
        ola.locator(row(ola, number)).get_by_role("radio", name="C", exact=True).click()
        expect(kari.locator(row(kari, number))).to_have_attribute("data-grade", "C")
    assert kari.evaluate("[window.scrollY, document.activeElement.id]") == before


def test_click_on_a_changed_grade_is_refused_with_a_message(demo: DemoSite) -> None:
    kari, ola = both(demo)
    kari.route("**/live/**", lambda route: route.abort())
    ola.locator(row(ola, 10002)).get_by_role("radio", name="D", exact=True).click()
    expect(ola.locator(row(ola, 10002))).to_have_attribute("data-grade", "D")
    kari.locator(row(kari, 10002)).get_by_role("radio", name="A", exact=True).click()
    expect(kari.locator("#alerts [role=alert]")).to_contain_text("Ola Hansen gave 10002 the grade D")
    expect(kari.locator(row(kari, 10002))).to_have_attribute("data-grade", "D")


def test_undo_keeps_a_colleagues_newer_grade(demo: DemoSite) -> None:
    kari, ola = both(demo)
    kari.locator(row(kari, 10002)).get_by_role("radio", name="A", exact=True).click()
    expect(ola.locator(row(ola, 10002))).to_have_attribute("data-grade", "A")
    ola.locator(row(ola, 10002)).get_by_role("radio", name="D", exact=True).click()
    expect(kari.locator(row(kari, 10002))).to_have_attribute("data-grade", "D")
    kari.keyboard.press("Control+z")
    expect(kari.locator("#alerts [role=alert]")).to_contain_text("Ola Hansen gave 10002 the grade D")
    expect(kari.locator(row(kari, 10002))).to_have_attribute("data-grade", "D")


def test_failed_click_never_looks_saved(demo: DemoSite) -> None:
    kari, _ola = both(demo)
    kari.route("**/grade/", lambda route: route.abort())
    kari.locator(row(kari, 10004)).get_by_role("radio", name="A", exact=True).click()
    expect(kari.locator("#alerts [role=alert]")).to_contain_text("nothing was saved")
    expect(kari.locator(row(kari, 10004))).to_have_attribute("data-grade", "")


def test_server_error_is_shown_with_its_id(demo: DemoSite) -> None:
    kari, _ola = both(demo)
    number = {"X-Request-ID": "7f1466f1"}
    kari.route("**/grade/", lambda route: route.fulfill(status=500, headers=number, body="crashed"))
    kari.locator(row(kari, 10004)).get_by_role("radio", name="A", exact=True).click()
    expect(kari.locator("#alerts [role=alert]")).to_contain_text("give them this number: 7f1466f1")
    expect(kari.locator(row(kari, 10004))).to_have_attribute("data-grade", "")


def test_pressed_link_is_followed_despite_an_update(demo: DemoSite) -> None:
    kari, ola = demo.sign_in("kari"), demo.sign_in("ola")
    open_final_grading(kari, "TDT4100")
    ola.goto(kari.url)
    kari.locator("#confirm").hover()
    kari.mouse.down()
    with kari.expect_response(lambda answer: "/live/" in answer.url and answer.status == 200):
        ola.locator(row(ola, 10002)).get_by_role("radio", name="B", exact=True).click()
    with kari.expect_navigation(url="**/confirm/"):
        kari.mouse.up()


def test_last_of_two_quick_clicks_wins(demo: DemoSite) -> None:
    kari, _ola = both(demo)

    def slowly(route: Route) -> None:
        time.sleep(0.4)
        route.continue_()

    kari.route("**/candidates/*/grade/", slowly)
    line = kari.locator(row(kari, 10005))
    line.get_by_role("radio", name="E", exact=True).click(no_wait_after=True)
    line.get_by_role("radio", name="B", exact=True).click(no_wait_after=True)
    expect(line).to_have_attribute("data-grade", "B")
    kari.reload()
    expect(line).to_have_attribute("data-grade", "B")


def test_inactive_page_polls_rarely_and_active_at_once(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    kari.clock.install()
    open_final_grading(kari, "TDT4100")
    asked: list[str] = []
    kari.on("request", lambda request: asked.append(request.url) if "/changes/" in request.url else None)

    def asked_in(seconds: int) -> int:
        asked.clear()
        for _ in range(seconds // 3):
            kari.clock.run_for(3000)
            kari.wait_for_timeout(60)
        return len(asked)

    astir = asked_in(30)
    asked_in(60)
    at_rest = asked_in(36)
    kari.mouse.move(200, 300)
    assert (astir >= 8, 2 <= at_rest <= 4, asked_in(30) >= 8) == (True, True, True)
