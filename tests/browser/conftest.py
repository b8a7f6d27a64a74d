import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.demo_site import CHROMIUM, SOFFICE, DemoSite, Mould, launch, python_with_uno

# As long as an act may wait on a busy machine: `World.visit` gives pages as much.
expect.set_options(timeout=15_000)


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module in one worker. Largest groups come first, so each worker makes one mould or two."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Gone after the last of these tests: while it runs, Django takes the whole worker for an asynchronous one."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here; apt-get install chromium brings it")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def mould(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mould]:
    folder = tmp_path_factory.mktemp("browser") / "mould"
    folder.mkdir()
    url = os.environ.get("DATABASE_URL", "")
    mould = Mould(folder, url if url.startswith("postgres") else None)
    yield mould
    mould.end()


@pytest.fixture
def demo(mould: Mould, browser: Browser) -> Iterator[DemoSite]:
    """A fresh demo world. After the test, no page may have had a script error."""
    with mould.demo(browser) as demo:
        yield demo
        assert demo.complaints == []
        for context in browser.contexts:
            context.close()


@pytest.fixture
def calc(tmp_path: Path) -> Path:
    """A folder to work in, where LibreOffice can be used."""
    if SOFFICE is None or python_with_uno() is None:
        pytest.skip("no LibreOffice here; apt-get install libreoffice-calc-nogui python3-uno brings it")
    return tmp_path
