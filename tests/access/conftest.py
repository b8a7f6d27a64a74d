from types import SimpleNamespace

import pytest

from tests.access.world import World, build
from tests.conftest import make_cast
from tests.remembered import remembered


@pytest.fixture
def world(db: None, request: pytest.FixtureRequest) -> World:
    """The world of a place of the table: that of kari's committee unless a test names another."""
    place = getattr(request, "param", "committee-1")
    return remembered(place, lambda: build(make_cast(), place))


@pytest.fixture
def cast(world: World) -> SimpleNamespace:
    return world.cast
