"""
axe on every page and state, on desktop and phone, light and dark.

`python -m tests.browser.test_accessibility` writes docs/reference/generated/accessibility.md.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import states
from tests.browser.demo_site import SiteTemplate
from tests.docs.generated import read_page, write_page

pytestmark = pytest.mark.db_independent

WIDTHS = (1280, 390)
THEMES = ("light", "dark")
EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RULES = {"light": EVERY_RULE, "dark": ("color-contrast", "link-in-text-block")}
"""Dark mode changes only colours, each declared in pairs, so only axe's colour rules are run there."""
AXE = Axe()


@pytest.fixture(scope="module")
def visited(
    site_template: SiteTemplate, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[states.Visited]:
    """A site in the middle of the grading, with a window for each person."""
    with site_template.demo(browser) as demo:
        yield states.Visited(demo, tmp_path_factory.mktemp("visited"))
        for context in browser.contexts:
            context.close()


@pytest.mark.parametrize("name", states.STATES)
def test_axe_finds_no_violations(visited: states.Visited, name: str) -> None:
    page = visited.show(name)
    found = {}
    for width, theme in product(WIDTHS, THEMES):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        faults = faults_of(page, RULES[theme])
        if faults:
            found[width, theme] = faults
    assert found == {}


def test_documented_states_are_complete() -> None:
    assert table() in read_page("accessibility")


def faults_of(page: Page, rules: Sequence[str]) -> list[str]:
    """Return the violations of these rules, or kinds of rules, on the page: rule and element."""
    answer = AXE.run(page, options={"runOnly": list(rules), "resultTypes": ["violations"]})
    return [
        f"{fault['id']}: {node['target']} {node['failureSummary']}"
        for fault in answer.response["violations"]
        for node in fault["nodes"]
    ]


def table() -> str:
    """Return the tested pages × states × sizes × themes as Markdown."""
    columns = [f"{width} px, {theme}" for width, theme in product(WIDTHS, THEMES)]
    rows = [["page and state", "who", *columns], ["---"] * (2 + len(columns))]
    rows += [[name, state.person or "nobody", *["0"] * len(columns)] for name, state in states.STATES.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    write_page(
        "accessibility",
        "Pages and states tested with axe",
        "python -m tests.browser.test_accessibility",
        table(),
    )
