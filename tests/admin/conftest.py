import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission

from committees.actions.confirmation import reopen_committee
from committees.actions.sandboxes import create_sandbox
from committees.enums import ChangeCode
from tests.access.targets import Targets, build
from tests.conftest import People, grade, make_people
from tests.factories import UserFactory
from tests.remembered import remembered


@pytest.fixture
def targets(db: None) -> Targets:
    """
    The targets of tests/access, with a row of every model in the admin: also a confirmation, a reopening, a log
    entry of the admin, an empty sandbox; and with a clerk (staff without permissions) and a deputy (staff with all
    permissions).
    """
    return remembered("admin", make_admin_targets)


@pytest.fixture
def people(request: pytest.FixtureRequest) -> People:
    """The people of the targets."""
    if "targets" in request.fixturenames:
        targets: Targets = request.getfixturevalue("targets")
        return targets.people
    request.getfixturevalue("db")
    return remembered("people", make_people)


def make_admin_targets() -> Targets:
    people = make_people()
    UserFactory.create(username="clerk", is_staff=True)
    deputy = UserFactory.create(username="deputy", is_staff=True)
    deputy.user_permissions.set(Permission.objects.all())
    targets = build(people, "committee-1")
    reopen_committee(targets.confirmed, reason="An appeal", code=ChangeCode.APPEAL, by=targets.planner)
    grade(people.ola, targets.confirmed, c10013="D")
    create_sandbox()
    LogEntry.objects.log_actions(people.admin.pk, [people.nina], CHANGE)
    return targets
