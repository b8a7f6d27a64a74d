import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser.demo_site import Site, SiteTemplate
from tests.engines.drivers import PACKAGES, is_installed, launch
from tests.engines.window import Window


@pytest.hookimpl(tryfirst=True)  # xdist looks for groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of an engine in one worker."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            engine = item.callspec.params["engine"] if isinstance(item, pytest.Function) else ""
            item.add_marker(pytest.mark.engines)
            item.add_marker(pytest.mark.db_independent)
            item.add_marker(pytest.mark.xdist_group(f"engines-{engine}"))


@pytest.fixture(scope="package", params=sorted(PACKAGES))
def engine(request: pytest.FixtureRequest) -> str:
    """Each of the three engines; tests of missing ones are skipped."""
    name: str = request.param
    if not is_installed(name):
        pytest.skip(f"no {name} here; apt-get install {PACKAGES[name]} brings it")
    return name


@pytest.fixture(scope="package")
def site_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteTemplate]:
    folder = tmp_path_factory.mktemp("engines") / "site_template"
    folder.mkdir()
    url = os.environ.get("DATABASE_URL", "")
    site_template = SiteTemplate(folder, url if url.startswith("postgres") else None, label="engines")
    yield site_template
    site_template.end()


@pytest.fixture(scope="package")
def long_sheet(site_template: SiteTemplate) -> str:
    """The window of a committee with candidates 11000 to 12099; all except the last ten have a grade."""
    pk = int(site_template.run("benchmarks.long_sheets", "1100"))
    return f"/committees/{pk}/"


@pytest.fixture(scope="package")
def browser(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WebDriver, Path]]:
    folder = tmp_path_factory.mktemp(engine)
    with launch(engine, folder) as driver:
        yield driver, folder / "downloads"


@pytest.fixture(scope="package")
def site(engine: str, site_template: SiteTemplate, long_sheet: str) -> Iterator[Site]:
    """One demo site for all tests in an engine."""
    with site_template.site(READING_PROCESS="1") as site:
        site.start()
        yield site


@pytest.fixture
def window(engine: str, browser: tuple[WebDriver, Path], site: Site) -> Window:
    driver, downloads = browser
    window = Window(engine, driver, site.address, downloads)
    window.resize(1280, 900)
    return window
