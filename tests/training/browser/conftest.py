from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import browser, mould
from tests.browser.demo_site import DemoSite, Mould

__all__ = ["browser", "mould"]

HASTE = "20"
"""So many times quicker than people the robots are here."""


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.db_independent)
            item.add_marker(pytest.mark.xdist_group(f"practice-{item.path.stem}"))


@pytest.fixture
def demo(mould: Mould, browser: Browser) -> Iterator[DemoSite]:
    """A fresh demo world in which robots are quick. After the test, no page may have had a script error."""
    with mould.demo(browser, ROBOT_HASTE=HASTE) as demo:
        yield demo
        assert demo.complaints == []
        for context in browser.contexts:
            context.close()
