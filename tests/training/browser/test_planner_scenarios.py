"""The two planner scenarios from start to end, with mistakes."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_planner import let_fs_refuse
from tests.training.browser.steps import (
    check,
    expect_done,
    expect_task,
    panel,
    study,
    tab,
    take_file,
)

EXAM = "DRA1004"
LATE = "marit.lunde@uib.no"


def import_files(page: Page, **files: Path) -> None:
    """Import these files through the preview of "Import from FS"."""
    tab(page, "Plan")
    page.locator("main").get_by_role("link", name="Import from FS").first.click()
    for field, file in files.items():
        page.locator(f"[name={field}]").set_input_files(file)
    page.get_by_role("button", name="Preview import").click()
    expect(page.locator("main")).to_contain_text("Nothing has been saved yet.")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Imported.")


def open_exam(page: Page, code: str, part: str = "Overview") -> None:
    """Tab "Plan", the exam, one of its four pages."""
    tab(page, "Plan")
    page.locator("main").get_by_role("link", name=code, exact=True).click()
    page.locator("main .segments").get_by_role("link", name=part, exact=True).click()
    page.wait_for_load_state()


def committee(page: Page, number: int) -> Locator:
    return page.locator(f"[data-committee='{number}']")


def seat(page: Page, number: int, feide_name: str, *, is_external: bool = False) -> None:
    part = committee(page, number)
    if part.get_by_label("Feide name").is_hidden():
        part.get_by_text("Add a grader").click()
    part.get_by_label("Feide name").fill(feide_name)
    if is_external:
        part.get_by_label("External grader").check()
    part.get_by_role("button", name="Add grader").click()


def move(page: Page, to: str) -> None:
    """Move 80007 to 80010, from the list that is open, to this committee."""
    for number in range(80007, 80011):
        page.get_by_label(str(number), exact=True).check()
    page.get_by_label("Move to").select_option(label=to)
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#messages")).to_contain_text(f"4 moved to {to}.")


def test_plan_exam(demo: DemoSite, tmp_path: Path) -> None:
    per = demo.sign_in("per")
    study(per, "plan-exam")
    expect_task(per, "rehearse")
    check(per, "You haven’t opened the page for this task yet.")
    exams, committees, candidates = (
        take_file(per, f"FS {name}.txt", tmp_path) for name in ("exams", "committees", "candidates")
    )
    import_files(per, exams=exams, committees=committees)
    expect_task(per, "committee")
    check(per, "Committee 2 has not been created yet.")
    open_exam(per, EXAM)
    per.get_by_label("Number").fill("2")
    per.get_by_role("textbox", name="Name", exact=True).fill("Lys og lyd")
    per.get_by_role("button", name="Add committee").click()
    expect_task(per, "grader")

    seat(per, 2, "geir.nygard@ntnu.no")
    expect_task(per, "external")
    seat(per, 2, LATE)
    expect(committee(per, 2)).to_contain_text("Marit Lunde (robot)")
    check(per, f"{LATE} is a grader in Committee 2 – Lys og lyd, but should be external.")
    per.get_by_role("link", name="Remove Marit Lunde (robot)").click()
    per.get_by_role("button", name="Remove", exact=True).click()
    expect(committee(per, 2)).not_to_contain_text("Marit Lunde (robot)")
    seat(per, 2, LATE, is_external=True)
    expect_task(per, "move")
    check(
        per,
        "The exam has no candidates.",
        "80001, 80002, 80003, 80004, 80005, 80006 should be in Committee 1 – Scenekunst.",
        "80007, 80008, 80009, 80010 should be in Committee 2 – Lys og lyd.",
    )

    import_files(per, candidates=candidates)
    open_exam(per, EXAM)
    per.get_by_role("link", name="Assign to a committee").click()
    move(per, "Committee 1 – Scenekunst")
    check(
        per,
        "80007, 80008, 80009, 80010 should not be in Committee 1 – Scenekunst.",
        "80007, 80008, 80009, 80010 should be in Committee 2 – Lys og lyd.",
    )
    open_exam(per, EXAM, "Candidates")
    move(per, "Committee 2 – Lys og lyd")
    expect_task(per, "watch")

    # Nobody loads the page again: the panel knows that the robots grade.
    expect_task(per, "remind")
    open_exam(per, EXAM)
    expect(committee(per, 1)).to_have_attribute("data-stage", "confirmed")
    check(per, "You haven’t done this yet.")
    per.get_by_role("link", name="Remind graders who haven’t confirmed").click()
    per.get_by_role("button", name="Send reminders").click()
    expect_done(per)
    tab(per, "Plan")
    expect(per.locator("tr", has_text="Lys og lyd")).to_contain_text("Confirmed")


def receipts(page: Page, **counts: int) -> None:
    """Expect these counts of `taken` and `refused` lines in the open transfer, and no others."""
    expect(page.locator("tr[data-receipt]")).to_have_count(sum(counts.values()))
    for receipt, count in counts.items():
        expect(page.locator(f"tr[data-receipt='{receipt}']")).to_have_count(count)


def transfer(page: Page) -> None:
    open_exam(page, "KJE1005", "Transfer")
    page.get_by_role("button", name="Transfer to FS", exact=True).click()


def reopen(page: Page, number: int, reason: str) -> None:
    open_exam(page, "KJE1005")
    committee(page, number).get_by_role("link", name="Reopen").click()
    page.get_by_label("KLAGE").check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("#messages")).to_contain_text("has been reopened.")


def test_transfer(
    demo: DemoSite,
) -> None:
    per = demo.sign_in("per")
    study(per, "transfer")
    open_exam(per, "KJE1005", "Transfer")
    expect_task(per, "test")
    per.get_by_role("link", name="Test transfer to FS").click()
    expect(per.locator("main")).to_contain_text("10 grades are ready to be sent. Nothing has been sent.")
    expect(per.locator("[data-problem]")).to_contain_text("60003")
    expect_task(per, "transfer")
    check(per, "You haven’t done this yet.")
    per.get_by_role("link", name="Back to Transfer").click()
    per.get_by_role("button", name="Transfer to FS", exact=True).click()
    receipts(per, taken=9, refused=1)
    expect_task(per, "reason")

    transfer(per)
    receipts(per, refused=1)
    tab(per, "FS")
    per.locator("main").get_by_role("link", name="KJE1005").click()
    expect_task(per, "rest")
    check(per, "The grades of these candidates are not the same in FS: 60003.")
    let_fs_refuse(per, "KJE1005", "60003")  # the same button lets FS accept the candidate again
    transfer(per)
    receipts(per, taken=1)
    expect_task(per, "reopen")

    reopen(per, 1, "The wrong committee")
    check(per, "You haven’t done this yet.")
    reopen(per, 2, "Appeal of 60009")
    expect_task(per, "again")
    check(
        per,
        "The grades of these candidates are not the same in FS: 60009.",
        "FS should have accepted C with the code KLAGE for 60009.",
    )
    transfer(per)
    receipts(per, taken=1)
    expect(per.locator("tr[data-receipt]")).to_contain_text("KLAGE")
    expect_task(per, "studentweb")

    panel(per).get_by_role("link", name="Sofie Berg").click()
    expect(per.locator(".practice-banner")).to_contain_text("You see what Sofie Berg sees.")
    expect(per.locator("main")).to_contain_text("Changed after an appeal")
    expect(per.locator("main tbody td").first).to_have_text("C – good")
    expect_done(per)
