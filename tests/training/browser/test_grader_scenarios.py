"""The six grader scenarios from start to end, with mistakes."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import confirm, download_list, upload
from tests.training.browser.steps import (
    FIRST_NOTES,
    PATIENCE,
    candidate,
    check,
    close_result,
    confirm_again,
    expect_done,
    expect_result,
    expect_stage,
    expect_task,
    fill_in,
    give,
    open_grading,
    panel,
    remove,
    study,
    take_file,
)

NO_LONGER = "Grades changed after you confirmed. Please review and confirm again."


def test_first_exam(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari")
    study(kari, "first-exam")
    expect_task(kari, "exam")
    check(kari, "You haven’t opened the page for this task yet.")
    kari.get_by_role("link", name="HIS1200", exact=True).click()
    expect_task(kari, "open")
    kari.get_by_role("link", name="Open Final Grading").click()
    expect_task(kari, "download")
    blank = download_list(kari, tmp_path)

    upload(kari, fill_in(blank, FIRST_NOTES | {10103: "B", 10105: ""}))
    expect_result(kari, updated=7, empty=1)
    close_result(kari)
    expect_task(kari, "result")
    check(kari, "1 candidate has no grade: 10105.", "10103 has B, but it is A in your notes.")
    confirm(kari)
    expect_stage(kari, "waiting")
    expect_task(kari, "result")
    upload(kari, fill_in(blank, FIRST_NOTES))
    expect_result(kari, updated=2, unchanged=6)
    close_result(kari)
    expect(kari.locator("#sheet-head").get_by_text(NO_LONGER)).to_be_visible()
    expect_task(kari, "confirm")
    check(kari, "Your confirmation of Committee 1 – Dragvoll is not valid.")

    confirm_again(kari)
    expect_stage(kari, "confirmed")
    expect(kari.locator("#sheet-head")).to_contain_text("Ola Hansen (robot)")
    expect_done(kari)
    kari.get_by_role("link", name="Back to the scenarios").click()
    expect(kari.locator("[data-scenario='first-exam']")).to_contain_text("Done")


def test_pressed_check_is_clicked_despite_a_poll(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    study(kari, "first-exam")
    expect_task(kari, "exam")
    shown = panel(kari).evaluate("body => body.outerHTML")
    kari.route("**/panel/?**", lambda route: route.fulfill(content_type="text/html", body=shown))
    kari.locator("#practice-check").hover()
    kari.mouse.down()
    with kari.expect_response("**/panel/?**"):
        kari.evaluate("htmx.trigger('#practice-body', 'refresh')")
    kari.unroute("**/panel/?**")
    kari.mouse.up()
    expect(kari.locator("[data-check-result]")).to_be_visible()


def test_absent_candidate(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    study(kari, "absent-candidate")
    open_grading(kari, "LUP1001")
    expect_task(kari, "note")
    check(kari, "The attendance of 20005 should be “Did not attend”.")
    candidate(kari, 20005).get_by_role("button", name="Did not attend").click()
    expect(candidate(kari, 20005)).to_contain_text("Did not attend")
    expect_task(kari, "pass")
    check(
        kari,
        "20001 has no grade, but should have Pass.",
        "20003 has no grade, but should have Pass.",
        "20006 has no grade, but should have Pass.",
    )

    give(kari, c20001="Pass", c20002="NotPass", c20003="Pass", c20006="Pass")
    expect_task(kari, "notpass")
    check(
        kari,
        "1 candidate has no grade: 20004. 20002, 20005 did not attend and should have no grade.",
        "20002 did not attend and should have no grade, but has NotPass.",
    )
    give(kari, c20004="NotPass")
    remove(kari, 20002)
    expect_task(kari, "confirm")
    expect_stage(kari, "waiting")
    check(
        kari,
        "Committee 1 – Kalvskinnet has the status “Waiting for other graders to confirm”, but should have “Confirmed”.",
    )
    confirm(kari)
    expect_stage(kari, "confirmed")
    expect_done(kari)


def test_bad_sheet(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari")
    study(kari, "bad-sheet")
    file = take_file(kari, "Grades from Jonas.xlsx", tmp_path)
    open_grading(kari, "HMS1003")
    upload(kari, file)
    expect_result(kari, updated=3, unchanged=0, empty=0, rejected=6, missing=2)
    expect(kari.locator("dialog")).to_contain_text("50006, 50007")
    kari.get_by_role("button", name="Accept all 3 proposals").click()
    expect_result(kari, updated=6, rejected=3)
    close_result(kari)
    expect_task(kari, "formula")
    check(kari, "50005 has no grade, but should have Pass.")
    give(kari, c50005="Pass")
    expect_task(kari, "wrong-id")
    give(kari, c50007="NotPass")
    check(kari, "50007 has NotPass, but should have Pass.")
    give(kari, c50007="Pass", c50006="Pass")
    expect_task(kari, "compare")

    confirm(kari)
    expect_stage(kari, "waiting")
    expect_task(kari, "compare")
    check(kari, "50009 has NotPass, but it is Pass in your notes.")
    give(kari, c50009="Pass")
    expect(kari.locator("#sheet-head").get_by_text(NO_LONGER)).to_be_visible()
    expect_task(kari, "confirm")
    confirm_again(kari)
    expect_stage(kari, "confirmed")
    expect_done(kari)


def test_wrong_committee(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari")
    study(kari, "wrong-committee")
    file = take_file(kari, "German - grades.xlsx", tmp_path)
    open_grading(kari, "TYS1102", 1)
    expect_task(kari, "refused")
    kari.get_by_role("link", name="Committee 2 – Bygg 6").click()
    upload(kari, file)
    expect_result(kari, updated=7)
    close_result(kari)
    expect_task(kari, "refused")
    check(kari, "The error message that this task is about has not appeared yet.")
    kari.get_by_role("link", name="Committee 1 – Bygg 5").click()
    expect(candidate(kari, 70001)).to_be_visible()
    upload(kari, file)
    refusal = kari.locator("dialog [role=alert]")
    expect(refusal).to_contain_text("Committee 2 – Bygg 6")
    expect(kari.locator(".upload-result")).to_have_count(0)
    kari.locator("dialog").get_by_role("link", name="Cancel").click()
    expect_task(kari, "own-list")

    give(kari, c70001="C", c70002="B", c70003="D", c70004="A")
    check(kari, "1 candidate has no grade: 70005.")
    give(kari, c70005="C")
    expect_task(kari, "confirm")
    confirm(kari)
    check(kari, "Your confirmation of Committee 2 – Bygg 6 is not valid.")
    kari.get_by_role("link", name="Committee 2 – Bygg 6").click()
    expect(candidate(kari, 70006)).to_be_visible()
    confirm(kari)
    expect_stage(kari, "confirmed")
    expect_done(kari)


def test_by_click(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    study(kari, "by-click")
    open_grading(kari, "MUS1005")
    kari.get_by_role("link", name="30002", exact=True).click()
    expect(kari.locator(".timeline")).to_contain_text("Runa Myhre (robot)")
    expect_task(kari, "one")
    kari.get_by_role("link", name="Committee 1 – Olavskvartalet").click()
    give(kari, c30002="B")
    check(kari, "30002 has B, but should have C.")
    give(kari, c30002="C", c30005="E", c30007="B")
    expect_task(kari, "reset")
    check(kari, "30004 did not attend and should have no grade, but has F.")
    remove(kari, 30004)
    expect_task(kari, "old-list")

    expect(candidate(kari, 30002)).to_have_attribute("data-grade", "D", timeout=PATIENCE)
    expect(candidate(kari, 30004)).to_have_attribute("data-grade", "F")
    kari.locator(".menu > summary", has_text="Upload").click()
    kari.get_by_role("link", name="Earlier uploads").click()
    kari.get_by_role("link", name="MUS1005-1.xlsx").click()
    expect_task(kari, "back")
    lost = kari.locator("[data-replaced]")
    expect(lost).to_have_count(4)
    lost.filter(has_text="30002").get_by_role("button", name="Restore C").click()
    expect(lost.filter(has_text="30002")).to_contain_text("restored")
    check(
        kari,
        "30005 has D, but it is E in your notes.",
        "30007 has A, but it is B in your notes.",
        "30004 did not attend and should have no grade, but has F.",
    )
    for name in ("Restore E", "Restore B", "Remove the grade again"):
        kari.get_by_role("button", name=name).click()
        expect(kari.get_by_role("button", name=name)).to_have_count(0)
        expect(kari.locator(".practice-check-result")).to_have_count(0)
    expect_task(kari, "confirm")
    close_result(kari)
    confirm(kari)
    expect_stage(kari, "confirmed")
    expect_done(kari)


def test_changed_after_you(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    study(kari, "changed-after-you")
    open_grading(kari, "LAT1001")
    expect_task(kari, "confirm")
    remove(kari, 40002)
    confirm(kari)
    expect_stage(kari, "waiting")
    check(kari, "1 candidate has no grade: 40002.")
    give(kari, c40002="D")
    confirm_again(kari)
    expect_task(kari, "see")

    head = kari.locator("#sheet-head")
    expect(head).to_contain_text(NO_LONGER, timeout=PATIENCE)
    expect(head).to_contain_text("40003: C → B")
    expect(head).to_contain_text("40005: B → E")
    check(kari, "You haven’t opened the page for this task yet.")
    kari.get_by_role("link", name="40005", exact=True).click()
    expect(kari.locator(".timeline")).to_contain_text("Liv Torgersen (robot)")
    expect_task(kari, "mend")
    kari.get_by_role("link", name="Committee 1 – Dragvoll").click()
    confirm_again(kari)
    expect_stage(kari, "waiting")
    check(kari, "40005 has E, but should have B.")
    give(kari, c40005="B")
    expect_task(kari, "again")
    confirm_again(kari)
    expect_stage(kari, "confirmed")
    expect_done(kari)
