"""The whole workflow of grader, planner and student."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite, fill_in


def open_final_grading(page: Page, code: str) -> None:
    page.get_by_role("link", name=code, exact=True).click()
    page.get_by_role("link", name="Open Final Grading").click()
    page.wait_for_url("**/committees/*/")


def download_list(page: Page, folder: Path) -> Path:
    page.locator(".menu > summary", has_text="Download").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Grades to Excel").click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target


def upload(page: Page, file: Path) -> None:
    page.locator(".menu > summary", has_text="Upload").click()
    page.get_by_role("link", name="Grades from Excel").click()
    page.locator("dialog[open] input[type=file]").set_input_files(file)
    page.locator("dialog").get_by_role("button", name="Upload").click()


def counts(page: Page) -> dict[str, int]:
    result = page.locator(".upload-result")
    result.wait_for()
    kinds = ("updated", "unchanged", "empty", "rejected", "missing")
    return {kind: int(result.get_attribute(f"data-{kind}") or -1) for kind in kinds}


def row(page: Page, number: int) -> str:
    return f"tr[data-candidate='{number}']"


def confirm(page: Page) -> None:
    page.get_by_role("link", name="Confirm Final Grading").click()
    button = page.get_by_role("button", name="Confirm Final Grading")
    button.wait_for()
    if page.locator("#acknowledged").count():
        page.locator("#acknowledged").check()
    button.click()


@pytest.mark.walk
def test_grades_go_from_calc_through_both_graders_to_studentweb(demo: DemoSite, calc: Path) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "TDT4100")
    expect(kari.locator("tr[data-candidate]")).to_have_count(12)
    blank = download_list(kari, calc)
    filled = calc / "filled.xlsx"
    # Row 2 is 10001. 10007 (row 8) did not attend; row 9 has a mistake, row 10 a formula.
    grades = {f"B{row}": grade for row, grade in enumerate("ABCDEF", start=2)}
    fill_in(blank, filled, **grades, B9="b", B10="=B2", B11="C", B12="F", B13="A")

    upload(kari, filled)
    assert counts(kari) == {"updated": 9, "unchanged": 0, "empty": 1, "rejected": 2, "missing": 0}
    slip = kari.locator("tr[data-cell='B9']")
    expect(slip).to_have_attribute("data-reason", "lower-case")
    expect(kari.locator("tr[data-cell='B10']")).to_have_attribute("data-reason", "formula")
    slip.get_by_role("button", name="Accept B").click()
    expect(kari.locator(".upload-result")).to_have_attribute("data-updated", "10")
    kari.get_by_role("link", name="Done", exact=True).click()

    kari.locator(row(kari, 10009)).get_by_role("radio", name="D", exact=True).click()
    expect(kari.locator(row(kari, 10009))).to_have_attribute("data-grade", "D")
    expect(kari.locator("#status")).to_have_text("10009: D saved")
    kari.get_by_role("button", name="Remove the grade of 10012").click()
    expect(kari.locator(row(kari, 10012))).to_have_attribute("data-grade", "")
    kari.locator(row(kari, 10012)).get_by_role("radio", name="B", exact=True).click()
    expect(kari.locator(row(kari, 10012))).to_have_attribute("data-grade", "B")

    confirm(kari)
    expect(kari.locator("main")).to_have_attribute("data-stage", "waiting")
    expect(kari.get_by_text("Waiting for other graders to confirm").first).to_be_visible()

    per = demo.sign_in("per")
    per.get_by_role("link", name="TDT4100", exact=True).click()
    per.get_by_role("link", name="Transfer").click()
    expect(per.get_by_text("Not ready: these committees are not confirmed.")).to_be_visible()
    expect(per.locator("main")).to_contain_text("waiting for Ola Hansen")
    assert per.get_by_role("button", name="Transfer to FS", exact=True).count() == 0

    ola = demo.sign_in("ola")
    open_first_committee(ola)
    confirm(ola)
    expect(ola.locator("main")).to_have_attribute("data-stage", "confirmed")
    grade_second_committee(demo, ola)

    transfer(per)
    sofie = demo.sign_in("sofie")
    expect(sofie.locator("main")).to_contain_text("TDT4100")
    expect(sofie.locator("main")).to_contain_text("A")
    expect(sofie.get_by_text("No result yet")).to_have_count(0)


def open_first_committee(ola: Page) -> None:
    ola.get_by_role("link", name="TDT4100", exact=True).first.click()
    ola.locator("[data-committee='1']").get_by_role("link", name="Open Final Grading").click()


def grade_second_committee(demo: DemoSite, ola: Page) -> None:
    ola.get_by_role("link", name="Committee 2 – Oral B").click()
    for number in range(10013, 10021):
        ola.locator(row(ola, number)).get_by_role("radio", name="C", exact=True).click()
        expect(ola.locator(row(ola, number))).to_have_attribute("data-grade", "C")
    confirm(ola)
    ingrid = demo.sign_in("ingrid")
    ingrid.get_by_role("link", name="TDT4100", exact=True).click()
    ingrid.get_by_role("link", name="Open Final Grading").click()
    confirm(ingrid)
    expect(ingrid.locator("main")).to_have_attribute("data-stage", "confirmed")


def transfer(per: Page) -> None:
    per.reload()
    per.get_by_role("link", name="Test transfer to FS").click()
    expect(per.locator("main")).to_contain_text("19 grades are ready to be sent. Nothing has been sent.")
    expect(per.locator("main")).to_contain_text("No problems found.")
    per.get_by_role("link", name="Back to Transfer").click()
    per.get_by_role("button", name="Transfer to FS", exact=True).click()
    expect(per.locator("tr[data-receipt='taken']")).to_have_count(19)
    per.get_by_role("link", name="FS", exact=True).click()
    expect(per.locator("main")).to_contain_text("TDT4100")


def test_single_grader_confirms_pass_and_notpass(demo: DemoSite, calc: Path) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "LUP1001")
    filled = calc / "filled.xlsx"
    fill_in(download_list(kari, calc), filled, B2="Pass", B3="NotPass", B4="Bestått", B5="pass", B6="Pass")
    upload(kari, filled)
    assert counts(kari) == {"updated": 3, "unchanged": 0, "empty": 0, "rejected": 2, "missing": 0}
    kari.get_by_role("button", name="Accept all 2 proposals").click()
    expect(kari.locator(".upload-result")).to_have_attribute("data-rejected", "0")
    kari.get_by_role("link", name="Done", exact=True).click()
    confirm(kari)
    expect(kari.locator("main")).to_have_attribute("data-stage", "confirmed")


def test_upload_is_undone(demo: DemoSite, calc: Path) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "LUP1001")
    kari.locator(row(kari, 20001)).get_by_role("radio", name="NotPass", exact=True).click()
    expect(kari.locator(row(kari, 20001))).to_have_attribute("data-grade", "NotPass")
    filled = calc / "filled.xlsx"
    fill_in(download_list(kari, calc), filled, B2="Pass", B3="Pass")
    upload(kari, filled)
    assert counts(kari)["updated"] == 2
    kari.get_by_role("button", name="Undo this upload").click()
    expect(kari.get_by_text("This upload was undone")).to_be_visible()
    kari.get_by_role("link", name="Done", exact=True).click()
    expect(kari.locator(row(kari, 20001))).to_have_attribute("data-grade", "NotPass")
    expect(kari.locator(row(kari, 20002))).to_have_attribute("data-grade", "")


def test_list_of_another_exam_is_refused_in_the_dialog(demo: DemoSite, calc: Path) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "LUP1001")
    other = download_list(kari, calc)
    kari.goto("/grade/")
    open_final_grading(kari, "TDT4100")
    upload(kari, other)
    alert = kari.locator("dialog [role=alert]")
    expect(alert).to_contain_text("This is a list from another exam: LUP1001 Teaching practice")
    expect(kari.locator(".upload-result")).to_have_count(0)
