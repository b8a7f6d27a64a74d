"""No request to the admin changes grading data."""

import pytest
from django.contrib.admin.models import LogEntry as SupportEntry
from django.db.models import Model
from django.urls import reverse

from committees.models import User
from fs.models import Registration
from tests.access.targets import Targets, client_of
from tests.access.test_extra_fields import extras
from tests.admin.addresses import EVERY, MODELS, address
from tests.snapshot import Rows, snapshot
from tests.views.html import page_of

pytestmark = pytest.mark.db_independent

ROLES = ["admin", "deputy"]
INLINES = {
    f"{prefix}-{name}": value
    for prefix in ("candidates", "graders", "confirmation", "lines", "form")
    for name, value in {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1", "0-id": "1", "0-grade": "A"}.items()
}
BUTTONS = {
    "post": "yes",
    "_save": "Save",
    "_saveasnew": "1",
    "_addanother": "1",
    "_popup": "1",
    "_selected_action": "1",
}


def of_grading() -> Rows:
    """Return all rows of grading and FS: what the admin shows, except people and its own log."""
    tables = {table: rows for table, rows in snapshot().items() if table.startswith(("committees.", "fs."))}
    return {table: rows for table, rows in tables.items() if not table.startswith("committees.User")}


@pytest.mark.parametrize("role", ROLES)
def test_forged_form_changes_no_grading_data(targets: Targets, role: str) -> None:
    support, before = client_of(role), of_grading()
    form = extras() | INLINES | BUTTONS
    for model in EVERY:
        for act in ("changelist", "add", "change", "delete", "history"):
            url = address(model, act) + "?_to_field=id&_popup=1&_changelist_filters=x"
            support.post(url, form | {"action": "delete_selected"})
    assert of_grading() == before


@pytest.mark.parametrize("role", ROLES)
def test_bulk_deletion_is_refused(targets: Targets, role: str) -> None:
    support, before = client_of(role), {model: model._default_manager.count() for model in EVERY}
    for model in EVERY:
        chosen = list(model._default_manager.values_list("pk", flat=True))
        form = {"action": "delete_selected", "_selected_action": chosen, "select_across": "1", "post": "yes"}
        support.post(address(model, "changelist"), form)
    assert {model: model._default_manager.count() for model in EVERY} == before
    assert min(before.values()) > 0


def test_read_only_page_has_no_form(targets: Targets) -> None:
    support = client_of("admin")
    found: dict[type[Model], list[str]] = {}
    for model in EVERY:
        page = support.get(address(model, "change")).content.decode()
        found[model] = [name for name in ("_save", "_continue", "_addanother") if f'name="{name}"' in page]
    assert found.pop(User) == ["_save", "_continue", "_addanother"]
    assert found == {model: [] for model in MODELS}


def test_there_are_no_inlines_editable_lists_or_actions(targets: Targets) -> None:
    admins = [
        client_of("admin").get(address(model, "changelist")).context["cl"].model_admin for model in MODELS
    ]
    assert {(tuple(one.inlines), tuple(one.list_editable)) for one in admins} == {((), ())}
    found = client_of("admin").get(address(Registration, "changelist")).context["action_form"]
    assert found is None


def test_every_grading_table_is_compared_and_filled(targets: Targets) -> None:
    told = of_grading()
    assert {table for table, rows in told.items() if not rows} == set()
    assert {f"{model._meta.label}" for model in MODELS} - {SupportEntry._meta.label} <= told.keys()


def test_forms_need_a_token(targets: Targets) -> None:
    support = client_of("admin")
    support.handler.enforce_csrf_checks = True
    before = snapshot()
    for url in (address(User, "add"), address(User, "change"), address(User, "password_change", pk=1)):
        response = support.post(url, {"username": "x", "is_superuser": "on"})
        assert (response.status_code, page_of(response).texts("h1")) == (403, ["Please try again"])
    assert support.post(reverse("admin:logout")).status_code == 403
    assert snapshot() == before
