from types import SimpleNamespace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission

from committees.actions.confirmation import reopen_committee
from committees.actions.worlds import make_world
from committees.enums import ChangeCode
from tests.access.world import World, build
from tests.conftest import grade, make_cast
from tests.factories import UserFactory
from tests.remembered import remembered


@pytest.fixture
def world(db: None) -> World:
    """
    The world of kari's committee with a row of everything that the admin shows: also somebody's confirmation, a reopening,
    an act of support, an empty world of practice; and with a clerk (staff without permissions) and a deputy
    (staff with all of them).
    """
    return remembered("admin", make_world_of_admin)


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The cast of the world, where a test has one."""
    if "world" in request.fixturenames:
        world: World = request.getfixturevalue("world")
        return world.cast
    request.getfixturevalue("db")
    return remembered("cast", make_cast)


def make_world_of_admin() -> World:
    cast = make_cast()
    UserFactory.create(username="clerk", is_staff=True)
    deputy = UserFactory.create(username="deputy", is_staff=True)
    deputy.user_permissions.set(Permission.objects.all())
    world = build(cast, "committee-1")
    reopen_committee(world.confirmed, reason="An appeal", code=ChangeCode.APPEAL, by=world.planner)
    grade(cast.ola, world.confirmed, c10013="D")
    make_world()
    LogEntry.objects.log_actions(cast.admin.pk, [cast.nina], CHANGE)
    return world
