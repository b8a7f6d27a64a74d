"""Every page and state of the site, and how to reach it, for tests of all pages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_planner import EXAMPLES
from tests.browser.test_whole_circle import confirm, counts, download_list, open_final_grading
from tests.training.browser.steps import begin

BAD = ["B", "a", "A", "С", "D", "=B2", None, "Bestått", "E", "F", "A", "C"]
"""A typical filled-in list of committee 1 of TDT4100."""


class Visited:
    """A site in the middle of the grading, with a window for each person."""

    def __init__(self, demo: DemoSite, folder: Path) -> None:
        self.demo = demo
        self.folder = folder
        self.windows: dict[str, Page] = {}

    def show(self, name: str) -> Page:
        """Return the window of the state's user with the page of the state."""
        self.paths  # noqa: B018  # what every state builds upon has happened by now
        state = STATES[name]
        page = self.window(state.person)
        page.set_viewport_size({"width": 1280, "height": 900})
        state.come(self, page)
        return page

    def window(self, person: str) -> Page:
        """Return this person's window; "" is signed out, and trainees have joined nina's sessions."""
        if person not in self.windows:
            known = person not in ("", "trainee", "assessed")
            self.windows[person] = self.demo.sign_in(person) if known else self.demo.visit()
        return self.windows[person]

    @cached_property
    def paths(self) -> dict[str, str]:
        """Addresses after a bad list of committee 1, and a confirmed and transferred practical exam."""
        kari, found = self.window("kari"), {}
        kari.goto("/grade/")
        open_final_grading(kari, "TDT4100")
        found["sheet"] = kari.url
        found["other"] = found["sheet"].replace("/1/", "/2/")
        found["candidate"] = kari.locator("tr[data-candidate] a").first.get_attribute("href") or ""
        found["list"] = str(self.filled(kari))
        kari.goto("/grade/")
        kari.get_by_role("link", name="LUP1001", exact=True).click()
        found["exam"] = kari.url
        kari.get_by_role("link", name="Open Final Grading").click()
        kari.wait_for_url("**/committees/*/")
        found["locked"] = kari.url
        for row in kari.locator("tr[data-candidate]").all()[:2]:
            row.locator("label").first.click()
            expect(row).to_have_attribute("data-grade", "Pass")
        confirm(kari)
        kari.wait_for_url(found["locked"])
        return found | self.planned()

    def filled(self, page: Page) -> Path:
        """The downloaded list with mistakes."""
        file = download_list(page, self.folder)
        book = load_workbook(file)
        for number, grade in enumerate(BAD, start=2):
            book.worksheets[0].cell(row=number, column=2, value=grade)
        book.save(file)
        return file

    def planned(self) -> dict[str, str]:
        """The planner's pages of TDT4100 and of the confirmed exam."""
        per = self.window("per")
        per.goto("/plan/")
        names = {"plan": "TDT4100", "finished": "LUP1001", "half": "MUS2003"}
        links = {key: per.get_by_role("link", name=code, exact=True) for key, code in names.items()}
        return {key: link.get_attribute("href") or "" for key, link in links.items()}

    @cached_property
    def training(self) -> str:
        """The address of nina's training session, with its code in the last part."""
        nina = self.window("nina")
        nina.goto("/training/sessions/new/")
        nina.get_by_label("Title").fill("Grading week")
        nina.get_by_role("button", name="Create training session").click()
        nina.wait_for_url("**/training/sessions/*/")
        return nina.url

    @cached_property
    def trainee(self) -> str:
        """The address of a trainee who has joined that session."""
        return self._join(self.training, "trainee", "Anna Moe")

    def _join(self, session: str, person: str, name: str) -> str:
        nina, trainee = self.window("nina"), self.window(person)
        nina.goto(session)
        code = nina.locator(".board-code").first.inner_text().replace(" ", "")
        trainee.goto(f"/join/{code}/")
        trainee.get_by_label("Your name").fill(name)
        trainee.get_by_role("button", name="Join", exact=True).click()
        trainee.wait_for_url("**/training/trainees/*/")
        return trainee.url

    @cached_property
    def assessed(self) -> str:
        """The address of nina's assessed session."""
        nina = self.window("nina")
        nina.goto("/training/sessions/new/")
        nina.get_by_label("Title").fill("Assessment week")
        nina.get_by_label("Assessment: points, one attempt").check()
        nina.get_by_label("Time limit in minutes").fill("30")
        nina.get_by_role("button", name="Create training session").click()
        nina.wait_for_url("**/training/sessions/*/")
        return nina.url

    @cached_property
    def assessed_trainee(self) -> str:
        """The address of a trainee of that session."""
        return self._join(self.assessed, "assessed", "Bo Lie")

    @cached_property
    def assessment(self) -> str:
        """The address of an assessed trainee's first practice page."""
        trainee = self.window("assessed")
        trainee.goto(self.assessed_trainee)
        begin(trainee, "first-exam")
        return trainee.url

    @cached_property
    def practice(self) -> str:
        """The address of a trainee's first practice page."""
        trainee = self.window("trainee")
        trainee.goto(self.trainee)
        begin(trainee, "first-exam")
        return trainee.url


