"""Printed pages: browsers print no backgrounds, and use the colours of light mode."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.demo_site import DemoSite
from tests.browser.test_whole_circle import open_final_grading, row

pytestmark = pytest.mark.db_independent

INK = """element => {
    const { color, borderTopWidth, backgroundColor, textDecorationLine } = getComputedStyle(element);
    return { color, border: borderTopWidth, background: backgroundColor, line: textDecorationLine };
}"""
NO_BACKGROUND = "rgba(0, 0, 0, 0)"


def ink(grade: Locator) -> dict[str, str]:
    found: dict[str, str] = grade.evaluate(INK)
    return found


def darkness(colour: str) -> int:
    """Return the distance of the colour `rgb(r, g, b)` from white."""
    return sum(255 - int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chosen_grade_is_darkest_in_its_row_on_paper(demo: DemoSite, scheme: str) -> None:
    kari = demo.sign_in("kari")
    open_final_grading(kari, "TDT4100")
    kari.locator(row(kari, 10001)).get_by_role("radio", name="C", exact=True).click()
    expect(kari.locator(row(kari, 10001))).to_have_attribute("data-grade", "C")
    kari.emulate_media(media="print", color_scheme="dark" if scheme == "dark" else "light")
    chosen = ink(kari.locator(f"{row(kari, 10001)} input:checked + span"))
    others = [ink(one) for one in kari.locator(f"{row(kari, 10001)} input:not(:checked) + span").all()]
    assert len(others) == 5
    assert {one["background"] for one in [chosen, *others]} == {NO_BACKGROUND}
    assert min(darkness(chosen["color"]) - darkness(one["color"]) for one in others) > 100
    assert (chosen["border"], chosen["line"]) == ("2px", "underline")
    assert {(one["border"], one["line"]) for one in others} == {("1px", "none")}
    expect(kari.get_by_role("link", name="Confirm Final Grading")).to_be_hidden()


def test_shown_committee_is_darkest_on_paper(demo: DemoSite) -> None:
    ola = demo.sign_in("ola")
    ola.goto("/committees/1/")
    ola.emulate_media(media="print")
    now, other = (ola.locator("nav.segments a", has_text=name) for name in ("Committee 1", "Committee 2"))
    assert darkness(ink(now)["color"]) - darkness(ink(other)["color"]) > 100
    assert (ink(now)["background"], ink(now)["line"], ink(other)["line"]) == (
        NO_BACKGROUND,
        "underline",
        "none",
    )
