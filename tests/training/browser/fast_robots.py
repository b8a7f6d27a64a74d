from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.demo_site import DemoSite, SiteTemplate

HASTE = "20"
"""Factor by which robots act faster than in production."""


@pytest.fixture
def demo(site_template: SiteTemplate, browser: Browser) -> Iterator[DemoSite]:
    """A new demo site with fast robots. The test fails if a page had a script error."""
    with site_template.demo(browser, ROBOT_HASTE=HASTE) as demo:
        yield demo
        assert demo.console_errors == []
        for context in browser.contexts:
            context.close()
