from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import browser, site_template
from tests.heard.package import NotAvailableError, script
from tests.heard.reader import Transcript
from tests.training.browser.fast_robots import demo

__all__ = ["browser", "demo", "site_template"]


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.db_independent)
            item.add_marker(pytest.mark.xdist_group(f"heard-{item.path.stem}"))


@pytest.fixture
def transcript() -> Iterator[Callable[[Page, str], Transcript]]:
    """Begin a transcript of a page under a name; at the end of the test it must be as expected."""
    try:
        script()
    except NotAvailableError as missing:
        pytest.skip(str(missing))
    begun: list[Transcript] = []

    def begin(page: Page, name: str) -> Transcript:
        begun.append(Transcript(page, name))
        return begun[-1]

    yield begin
    for one in begun:
        one.check()
