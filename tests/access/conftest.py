from types import SimpleNamespace

import pytest

from tests.access.targets import Targets, build


@pytest.fixture
def targets(people: SimpleNamespace, request: pytest.FixtureRequest) -> Targets:
    """The world of a place of the table: that of kari's committee unless a test names another."""
    return build(people, getattr(request, "param", "committee-1"))
