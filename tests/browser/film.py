"""
The film of Help: a grader registers and confirms grades in the demo. `python -m tests.browser.film` (make film) writes
static/help/film.webm, its poster, and the captions. It needs Chromium and ffmpeg.
"""

import tempfile
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.demo_site import TIMEOUT, DemoSite, SiteTemplate, launch
from tests.browser.film_camera import Camera
from tests.browser.help_pictures import HELP, LOCALES, save
from tests.browser.test_whole_circle import confirm, open_first_committee, row
from tests.browser.workbook_view import page_of_workbook

SIZE = {"width": 1280, "height": 720}
GRADES = "BCAdBEFCDB C"
"""What the grader types: with a lower-case letter, a wrong grade for 10007, and none for 10011."""


def say(camera: Camera, en: str, nb: str, nn: str) -> None:
    camera.say({"en": en, "nb": nb, "nn": nn})


def film(demo: DemoSite, camera: Camera) -> None:
    """Play the main job."""
    sign_in(camera)
    file = download(camera)
    fill_in(camera, file)
    upload(camera, file)
    correct(camera)
    confirm_grades(demo, camera)


def sign_in(camera: Camera) -> None:
    page = camera.page
    page.goto("/sign-in/")
    say(
        camera,
        "Sign in. Most people sign in with Feide. The demo uses a password.",
        "Logg inn. De fleste logger inn med Feide. Demoen bruker passord, og sidene er på engelsk.",
        "Logg inn. Dei fleste loggar inn med Feide. Demoen bruker passord, og sidene er på engelsk.",
    )
    camera.type(page.locator("[name=username]"), "kari")
    camera.type(page.locator("[name=password]"), "demo")
    camera.click(page.locator("main form button[type=submit]"))
    say(
        camera,
        "The tab “Grade” lists the exams you grade. Click the exam.",
        "I fanen «Vurdering» står eksamenene du er sensor for. Klikk på eksamenen.",
        "I fana «Vurdering» står eksamenane du er sensor for. Klikk på eksamenen.",
    )
    camera.click(page.get_by_role("link", name="TDT4100", exact=True))
    say(
        camera,
        "Click “Open Final Grading”.",
        "Klikk på «Gå til felles vurdering».",
        "Klikk på «Gå til felles vurdering».",
    )
    camera.click(page.get_by_role("link", name="Open Final Grading"))


def download(camera: Camera) -> Path:
    page = camera.page
    say(
        camera,
        "All candidates of your committee are listed. Click “Download”, and then “Grades to Excel”.",
        "Her står alle kandidatene i kommisjonen din. Klikk på «Last ned», og så på «Karakter i Excel-format».",
        "Her står alle kandidatane i kommisjonen din. Klikk på «Last ned», og så på «Karakter i Excel-format».",
    )
    camera.click(page.locator(".menu > summary", has_text="Download"))
    camera.press(page.get_by_role("button", name="Grades to Excel"))
    with page.expect_download() as waiting:
        page.mouse.click(*camera.place)
    file = camera.folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    camera.shoot(0.5)
    return file


def fill_in(camera: Camera, file: Path) -> None:
    """Show the list in a spreadsheet, and fill it in there and in the file."""
    site, camera.page = camera.page, camera.page.context.new_page()
    camera.page.set_content(page_of_workbook(file))
    say(
        camera,
        "Open the file in a spreadsheet program, and type the grades. A–F are written in capital letters.",
        "Åpne filen i et regnearkprogram, og skriv karakterene. Skriv A–F med store bokstaver.",
        "Opne fila i eit reknearkprogram, og skriv karakterane. Skriv A–F med store bokstavar.",
    )
    book = load_workbook(file)
    for number, grade in enumerate(GRADES, start=2):
        book.worksheets[0].cell(row=number, column=2, value=grade.strip() or None)
        if number == 2:
            camera.press(camera.page.locator("#B2"))
        camera.page.evaluate(
            "([id, grade]) => { document.querySelectorAll('.chosen').forEach(one => one.className = '');"
            "const cell = document.getElementById(id); cell.className = 'chosen'; cell.textContent = grade; }",
            [f"B{number}", grade],
        )
        camera.shoot(0.45)
    book.save(file)
    say(
        camera,
        "Candidate 10011 did not attend, so this cell stays empty. Save the file.",
        "Kandidat 10011 møtte ikke, så denne cellen skal stå tom. Lagre filen.",
        "Kandidat 10011 møtte ikkje, så denne cella skal stå tom. Lagre fila.",
    )
    camera.move(camera.page.locator("#B12"))
    camera.finish_caption()
    camera.page.close()
    camera.page = site


