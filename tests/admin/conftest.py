from types import SimpleNamespace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission

from committees.actions.confirmation import reopen_committee
from committees.actions.worlds import make_world
from committees.enums import ChangeCode
from tests.access.world import World, build
from tests.conftest import grade
from tests.factories import UserFactory


@pytest.fixture
def world(cast: SimpleNamespace) -> World:
    """
    The world of kari's committee with a row of everything that the admin shows: also somebody's confirmation, a reopening,
    an act of support, an empty world of practice; and with a clerk (staff without permissions) and a deputy
    (staff with all of them).
    """
    UserFactory.create(username="clerk", is_staff=True)
    deputy = UserFactory.create(username="deputy", is_staff=True)
    deputy.user_permissions.set(Permission.objects.all())
    world = build(cast, "committee-1")
    reopen_committee(world.confirmed, reason="An appeal", code=ChangeCode.APPEAL, by=world.planner)
    grade(cast.ola, world.confirmed, c10013="D")
    make_world()
    LogEntry.objects.log_actions(cast.admin.pk, [cast.nina], CHANGE)
    return world
