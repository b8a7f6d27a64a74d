"""Models of the admin and their addresses."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from committees.actions.versions import texts_of
from committees.models import User

EVERY: list[type[Model]] = list(admin.site._registry)
MODELS = [model for model in EVERY if model is not User]
"""The read-only models."""


def address(model: type[Model], act: str, pk: Any = None) -> str:
    """
    Return the address of `act` (changelist, add, change, delete, history, old, password_change) for row `pk`, or the
    first row.
    """
    if act == "old":
        return f"{address(model, 'changelist')}{first(model).pk}/"
    if act == "password_change":
        return reverse("admin:auth_user_password_change", args=[pk])
    route = f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}"
    if act in ("changelist", "add"):
        return reverse(route)
    return reverse(route, args=[first(model).pk if pk is None else pk])


def first(model: type[Model]) -> Model:
    made = model._default_manager.order_by("pk").first()
    assert made is not None
    return made


EDITED = (
    "username",
    "name",
    "feide_name",
    "email",
    "is_planner",
    "institutions",
    "is_trainer",
    "is_active",
    "is_staff",
    "is_superuser",
)


def shown(person: User) -> dict[str, str]:
    """Return the fields of this person's page."""
    return {"shown": json.dumps(texts_of(person, EDITED))}
