"""The main job in every engine: from the download of the grade sheet to the student's result."""

from pathlib import Path

from openpyxl import load_workbook

from tests.engines.window import Window


def row(number: int) -> str:
    return f"tr[data-candidate='{number}']"


def test_grades_go_from_a_workbook_to_the_student(window: Window) -> None:
    window.sign_in("kari")
    window.press("Grade")
    window.press("TDT4100")
    window.press("Open Final Grading")
    upload_result = upload(window, fill_in(download(window), "ABCDEF"))
    assert upload_result == {"updated": "6", "unchanged": "0", "empty": "6", "rejected": "0", "missing": "0"}
    window.press("Done")

    window.has(row(10001), "data-grade", "A")
    window.click(f"{row(10001)} input[value=B]")
    window.has(row(10001), "data-grade", "B")
    window.click(f"{row(10002)} .reset")
    window.has(row(10002), "data-grade", "")
    confirm(window)
    window.has("main", "data-stage", "waiting")
    window.sees("Waiting for other graders to confirm")

    window.sign_in("ola")
    open_committee(window, 1)
    confirm(window)
    window.has("main", "data-stage", "confirmed")
    for grader in ("ola", "ingrid"):
        window.sign_in(grader)
        open_committee(window, 2)
        confirm(window)

    window.sign_in("per")
    window.press("TDT4100")
    window.press("Transfer")
    window.press("Test transfer to FS")
    window.sees("5 grades are ready to be sent.")
    window.press("Back to Transfer")
    window.press("Transfer to FS")
    window.until(lambda: window.count("tr[data-receipt=taken]") == 5)

    window.sign_in("sofie")
    window.sees("TDT4100")
    assert "No result yet" not in window.one("main").text


def download(window: Window) -> Path:
    """Download the list and return the file."""
    before = set(window.downloads.glob("*.xlsx"))
    window.press("Download")
    window.press("Grades to Excel")
    new = window.until(lambda: set(window.downloads.glob("*.xlsx")) - before)
    file: Path = new.pop()
    window.until(lambda: file.stat().st_size > 0)
    return file


def fill_in(file: Path, grades: str) -> Path:
    book = load_workbook(file)
    for number, grade in enumerate(grades, start=2):
        book.worksheets[0].cell(row=number, column=2, value=grade)
    filled = file.with_name("filled.xlsx")
    book.save(filled)
    return filled


def upload(window: Window, file: Path) -> dict[str, str]:
    """Upload the list; return the number of rows by outcome."""
    window.press("Upload")
    window.press("Grades from Excel")
    window.one("dialog[open] input[type=file]").send_keys(str(file))
    window.click("dialog[open] button[type=submit]")
    kinds = ("updated", "unchanged", "empty", "rejected", "missing")
    return {kind: window.attribute(".upload-result", f"data-{kind}") for kind in kinds}


def open_committee(window: Window, number: int) -> None:
    window.press("TDT4100")
    # The Grade tab is at /grade/ too; only the exam's page has committees.
    window.one("[data-committee]")
    if window.count(f"[data-committee='{number}']"):
        window.click(f"[data-committee='{number}'] a[href^='/committees/']")
    else:
        window.press("Open Final Grading")
    window.until(lambda: window.path.startswith("/committees/"))


def confirm(window: Window) -> None:
    window.press("Confirm Final Grading")
    window.until(lambda: window.path.endswith("/confirm/"))
    if window.count("#acknowledged"):
        window.click("#acknowledged")
    window.click("#confirm-form .btn-primary")
    window.until(lambda: not window.path.endswith("/confirm/"))