def upload(camera: Camera, file: Path) -> None:
    page = camera.page
    say(
        camera,
        "Click “Upload”, and then “Grades from Excel”.",
        "Klikk på «Last opp», og så på «Karakterer fra Excel».",
        "Klikk på «Last opp», og så på «Karakterar frå Excel».",
    )
    camera.click(page.locator(".menu > summary", has_text="Upload"))
    camera.click(page.get_by_role("link", name="Grades from Excel"))
    say(
        camera,
        "Click “Browse” to find the file, and upload it.",
        "Klikk på «Bla gjennom», velg filen, og last den opp.",
        "Klikk på «Bla gjennom», vel fila, og last opp.",
    )
    camera.press(page.locator("dialog[open] label[for=file]"))
    page.locator("dialog[open] input[type=file]").set_input_files(file)
    camera.shoot(0.8)
    camera.click(page.locator("dialog").get_by_role("button", name="Upload"))
    page.locator(".upload-result").wait_for()
    say(
        camera,
        "The result shows how many rows were updated. One grade was written in lower case: accept the proposal.",
        "Resultatet viser hvor mange rader som ble oppdatert. Én karakter var skrevet med liten bokstav: Godta forslaget.",
        "Resultatet viser kor mange rader som vart oppdaterte. Éin karakter var skriven med liten bokstav: Godta forslaget.",
    )
    camera.click(page.get_by_role("button", name="Accept D"))
    expect(page.locator(".upload-result")).to_have_attribute("data-rejected", "0")
    camera.shoot(0.8)
    say(
        camera,
        "Now all grades are in place, and one cell was empty. Click “Done”.",
        "Nå er alle karakterene på plass, og én celle var tom. Klikk på «Ferdig».",
        "No er alle karakterane på plass, og éi celle var tom. Klikk på «Ferdig».",
    )
    camera.click(page.get_by_role("link", name="Done", exact=True))


def correct(camera: Camera) -> None:
    page = camera.page
    save(page, HELP / "film.webp")
    say(
        camera,
        "To change a grade, click another one. It is saved at once.",
        "Vil du endre en karakter, klikker du på en annen. Den lagres med en gang.",
        "Vil du endre ein karakter, klikkar du på ein annan. Endringa blir lagra med ein gong.",
    )
    camera.click(page.locator(row(page, 10003)).locator("label", has_text="B").first)
    expect(page.locator(row(page, 10003))).to_have_attribute("data-grade", "B")
    camera.shoot(0.8)
    say(
        camera,
        "If you set a grade by mistake, remove it with the arrow on the left, and click the right one.",
        "Har du satt en karakter ved en feil, fjerner du den med pilen til venstre og klikker på den riktige.",
        "Har du sett ein karakter ved ein feil, fjernar du karakteren med pila til venstre og klikkar på den rette.",
    )
    camera.click(page.get_by_role("button", name="Remove the grade of 10007"))
    expect(page.locator(row(page, 10007))).to_have_attribute("data-grade", "")
    camera.shoot(0.8)
    camera.click(page.locator(row(page, 10007)).locator("label", has_text="D").first)
    expect(page.locator(row(page, 10007))).to_have_attribute("data-grade", "D")
    camera.shoot(0.8)


def confirm_grades(demo: DemoSite, camera: Camera) -> None:
    page = camera.page
    say(
        camera,
        "When all grades are right, click “Confirm Final Grading”.",
        "Når alle karakterene er riktige, klikker du på «Godkjenn felles vurdering».",
        "Når alle karakterane er rette, klikkar du på «Godkjenn felles vurdering».",
    )
    camera.click(page.get_by_role("link", name="Confirm Final Grading"))
    say(
        camera,
        "Check the list. Tick the box for the candidate without a grade, and confirm.",
        "Kontroller listen. Kryss av for at kandidaten uten karakter ikke skal ha noen, og godkjenn.",
        "Kontroller lista. Kryss av for at kandidaten utan karakter ikkje skal ha nokon, og godkjenn.",
    )
    camera.scroll_to(page.locator("#acknowledged"))
    camera.click(page.locator("#acknowledged"))
    camera.click(page.get_by_role("button", name="Confirm Final Grading"))
    page.wait_for_url("**/committees/*/")
    say(
        camera,
        "“Waiting for other graders to confirm”: all graders of the committee must confirm.",
        "«Venter på at andre sensorer skal godkjenne»: Alle sensorene i kommisjonen må godkjenne.",
        "«Ventar på at andre sensorar skal godkjenne»: Alle sensorane i kommisjonen må godkjenne.",
    )
    camera.move(page.get_by_text("Waiting for other graders to confirm").last)
    camera.finish_caption()
    ola = demo.sign_in("ola")
    open_first_committee(ola)
    confirm(ola)
    expect(page.locator("main")).to_have_attribute("data-stage", "confirmed")
    say(
        camera,
        "The other grader has confirmed too, so the grades are locked. The planner is notified and transfers them.",
        "Den andre sensoren har også godkjent, så karakterene er låst. Hovedansvarlig får varsel og overfører dem.",
        "Den andre sensoren har òg godkjent, så karakterane er låste. Den hovudansvarlege får varsel og overfører dei.",
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        place = Path(work) / "site_template"
        place.mkdir()
        browser = launch(playwright)
        with SiteTemplate(place, None).demo(browser) as demo:
            camera = Camera(_window(demo), Path(work))
            film(demo, camera)
            camera.encode(HELP / "film.webm")
            for language in LOCALES:
                camera.write_captions(HELP / f"film.{language}.vtt", language)


def _window(demo: DemoSite) -> Page:
    context = demo.browser.new_context(
        viewport=SIZE,  # type: ignore[arg-type]
        base_url=demo.address,
        locale="en-GB",
        bypass_csp=True,
    )
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    return page


if __name__ == "__main__":
    main()
