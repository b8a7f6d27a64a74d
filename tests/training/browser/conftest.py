from pathlib import Path

import pytest

from tests.browser.conftest import browser, site_template
from tests.training.browser.fast_robots import demo

__all__ = ["browser", "demo", "site_template"]


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.db_independent)
            item.add_marker(pytest.mark.xdist_group(f"practice-{item.path.stem}"))
