from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import browser, mould
from tests.browser.demo_site import DemoSite, Mould

__all__ = ["browser", "mould"]

HASTE = "20"
"""So many times quicker than people the robots are here."""


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These run in one worker, with a mould of their own, beside the other browser tests."""
    for item in items:
        if "tests/training/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("practice"))


@pytest.fixture
def demo(mould: Mould, browser: Browser) -> Iterator[DemoSite]:
    """A fresh demo world in which robots are quick. After the test, no page may have had a script error."""
    with mould.demo(browser, ROBOT_HASTE=HASTE) as demo:
        yield demo
        assert demo.complaints == []
        for context in browser.contexts:
            context.close()
