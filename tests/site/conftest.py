from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo_files import make_demo
from tests.site.server import Server, database, environment, serve


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests that visit the running site in one worker, so that it is set up once."""
    for item in items:
        if "tests/site" in item.nodeid and {"settings_of_demo", "site", "two", "walk"} & set(
            getattr(item, "fixturenames", ())
        ):
            item.add_marker(pytest.mark.xdist_group("site"))


@pytest.fixture(scope="session")
def settings_of_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a new demo site."""
    folder = tmp_path_factory.mktemp("demo")
    with database() as kind:
        given = environment(folder, GRADEREG_DEMO="1", GRADEREG_LOG="json", **kind)
        make_demo(given)
        yield given


@pytest.fixture(scope="session")
def demo(settings_of_demo: dict[str, str]) -> Iterator[Server]:
    """A running demo site."""
    with serve(settings_of_demo, Path(settings_of_demo["GRADEREG_DATA"]) / "log") as server:
        yield server
