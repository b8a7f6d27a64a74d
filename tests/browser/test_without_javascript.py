from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import confirm, open_final_grading, row

pytestmark = pytest.mark.db_independent


def test_grading_works_without_javascript(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari", javascript=False)
    open_final_grading(kari, "LUP1001")
    window = kari.url
    kari.locator(row(kari, 20001)).get_by_role("radio", name="Pass", exact=True).check()
    kari.keyboard.press("Enter")
    expect(kari.locator(row(kari, 20001))).to_have_attribute("data-grade", "Pass")
    kari.get_by_role("button", name="Remove the grade of 20001").click()
    expect(kari.locator(row(kari, 20001))).to_have_attribute("data-grade", "")
    kari.locator(row(kari, 20002)).get_by_role("radio", name="NotPass", exact=True).check()
    kari.locator(row(kari, 20002)).get_by_role("button", name="Save").click()
    expect(kari.locator(row(kari, 20002))).to_have_attribute("data-grade", "NotPass")

    kari.locator("summary", has_text="Download").click()
    with kari.expect_download() as waiting:
        kari.get_by_role("button", name="Grades to Excel").click()
    file = tmp_path / "list.xlsx"
    waiting.value.save_as(file)
    book = load_workbook(file)
    for place, grade in {"B2": "Pass", "B3": "pass", "B4": "NotPass"}.items():
        book.worksheets[0][place] = grade
    book.save(file)

    kari.locator("summary", has_text="Upload").click()
    kari.get_by_role("link", name="Grades from Excel").click()
    kari.locator("input[type=file]").set_input_files(file)
    kari.get_by_role("button", name="Upload").click()
    expect(kari.locator(".upload-result")).to_have_attribute("data-updated", "2")
    kari.get_by_role("button", name="Accept Pass").click()
    expect(kari.locator(".upload-result")).to_have_attribute("data-updated", "3")
    kari.get_by_role("link", name="Done", exact=True).click()
    expect(kari).to_have_url(window)
    confirm(kari)
    expect(kari.locator("main")).to_have_attribute("data-stage", "confirmed")
