"""Additional fields in a form change nothing."""

from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client

from tests.access.table import ROLES, ROWS
from tests.access.targets import Targets, address, client_of, confirm_open, sent
from tests.snapshot import Rows, snapshot

pytestmark = pytest.mark.db_independent

ROUTES = [row[0] for row in ROWS if row[1] == "POST" and {"302"} & set(row[2:])]
MORE = {
    "pk": "1",
    "by": "1",
    "valid_count": "9",
    "stage": "transferred",
    "is_locked": "",
    "status": "taken",
    "person_id": "1",
    "_save": "Save",
    "next": "/plan/",
}


def crafted(field: Any) -> Any:
    """Return a valid value for `field`."""
    if field.remote_field:
        return field.related_model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 1
    if field.choices:
        return field.choices[-1][0]
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.DateTimeField | models.DateField):
        return "2030-01-01"
    return "7" if isinstance(field, models.IntegerField) else "A"


def extras() -> dict[str, Any]:
    """Return every field of every table under all its names, each with a valid value."""
    found = dict(MORE)
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if getattr(field, "concrete", False):
                value = crafted(field)
                found |= {field.name: value, getattr(field, "attname", field.name): value}
    return found


def after(
    targets: Targets, route: str, client: Client, more: dict[str, Any], query: str = ""
) -> tuple[int, Rows]:
    """Send the form of `route` with `more`; return the response and the database."""
    savepoint, cookies = transaction.savepoint(), deepcopy(client.cookies)
    if route == "exam-transfer":
        confirm_open(targets)
    response = client.post(address(targets, route) + query, {**more, **sent(targets, route)})
    client.cookies = cookies
    found = response.status_code, snapshot()
    transaction.savepoint_rollback(savepoint)
    return found


MAKES_WHAT_IS_UNLIKE = {
    "self-study",
    "rehearse",
    "new-training",
    "invite",
    "change-password",
    "play-scenario",
    "new-scenario",
    "import-scenario",
    "edit-scenario",
}
"""
Routes with results that always differ: a join code, a sandbox with numbered people, a random password hash or token;
and forms of scenarios, which have optional fields of these names.
"""


CHANGES_NOTHING = {
    *("home", "sign-in", "ask-code", "code-password", "enter-code", "forgot-password", "new-password"),
    *("change-email", "confirm-email", "final-grading", "plan", "planned-candidates", "place-files"),
    *("check-grades", "check-protocol", "answer-seen", "withdraw", "withdraw-on-behalf", "remove-planner"),
    *(
        "deliver-transfer",
        "start-scenario",
        "publish-scenario",
        "leave-training",
        "lower-hand",
        "lower-own-hand",
        "fs:restore",
    ),
}
"""
Routes that change no row here: they only look, or there is nothing to do (nobody has confirmed, the transfer has its
receipts, the scenario has just begun or is published).
"""


def who_may(route: str) -> str:
    """Return a person who may send the form of this route."""
    row = next(row for row in ROWS if row[:2] == [route, "POST"])
    return next(role for role in ("per", "kari", "nina") if row[2 + ROLES.index(role)] == "302")


@pytest.mark.parametrize("route", [route for route in ROUTES if route not in MAKES_WHAT_IS_UNLIKE])
def test_extra_fields_change_nothing(targets: Targets, route: str) -> None:
    client = client_of(who_may(route))
    more, before = extras(), snapshot()
    plain = after(targets, route, client, {})
    assert after(targets, route, client, more, "?" + urlencode(more)) == plain
    assert (plain[1] == before, len(more) > 100) == (route in CHANGES_NOTHING, True)


@pytest.mark.parametrize("route", sorted(MAKES_WHAT_IS_UNLIKE))
def test_form_fields_change_something(targets: Targets, route: str) -> None:
    """The other routes are tested above."""
    client = client_of(who_may(route))
    assert after(targets, route, client, {})[1] != snapshot()
