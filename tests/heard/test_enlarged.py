"""400 %, the reader's own text spacing, and forced colours."""

from itertools import product

from playwright.sync_api import Page, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import open_final_grading, row
from tests.training.browser.steps import open_grading, study

STOPS = 60
HIDDEN = """() => {
    const element = document.activeElement;
    if (element === document.body) return "";
    const target = element.matches("input[type=radio]") ? element.parentElement : element;
    const box = target.getBoundingClientRect();
    const seen = [0.1, 0.3, 0.5, 0.7, 0.9].some((x) => [0.2, 0.5, 0.8].some((y) => {
        const found = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return found && (target.contains(found) || found.contains(target));
    }));
    return seen ? "" : `${element.tagName} ${element.id || element.textContent.trim().slice(0, 40)}`;
}"""
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
CUT = """() => Array.from(document.querySelectorAll("main *, header *")).filter((element) => {
    const { overflowX, overflowY, clipPath, position } = getComputedStyle(element);
    if (clipPath !== "none" || element.closest(".visually-hidden, svg, progress, [hidden]")) return false;
    const isCut = (overflow, inner, outer) => overflow === "hidden" && inner > outer + 1;
    return element.offsetParent && (isCut(overflowX, element.scrollWidth, element.clientWidth)
        || isCut(overflowY, element.scrollHeight, element.clientHeight));
}).map((element) => `${element.tagName}.${element.className}`)"""
ADD_STYLE = """text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
}"""
COLOURS = "(element, name) => getComputedStyle(element)[name]"


def enlarge(page: Page) -> None:
    """Show the page as at 400 % on a screen of 1280 × 1024 pixels."""
    page.emulate_media(reduced_motion="reduce")  # so that scrolling to the focus takes no time
    page.set_viewport_size({"width": 320, "height": 256})
    page.reload()
    expect(page.locator("main h1")).to_be_visible()


def test_focus_is_never_hidden_beside_the_tasks(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    study(kari, "first-exam")
    open_grading(kari, "HIS1200")
    enlarge(kari)
    hidden = []
    for _folded_then_open in range(2):
        kari.locator("#main").focus()
        for _stop in range(STOPS):
            kari.keyboard.press("Tab")
            hidden.append(kari.evaluate(HIDDEN))
        kari.locator("#practice-panel > summary").click()
    assert [one for one in hidden if one] == []


def test_text_spacing_cuts_nothing(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    cut = {}
    for path, width in product(("/grade/", "/grade/1/", "/committees/1/"), (1280, 320)):
        kari.set_viewport_size({"width": width, "height": 900})
        kari.goto(path)
        before = kari.evaluate(CUT)
        kari.evaluate(ADD_STYLE, SPACING)
        found = [one for one in kari.evaluate(CUT) if one not in before]
        if found or kari.evaluate("document.documentElement.scrollWidth") > width:
            cut[path, width] = found
    assert cut == {}


def test_forced_colours_keep_states_apart(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "TDT4100")
    kari.emulate_media(forced_colors="active")

    def colours(selector: str, name: str) -> list[str]:
        return [one.evaluate(COLOURS, name) for one in kari.locator(selector).all()]

    tabs = colours(".tabs a", "borderBottomColor")
    assert len(set(tabs)) == 2
    segments = colours(".segments[aria-label=Show] a", "backgroundColor")
    assert segments[0] not in segments[1:]
    assert colours("#sheet-head progress", "borderTopStyle") == ["solid"]
    assert colours("#status", "borderTopStyle") == ["solid"]


def test_forced_colours_show_bars(demo: DemoSite) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "TDT4100")
    kari.locator(row(kari, 10001)).get_by_role("radio", name="B", exact=True).click()
    expect(kari.locator(row(kari, 10001))).to_have_attribute("data-grade", "B")
    kari.goto("/grade/1/statistics/")
    kari.emulate_media(forced_colors="active")
    bar = kari.locator(".bars rect").first.evaluate(COLOURS, "fill")
    texts = [one.evaluate(COLOURS, "fill") for one in kari.locator(".bars text").all()]
    canvas = kari.locator("body").evaluate(COLOURS, "backgroundColor")
    assert len({canvas, bar, *texts}) == 3


def test_columns_have_headers_on_a_phone(demo: DemoSite) -> None:
    kari = demo.sign_in("kari", width=390)
    open_final_grading(kari, "TDT4100")
    expect(kari.get_by_role("columnheader", name="Attendance")).to_have_count(1)
    expect(kari.get_by_role("rowheader", name="10001")).to_have_count(1)
    kari.goto("/grade/")
    expect(kari.get_by_role("columnheader", name="Grading deadline")).to_have_count(1)