@dataclass(frozen=True)
class State:
    """The user ("" if signed out) and how to reach the state."""

    person: str
    come: Callable[[Visited, Page], object]


def go(page: Page, address: str, status: int = 200) -> None:
    """Open `address`, which must answer with `status`, so that no other page is checked by mistake."""
    answer = page.goto(address)
    assert answer is not None
    assert (address, answer.status) == (address, status)


def at(path: str, status: int = 200) -> Callable[[Visited, Page], object]:
    """Open `path`, with {…} for one of the visited paths."""
    return lambda visited, page: go(page, path.format(**visited.paths), status)


def after(path: str, *acts: Callable[[Page], object]) -> Callable[[Visited, Page], object]:
    """Open `path`, then do these acts."""

    def come(visited: Visited, page: Page) -> None:
        at(path)(visited, page)
        for act in acts:
            act(page)

    return come


def type_list(page: Page) -> None:
    """Type a list of candidates, with a new one and a line that is left out."""
    page.fill("[name=text]", "19001\t1\tola@example.org\tOla Å\nx")


def press(name: str, shows: str = "[role=alert], .note-error") -> Callable[[Page], object]:
    """Press the button without validation by the browser, and wait for the result."""

    def act(page: Page) -> None:
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
        page.get_by_role("button", name=name, exact=True).first.click()
        expect(page.locator(shows).first).to_be_visible()

    return act


def compare(total: str) -> Callable[[Page], object]:
    """Type this control total of A and two notes of the spot check, and compare."""

    def act(page: Page) -> None:
        # It is open where an earlier comparison is kept.
        if not page.locator(".paper-check[open]").count():
            unfold("Compare with your own list")(page)
        page.locator("#paper-total_A").fill(total)
        for note in page.locator(".paper-check select").all()[:2]:
            note.select_option("none")
        press("Compare", "[data-hint], [data-errors]")(page)

    return act


def unfold(name: str) -> Callable[[Page], object]:
    return lambda page: page.locator("summary", has_text=name).first.click()


def seek(name: str) -> Callable[[Page], object]:
    """Search for a person in the open form of the first committee."""

    def act(page: Page) -> None:
        form = page.locator("details[open] form").first
        form.get_by_label("Feide name").fill(name)
        form.get_by_role("button", name="Add grader").click()
        page.get_by_role("heading", name="Search again").wait_for()

    return act


def ask_for_code(page: Page) -> None:
    page.get_by_label("E-mail").fill("gro@example.org")
    page.get_by_role("button", name="Send code").click()
    page.wait_for_url("**/sign-in/code/enter/")


def choose_a_grade(page: Page) -> None:
    page.locator("tr[data-candidate] label").first.click()
    expect(page.locator("#status")).not_to_be_empty()


def type_wrong_number(page: Page) -> None:
    page.get_by_role("button", name="Type grades").click()
    page.keyboard.type("9C")
    expect(page.locator("#typed-wrong")).to_be_visible()


def waiting(visited: Visited, page: Page) -> None:
    """Let ola confirm the committee of ola and ingrid."""
    page.goto(visited.paths["other"])
    if page.locator("#confirm").count():
        confirm(page)
    expect(page.locator("main")).to_have_attribute("data-stage", "waiting")


