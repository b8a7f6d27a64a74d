from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import browser, site_template
from tests.browser.demo_site import DemoSite, SiteTemplate

__all__ = ["browser", "site_template"]

HASTE = "20"
"""Factor by which robots act faster than in production."""


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.db_independent)
            item.add_marker(pytest.mark.xdist_group(f"practice-{item.path.stem}"))


@pytest.fixture
def demo(site_template: SiteTemplate, browser: Browser) -> Iterator[DemoSite]:
    """A fresh demo world with fast robots. After the test, no page may have had a script error."""
    with site_template.demo(browser, ROBOT_HASTE=HASTE) as demo:
        yield demo
        assert demo.console_errors == []
        for context in browser.contexts:
            context.close()
