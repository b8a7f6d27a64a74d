import pytest

from tests.access.targets import Targets, build
from tests.conftest import People


@pytest.fixture
def targets(people: People, request: pytest.FixtureRequest) -> Targets:
    """The world of a place of the table: that of kari's committee unless a test names another."""
    return build(people, getattr(request, "param", "committee-1"))