def follow(name: str) -> Callable[[Page], object]:
    def act(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("link", name=name).first.click()

    return act


def open_upload(page: Page) -> None:
    page.locator(".menu > summary", has_text="Upload").click()
    page.get_by_role("link", name="Grades from Excel").click()
    page.locator("dialog[open] input[type=file]").wait_for()


def submit_file(file: Callable[[Visited], Path]) -> Callable[[Visited, Page], object]:
    """Submit this file in the dialog "Grades from Excel"."""

    def come(visited: Visited, page: Page) -> None:
        page.goto(visited.paths["sheet"])
        open_upload(page)
        page.locator("dialog[open] input[type=file]").set_input_files(file(visited))
        page.locator("dialog").get_by_role("button", name="Upload").click()
        page.locator("dialog .upload-result, dialog [role=alert]").first.wait_for()

    return come


def earlier_upload(visited: Visited, page: Page) -> None:
    submit_file(lambda seen: Path(seen.paths["list"]))(visited, page)
    counts(page)
    page.goto(f"{visited.paths['sheet']}uploads/")
    page.locator("main table a").first.click()
    page.wait_for_url("**/uploads/*/")


def preview_import(page: Page) -> None:
    for name in ("exams", "committees", "candidates"):
        page.locator(f"[name={name}]").set_input_files(EXAMPLES / f"{name}.txt")
    page.get_by_role("button", name="Preview import").click()
    page.wait_for_url("**/plan/imports/*/")


def preview_misplaced(page: Page) -> None:
    for name, other in (("exams", "candidates"), ("candidates", "exams")):
        page.locator(f"[name={name}]").set_input_files(EXAMPLES / f"{other}.txt")
    page.get_by_role("button", name="Preview import").click()
    page.wait_for_url("**/plan/imports/*/")


def transferred(visited: Visited, page: Page) -> None:
    """Open the record of a transfer, which is made at the first call."""
    page.goto(f"{visited.paths['finished']}transfer/")
    button = page.get_by_role("button", name="Transfer to FS", exact=True)
    if button.count():
        button.click()
    else:
        page.locator("main table a").first.click()
    page.wait_for_url("**/plan/transfers/*/")


def search(text: str) -> Callable[[Page], object]:
    def act(page: Page) -> None:
        page.locator("#search").fill(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    return act


def sign_in_wrongly(page: Page) -> None:
    page.fill("[name=username]", "kari")
    page.fill("[name=password]", "wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(".note-error").wait_for()


def on_board(path: str = "", *acts: Callable[[Page], object]) -> Callable[[Visited, Page], object]:
    """Open a page of nina's session, then do these acts."""

    def come(visited: Visited, page: Page) -> None:
        go(page, visited.training + path)
        for act in acts:
            act(page)

    return come


def add_task(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Add a task").click()


def on_scenario(path: str, *acts: Callable[[Page], object]) -> Callable[[Visited, Page], object]:
    """Open a page of nina's own scenario, a copy of a long one, then do these acts."""

    def come(_visited: Visited, page: Page) -> None:
        page.goto("/training/scenarios/")
        if not page.locator("a[href='/training/scenarios/states/']").count():
            page.goto("/training/scenarios/by-click/copy/")
            page.fill("[name=key]", "states")
            page.get_by_role("button", name="Copy scenario").click()
            page.wait_for_url("**/training/scenarios/states/")
        go(page, f"/training/scenarios/states/{path}")
        for act in acts:
            act(page)

    return come


def board_with_a_trainee(visited: Visited, page: Page) -> None:
    assert visited.practice
    page.goto(visited.training)
    page.locator("[data-trainee]").first.wait_for()


def check_protocol(page: Page, code: str) -> None:
    page.goto("/protocol/")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("main .note").wait_for()


def checked_protocol(visited: Visited, page: Page) -> None:
    kari = visited.window("kari")
    kari.goto(f"{visited.paths['locked']}protocol/")
    check_protocol(page, kari.locator("[data-code]").inner_text())
    expect(page.locator("[data-protocol=present]")).to_be_visible()


def in_practice(
    path: str, *acts: Callable[[Page], object], status: int = 200
) -> Callable[[Visited, Page], object]:
    """Open a practice page, relative to the run's address."""

    def come(visited: Visited, page: Page) -> None:
        door = "/".join(visited.practice.split("/")[:6])
        go(page, f"{door}/{path}", status)
        for act in acts:
            act(page)

    return come


def without_token(page: Page) -> None:
    """Submit a form with an outdated token."""
    page.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(field => field.remove())")


def unchoose(page: Page) -> None:
    page.evaluate("document.querySelectorAll('[type=radio]').forEach(radio => { radio.checked = false })")


def choose_one_grader(page: Page) -> None:
    page.get_by_label("One grader can confirm").check()


def show_nothing(page: Page) -> None:
    """Submit a form opened before all fields were changed."""
    page.evaluate("document.querySelector('[name=shown]').value = '{}'")


def choose_in_outdated_list(page: Page) -> None:
    """Select all candidates in a list opened before anything happened."""
    page.evaluate("document.querySelector('[name=newest]').value = '0'")
    page.locator("[data-tick-all]").check()
    page.get_by_label("Attendance").first.select_option("withdrew")


def click_outdated_row(page: Page) -> None:
    """Click in a row that shows an outdated grade."""
    row = page.locator("tr[data-candidate][data-grade='']").first
    number = row.get_attribute("data-candidate")
    row.evaluate("row => { row.dataset.grade = 'F' }")
    page.locator(f"tr[data-candidate='{number}'] label").nth(3).click()
    expect(page.locator("#alerts [role=alert]")).to_be_visible()


def changed_since(visited: Visited, page: Page) -> None:
    """Show ola that ingrid changed grades after he confirmed."""
    ingrid = visited.window("ingrid")
    page.goto(visited.paths["other"])
    if page.locator("#confirm").count():
        confirm(page)
        page.wait_for_url(visited.paths["other"])
    if page.locator("main[data-stage=waiting]").count():
        ingrid.goto(visited.paths["other"])
        choose_a_grade(ingrid)
        page.reload()
    expect(page.locator("main")).to_contain_text("Grades changed after you confirmed")


def apply_import(page: Page) -> None:
    preview_import(page)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("h1")).not_to_have_text("Import preview")


def undo_import(page: Page) -> None:
    """Open the page that undoes the newest import, which is made at the first call."""
    last = page.locator("main .list-unstyled a").first
    if not last.count():
        apply_import(page)
        page.goto("/plan/import/")
    last.click()
    page.get_by_role("link", name="Undo import").click()
    page.wait_for_url("**/undo/")


def ask_to_end(page: Page) -> None:
    page.get_by_role("link", name="End session").click()
    page.locator("dialog[open] h1").wait_for()


def join_page(visited: Visited, page: Page) -> None:
    nina = visited.window("nina")
    nina.goto(visited.training)
    go(page, nina.locator(".board-join .mono").get_attribute("href") or "")


def on_desk(path: str = "", *acts: Callable[[Page], object]) -> Callable[[Visited, Page], object]:
    """Open the trainer's page about the trainee who is practising."""

    def come(visited: Visited, page: Page) -> None:
        assert visited.practice
        trainee = visited.trainee.rstrip("/").split("/")[-1]
        go(page, f"{visited.training}trainees/{trainee}/{path}")
        for act in acts:
            act(page)

    return come


def assessed_desk(visited: Visited, page: Page) -> None:
    """Open the trainer's page about the trainee of the assessed session, who has extra time."""
    trainee = visited.assessed_trainee.rstrip("/").split("/")[-1]
    go(page, f"{visited.assessed}trainees/{trainee}/")
    page.get_by_label("Extra minutes per scenario").fill("15")
    page.locator("#extra-time").get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Saved.")


def clear_name(page: Page) -> None:
    page.locator("[name=name]").fill("")


def debriefed(visited: Visited, page: Page) -> None:
    """Let the trainee set a grade, and open the debrief of their run from the trainer's page about them."""
    trainee = visited.window("trainee")
    in_practice("grade/")(visited, trainee)
    open_final_grading(trainee, "HIS1200")
    choose_a_grade(trainee)
    on_desk()(visited, page)
    page.get_by_role("link", name="Debrief").click()
    page.locator(".debrief-timeline li").first.wait_for()


def in_assessment(path: str) -> Callable[[Visited, Page], object]:
    """Open a practice page of the assessed trainee."""

    def come(visited: Visited, page: Page) -> None:
        go(page, f"{'/'.join(visited.assessment.split('/')[:6])}/{path}")

    return come


def handed_in(visited: Visited, page: Page) -> None:
    """Hand in the assessed scenario, and open its debrief."""
    in_assessment("panel/hand-in/")(visited, page)
    if (button := page.get_by_role("button", name="Hand in")).count():
        button.click()
        page.locator("[data-points]").wait_for()
    else:
        page.locator("[data-handed-in]").get_by_role("link", name="Debrief").click()


def visited_trainee(visited: Visited) -> str:
    """Return the address of the assessed trainee."""
    assert visited.assessment
    return visited.assessed_trainee


def assessed_board(visited: Visited, page: Page) -> None:
    assert visited.assessment
    go(page, f"{visited.assessed}?scenario=first-exam")
    page.locator("tr[data-trainee]").wait_for()


def ended(visited: Visited, page: Page) -> None:
    """Open the board of an ended session."""
    assert visited.practice
    page.goto(visited.training)
    if not page.locator("[data-over]").count():
        go(page, f"{visited.training}end/")
        page.get_by_role("button", name="End session").click()
    page.locator("[data-over]").wait_for()


def stopped(visited: Visited, page: Page) -> None:
    """Open the page of a trainee whose session has ended."""
    ended(visited, visited.window("nina"))
    in_practice("grade/", status=409)(visited, page)


STATES = {
    # Signed out
    "sign in": State("", at("/sign-in/")),
    "sign in, refused": State("", after("/sign-in/", sign_in_wrongly)),
    "join a training session": State("", at("/join/")),
    "join a training session, refused": State("", after("/join/", press("Join"))),
    "join a training session with its code": State("", join_page),
    "please try again": State("", after("/sign-in/", without_token, press("Sign in"))),
    "accessibility": State("", at("/accessibility/")),
    "help": State("", at("/help/")),
    "help, search": State("", at("/help/?q=grades")),
    "help, search without a hit": State("", at("/help/?q=xyzzy")),
    "help for graders": State("", at("/help/grader/")),
    "help for planners": State("", at("/help/planner/")),
    "help for students": State("", at("/help/student/")),
    "check a protocol": State("", at("/protocol/")),
    "check a protocol, unknown": State("", lambda _visited, page: check_protocol(page, "GP-WRONG")),
    "check a protocol, the present one": State("", checked_protocol),
    # Graders
    "grade tab": State("kari", at("/grade/")),
    "grade tab, nothing found": State("kari", at("/grade/?q=nothing")),
    "grade tab, no seats": State("nina", at("/grade/")),
    "grading page": State("kari", at("{exam}")),
    "final grading": State("kari", at("{sheet}")),
    "final grading, menu open": State("kari", after("{sheet}", unfold("Download"))),
    "final grading, nothing found": State("kari", after("{sheet}", search("999"))),
    "final grading, locked": State("kari", at("{locked}")),
    "protocol": State("kari", at("{locked}protocol/")),
    "protocol, not yet": State("kari", at("{sheet}protocol/", 409)),
    "statistics": State("kari", at("{exam}statistics/")),
    "grades from Excel": State("kari", after("{sheet}", open_upload)),
    "grades from Excel, refused": State("kari", submit_file(lambda visited: EXAMPLES / "exams.txt")),
    "grades from Excel, result": State("kari", submit_file(lambda visited: Path(visited.paths["list"]))),
    "final grading, keys": State("kari", after("{sheet}", unfold("Keys"))),
    "final grading, language open": State("kari", after("{sheet}", unfold("Language"))),
    "final grading, a grade saved": State("kari", after("{sheet}", choose_a_grade)),
    "final grading, a grade refused": State("kari", after("{sheet}", click_outdated_row)),
    "final grading, a number that is not on the list": State("kari", after("{sheet}", type_wrong_number)),
    "set all remaining grades": State("kari", at("{sheet}remaining/")),
    "read back": State("kari", at("{sheet}read-back/")),
    "read back, the end": State("kari", at("{sheet}read-back/?at=99")),
    "waiting for others": State("ola", waiting),
    "changed since I confirmed": State("ola", changed_since),
    "notices": State("kari", at("/notices/")),
    "notices, none": State("nina", at("/notices/")),
    "settings": State("kari", at("/settings/")),
    "settings, refused": State("kari", after("/settings/", unchoose, press("Save"))),
    "earlier uploads": State("kari", at("{sheet}uploads/")),
    "earlier uploads, none": State("ola", at("{other}uploads/")),
    "an earlier upload": State("kari", earlier_upload),
    "confirm": State("kari", at("{sheet}confirm/")),
    "confirm, hints": State("kari", after("{sheet}confirm/", compare("9"))),
    "confirm, a total that is no number": State("kari", after("{sheet}confirm/", compare("nine"))),
    "confirm, refused": State("kari", after("{sheet}confirm/", press("Confirm Final Grading"))),
    "a candidate": State("kari", at("{candidate}")),
    "not found": State("kari", at("/nowhere/", 404)),
    "not allowed": State("kari", at("/plan/", 403)),
    "change the name": State("kari", at("/settings/name/")),
    "change the address": State("kari", at("/settings/email/")),
    "change the password": State("kari", at("/settings/password/")),
    "own sessions": State("kari", at("/settings/sessions/")),
    "own data": State("kari", at("/settings/data/")),
    # Signing in by code
    "ask for a code": State("", at("/sign-in/code/")),
    "enter a code": State("", after("/sign-in/code/", ask_for_code)),
    "forgotten password": State("", at("/sign-in/forgot/")),
    "support": State("admin", at("/support/")),
    # Planners
    "plan tab": State("per", at("/plan/")),
    "plan tab, nothing found": State("per", at("/plan/?stage=transferred&late=1&show=all")),
    "reminders, preview": State("per", at("{half}remind/")),
    "reminders, no exam chosen": State("per", after("/plan/", press("Remind graders of selected exams"))),
    "statistics of a planned exam": State("per", at("{finished}statistics/")),
    "new exam": State("per", at("/plan/exams/new/")),
    "new exam, refused": State("per", after("/plan/exams/new/", press("Create exam"))),
    "new exam, to be sent again": State(
        "per", after("/plan/exams/new/", without_token, press("Create exam"))
    ),
    "new exam like another": State("per", at("{plan}copy/")),
    "add candidates": State("per", at("{plan}candidates/add/")),
    "add candidates, refused": State("per", after("{plan}candidates/add/", press("Preview"))),
    "add candidates, preview": State(
        "per", after("{plan}candidates/add/", type_list, press("Preview", shows="tr[data-problem]"))
    ),
    "split candidates": State(
        "per", after("{plan}candidates/", unfold("Split candidates evenly between committees"))
    ),
    "a planned exam": State("per", at("{plan}")),
    "a planned exam, forms open": State(
        "per", after("{plan}", unfold("Add a grader"), unfold("Add a committee"))
    ),
    "a planned exam, seat refused": State(
        "per", after("{plan}", unfold("Add a grader"), press("Add grader"))
    ),
    "graders found": State("per", after("{plan}", unfold("Add a grader"), seek("dahl"))),
    "new grader": State("per", after("{plan}", unfold("Add a grader"), seek("gro@example.org"))),
    "new grader, refused": State(
        "per",
        after("{plan}", unfold("Add a grader"), seek("gro@example.org"), press("Invite as new person")),
    ),
    "a planned exam, confirmed": State("per", at("{finished}")),
    "reopen": State("per", after("{finished}", follow("Reopen"))),
    "edit an exam": State("per", at("{plan}edit/")),
    "edit an exam, asked": State(
        "per", after("{half}edit/", choose_one_grader, press("Save", "[data-effects]"))
    ),
    "edit an exam, moved": State("per", after("{plan}edit/", show_nothing, press("Save"))),
    "reopen, refused": State("per", after("{finished}", follow("Reopen"), press("Reopen"))),
    "candidates": State("per", at("{plan}candidates/")),
    "candidates, moved": State(
        "per", after("{half}candidates/", choose_in_outdated_list, press("Set attendance"))
    ),
    "the log": State("per", at("{plan}log/")),
    "transfer, blocked": State("per", at("{plan}transfer/")),
    "test transfer": State("per", at("{plan}test-transfer/")),
    "a transfer": State("per", transferred),
    "transfer, done": State("per", at("{finished}transfer/")),
    "import from FS": State("per", at("/plan/import/")),
    "import from FS, refused": State("per", after("/plan/import/", press("Preview import"))),
    "import from FS, misplaced": State("per", after("/plan/import/", preview_misplaced)),
    "import from FS, rehearsal": State("per", after("/plan/import/", preview_import)),
    "import from FS, done": State("per", after("/plan/import/", apply_import)),
    "import from FS, undo": State("per", after("/plan/import/", undo_import)),
    "FS": State("per", at("/fs/")),
    "an exam in FS": State("per", at("/fs/1/")),
    # Students
    "Studentweb": State("sofie", at("/studentweb/")),
    # Training
    "training tab": State("nina", at("/training/")),
    "new training session": State("nina", at("/training/sessions/new/")),
    "new training session, refused": State(
        "nina", after("/training/sessions/new/", press("Create training session"))
    ),
    "edit a training session": State("nina", on_board("edit/")),
    "board, empty": State("nina", on_board()),
    "poster": State("nina", on_board("poster/")),
    "trainee": State("trainee", lambda visited, page: page.goto(visited.trainee)),
    "practice": State("trainee", in_practice("")),
    "practice, plan tab of a grader": State("trainee", in_practice("plan/", status=403)),
    "practice, checked": State("trainee", in_practice("grade/", press("Check", ".practice-check-result"))),
    "board": State("nina", board_with_a_trainee),
    "board, one scenario": State("nina", on_board("?scenario=first-exam")),
    "board, message refused": State("nina", on_board("", press("Send to all"))),
    "board, asked to end": State("nina", on_board("", ask_to_end)),
    "over the shoulder": State("nina", in_practice("")),
    "certificate": State("trainee", lambda visited, page: page.goto(f"{visited.trainee}certificate/")),
    "trainee details": State("nina", on_desk()),
    "trainee details, name refused": State("nina", on_desk("", clear_name, press("Rename"))),
    "remove a trainee": State("nina", on_desk("remove/")),
    "debrief of the room": State("nina", on_board("debrief/")),
    "debrief of a trainee": State("nina", debriefed),
    "figures": State("nina", at("/training/figures/")),
    "scenarios": State("nina", at("/training/scenarios/")),
    "scenario of gradereg": State("nina", at("/training/scenarios/transfer/")),
    "new scenario": State("nina", at("/training/scenarios/new/")),
    "new scenario, refused": State("nina", after("/training/scenarios/new/", press("Create scenario"))),
    "copy a scenario": State("nina", at("/training/scenarios/first-exam/copy/")),
    "import a scenario": State("nina", at("/training/scenarios/import/")),
    "own scenario": State("nina", on_scenario("")),
    "edit a scenario": State("nina", on_scenario("edit/")),
    "edit a scenario, task added": State("nina", on_scenario("edit/", add_task)),
    "edit a scenario as text": State("nina", on_scenario("text/")),
    "delete a scenario": State("nina", on_scenario("delete/")),
    "assessed trainee": State("assessed", lambda visited, page: go(page, visited_trainee(visited))),
    "assessed practice": State("assessed", in_assessment("grade/")),
    "hand in": State("assessed", in_assessment("panel/hand-in/")),
    "assessed debrief": State("assessed", handed_in),
    "assessed practice, handed in": State("assessed", in_assessment("grade/")),
    "trainee details, extra time": State("nina", assessed_desk),
    "assessed certificate": State(
        "assessed", lambda visited, page: go(page, f"{visited_trainee(visited)}certificate/")
    ),
    "delete the certificate": State(
        "assessed", lambda visited, page: go(page, f"{visited_trainee(visited)}certificate/delete/")
    ),
    "assessed board, one scenario": State("nina", assessed_board),
    "ending a session": State("nina", on_board("end/")),
    "session over": State("nina", ended),
    "practice over": State("trainee", stopped),
}
