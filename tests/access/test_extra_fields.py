"""A form with more fields than its page gave it does what it would do without them."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import models, transaction

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
    """A value that `field` would take."""
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
    """Every field of every table by all its names, each with a value that it would take."""
    found = dict(MORE)
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if getattr(field, "concrete", False):
                value = crafted(field)
                found |= {field.name: value, getattr(field, "attname", field.name): value}
    return found


def after(targets: Targets, route: str, role: str, more: dict[str, Any], query: str = "") -> tuple[int, Rows]:
    """What `role` is answered when it sends the form of `route` with `more`, and what then stands in the database."""
    savepoint = transaction.savepoint()
    if route == "exam-transfer":
        confirm_open(targets)
    response = client_of(role).post(address(targets, route) + query, {**more, **sent(targets, route)})
    found = response.status_code, snapshot()
    transaction.savepoint_rollback(savepoint)
    return found


MAKES_WHAT_IS_UNLIKE = {"self-study", "rehearse", "start-scenario", "new-training"}
"""The routes that make what is never the same twice: a join code, a world whose people are named by its number."""


def who_may(row: list[str]) -> str:
    """Somebody who may send the form of this row of the table."""
    return next(role for role in ("per", "kari", "nina") if row[2 + ROLES.index(role)] == "302")


@pytest.mark.parametrize("route", [route for route in ROUTES if route not in MAKES_WHAT_IS_UNLIKE])
def test_fields_that_a_form_does_not_have_change_nothing(targets: Targets, route: str) -> None:
    role = who_may(next(row for row in ROWS if row[:2] == [route, "POST"]))
    more, before = extras(), snapshot()
    plain = after(targets, route, role, {})
    assert after(targets, route, role, more) == plain
    assert after(targets, route, role, {}, "?" + urlencode(more)) == plain
    assert (snapshot() == before, len(more) > 100) == (True, True)


CHANGES_NOTHING = {"home", "sign-in", "sign-out", "deliver-transfer", "withdraw"}
"""The routes that change no row here: nobody has confirmed, and the transfer has its receipts."""


@pytest.mark.parametrize("route", ROUTES)
def test_the_form_itself_does_change_something(targets: Targets, route: str) -> None:
    role = who_may(next(row for row in ROWS if row[:2] == [route, "POST"]))
    if route not in CHANGES_NOTHING:
        assert after(targets, route, role, {})[1] != snapshot()
