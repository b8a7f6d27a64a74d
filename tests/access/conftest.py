from types import SimpleNamespace

import pytest

from tests.access.targets import Targets, build
from tests.conftest import make_cast
from tests.remembered import remembered


@pytest.fixture
def targets(db: None, request: pytest.FixtureRequest) -> Targets:
    """The world of a place of the table: that of kari's committee unless a test names another."""
    place = getattr(request, "param", "committee-1")
    return remembered(place, lambda: build(make_cast(), place))


@pytest.fixture
def people(targets: Targets) -> SimpleNamespace:
    return targets.people
