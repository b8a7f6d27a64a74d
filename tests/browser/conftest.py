import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.demo_site import CHROMIUM, SOFFICE, DemoSite, SiteTemplate, launch, python_with_uno

# The longest wait of an act on a busy machine, as for pages.
expect.set_options(timeout=15_000)


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module in one worker. Larger groups come first, so that each worker makes few templates."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """
    Chromium for this module. Closed after its last test, because Django takes the worker for asynchronous while it
    runs.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium here; apt-get install chromium brings it")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def site_template(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteTemplate]:
    folder = tmp_path_factory.mktemp("browser") / "site_template"
    folder.mkdir()
    url = os.environ.get("DATABASE_URL", "")
    site_template = SiteTemplate(folder, url if url.startswith("postgres") else None)
    yield site_template
    site_template.end()


@pytest.fixture
def demo(site_template: SiteTemplate, browser: Browser) -> Iterator[DemoSite]:
    """A new demo site. The test fails if a page had a script error."""
    with site_template.demo(browser) as demo:
        yield demo
        assert demo.console_errors == []
        for context in browser.contexts:
            context.close()


@pytest.fixture
def calc(tmp_path: Path) -> Path:
    """A folder for LibreOffice."""
    if SOFFICE is None or python_with_uno() is None:
        pytest.skip("no LibreOffice here; apt-get install libreoffice-calc-nogui python3-uno brings it")
    return tmp_path
