from types import SimpleNamespace

import pytest

from tests.access.world import World, build


@pytest.fixture
def world(cast: SimpleNamespace, request: pytest.FixtureRequest) -> World:
    """The world of a place of the table: that of kari's committee unless a test names another."""
    return build(cast, getattr(request, "param", "committee-1"))
