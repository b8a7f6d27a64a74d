import pytest

from tests.access.targets import Targets, build
from tests.conftest import People, make_people
from tests.remembered import remembered


@pytest.fixture
def targets(db: None, request: pytest.FixtureRequest) -> Targets:
    """The objects at one of the table's `PLACES`: kari's committee unless a test names another."""
    place = getattr(request, "param", "committee-1")
    return remembered(place, lambda: build(make_people(), place))


@pytest.fixture
def people(targets: Targets) -> People:
    return targets.people
