from types import SimpleNamespace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission

from committees.actions.confirmation import reopen_committee
from committees.actions.sandboxes import create_sandbox
from committees.enums import ChangeCode
from tests.access.targets import Targets, build
from tests.conftest import grade, make_cast
from tests.factories import UserFactory
from tests.remembered import remembered


@pytest.fixture
def targets(db: None) -> Targets:
    """
    The world of kari's committee with a row of everything that the admin shows: also somebody's confirmation, a reopening,
    an act of support, an empty sandbox; and with a clerk (staff without permissions) and a deputy
    (staff with all of them).
    """
    return remembered("admin", make_world_of_admin)


@pytest.fixture
def people(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The people of the world, where a test has one."""
    if "targets" in request.fixturenames:
        targets: Targets = request.getfixturevalue("targets")
        return targets.people
    request.getfixturevalue("db")
    return remembered("people", make_cast)


def make_world_of_admin() -> Targets:
    people = make_cast()
    UserFactory.create(username="clerk", is_staff=True)
    deputy = UserFactory.create(username="deputy", is_staff=True)
    deputy.user_permissions.set(Permission.objects.all())
    targets = build(people, "committee-1")
    reopen_committee(targets.confirmed, reason="An appeal", code=ChangeCode.APPEAL, by=targets.planner)
    grade(people.ola, targets.confirmed, c10013="D")
    create_sandbox()
    LogEntry.objects.log_actions(people.admin.pk, [people.nina], CHANGE)
    return targets
