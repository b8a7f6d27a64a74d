"""The planner's workflow: from FS's files to a refused line, a reopening and a correction."""

from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.browser.demo_site import ROOT, DemoSite
from tests.browser.test_whole_circle import confirm, open_final_grading, row

EXAMPLES = ROOT / "docs" / "examples"


def import_examples(per: Page) -> None:
    per.get_by_role("link", name="Import from FS").click()
    for name in ("exams", "committees", "candidates"):
        per.locator(f"[name={name}]").set_input_files(EXAMPLES / f"{name}.txt")
    per.get_by_role("button", name="Preview import").click()
    expect(per.locator("main")).to_contain_text("Nothing has been saved yet.")
    expect(per.locator("[data-exam=KULT1102]")).to_be_visible()
    per.get_by_role("button", name="Import", exact=True).click()


def open_exam(per: Page, code: str) -> None:
    per.goto("/plan/")
    per.get_by_role("link", name=code, exact=True).click()


def let_fs_refuse(per: Page, code: str, number: str) -> None:
    per.get_by_role("link", name="FS", exact=True).click()
    per.locator("main").get_by_role("link", name=code).click()
    cell = per.get_by_role("rowheader", name=number, exact=True)
    per.get_by_role("row").filter(has=cell).get_by_role("button").click()


def transfer(per: Page, code: str) -> None:
    open_exam(per, code)
    per.get_by_role("link", name="Transfer").click()
    per.get_by_role("button", name="Transfer to FS", exact=True).click()


def receipts(per: Page) -> list[tuple[str, str, str]]:
    """Return number, grade and receipt of each line of the transfer."""
    per.wait_for_url("**/plan/transfers/*/")
    lines = per.locator("tr[data-receipt]").all()
    cells = [[cell.inner_text().strip() for cell in line.locator("th, td").all()] for line in lines]
    codes = [line.get_attribute("data-receipt") or "" for line in lines]
    return [(each[1], each[2], code) for each, code in zip(cells, codes, strict=True)]


def test_planner_works_from_import_to_correction(demo: DemoSite) -> None:
    per = demo.sign_in("per")
    import_examples(per)
    ingrid = demo.sign_in("ingrid")
    open_final_grading(ingrid, "KULT1102")
    expect(ingrid.locator("tr[data-candidate]")).to_have_count(12)
    window = ingrid.url
    numbers = [line.get_attribute("data-candidate") for line in ingrid.locator("tr[data-candidate]").all()]
    assert numbers == [str(number) for number in range(1, 13)]
    for number in (1, 2):
        ingrid.locator(row(ingrid, number)).get_by_role("radio", name="B", exact=True).click()
        expect(ingrid.locator(row(ingrid, number))).to_have_attribute("data-grade", "B")
    confirm(ingrid)

    let_fs_refuse(per, "KULT1102", "2")
    open_exam(per, "KULT1102")
    per.get_by_role("link", name="Transfer").click()
    per.get_by_role("link", name="Test transfer to FS").click()
    problem = per.locator("[data-problem]")
    expect(problem).to_have_count(1)
    expect(problem).to_have_attribute("data-problem", "2")
    transfer(per, "KULT1102")
    assert sorted(receipt for _number, _grade, receipt in receipts(per)) == ["refused", "taken"]

    let_fs_refuse(per, "KULT1102", "2")  # the same button lets FS accept the candidate again
    transfer(per, "KULT1102")
    assert receipts(per) == [("2", "B", "taken")]

    open_exam(per, "KULT1102")
    per.get_by_role("link", name="Reopen").click()
    per.get_by_label("KLAGE").check()
    per.get_by_label("Reason").fill("Appeal of candidate 1")
    per.get_by_role("button", name="Reopen").click()
    ingrid.goto(window)
    expect(ingrid.locator("#sheet-head")).to_contain_text("KLAGE – after an appeal: Appeal of candidate 1")
    ingrid.locator(row(ingrid, 1)).get_by_role("radio", name="A", exact=True).click()
    expect(ingrid.locator(row(ingrid, 1))).to_have_attribute("data-grade", "A")
    confirm(ingrid)
    expect(ingrid.locator("main")).to_have_attribute("data-stage", "confirmed")
    transfer(per, "KULT1102")
    assert receipts(per) == [("1", "A", "taken")]
    expect(per.locator("tr[data-receipt]")).to_contain_text("KLAGE")
    ingrid.goto(window)
    expect(ingrid.locator("main")).to_have_attribute("data-stage", "transferred")


def test_file_can_be_dropped_and_focus_returns(demo: DemoSite, tmp_path: Path) -> None:
    kari = demo.sign_in("kari")
    kari.goto("/committees/1/")
    kari.locator("summary", has_text="Upload").click()
    kari.get_by_role("link", name="Grades from Excel").click()
    kari.locator("dialog[open]").wait_for()
    expect(kari.locator("#file")).to_be_focused()
    drop = """() => {
        const held = new DataTransfer();
        held.items.add(new File(["Candidate ID;Grade"], "list.csv", {type: "text/csv"}));
        const zone = document.querySelector(".drop-zone");
        zone.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: held}));
    }"""
    kari.evaluate(drop)
    kari.locator("dialog").get_by_role("button", name="Upload").click()
    expect(kari.locator("dialog [role=alert]")).to_contain_text(".csv")
    kari.keyboard.press("Escape")
    expect(kari.locator("dialog[open]")).to_have_count(0)
    expect(kari.locator("summary", has_text="Upload")).to_be_focused()


def test_upload_page_works_like_the_dialog(demo: DemoSite, tmp_path: Path) -> None:
    file = tmp_path / f"{'n' * 200}.xlsx"
    book = Workbook()
    for line in (["Candidate ID", "Grade"], ["10001", "x" * 3000], ["10002", "a"], ["10003", "B"]):
        book.worksheets[0].append(line)
    book.save(file)
    kari = demo.sign_in("kari", width=390)
    kari.goto("/committees/1/upload/")
    kari.locator("input[type=file]").set_input_files(file)
    kari.locator("main").get_by_role("button", name="Upload").click()
    result = kari.locator(".upload-result")
    expect(result).to_have_attribute("data-rejected", "2")
    kari.get_by_role("button", name="Accept A").click()
    expect(result).to_have_attribute("data-rejected", "1")
    widths = [kari.evaluate("document.documentElement.scrollWidth")]
    kari.goto("/committees/1/uploads/")
    widths.append(kari.evaluate("document.documentElement.scrollWidth"))
    assert widths == [390, 390]


def test_back_to_a_form_with_errors_shows_what_was_filled_in(demo: DemoSite) -> None:
    per = demo.sign_in("per")
    per.goto("/plan/exams/new/")
    per.locator("[name=name]").fill("Fugue writing")
    per.locator("main form").evaluate("form => { form.noValidate = true }")
    per.get_by_role("button", name="Create exam").click()
    expect(per.locator("[aria-invalid=true]").first).to_be_visible()
    per.goto("/help/")
    per.go_back()
    expect(per.locator("[name=name]")).to_have_value("Fugue writing")
    expect(per.locator("[aria-invalid=true]")).to_have_count(0)
    per.reload()
    expect(per.locator("[name=name]")).to_have_value("Fugue writing")
