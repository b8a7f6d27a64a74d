"""Sandboxes: made empty, and ended with everything that is in them."""

from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction

from committees.actions.transfer import practice_fs
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Exam,
    FsImport,
    Grader,
    LogEntry,
    Reopening,
    Sandbox,
    Transfer,
    TransferLine,
    TransferSheet,
    Upload,
    User,
)

# Each before what it points at, with the way to its sandbox. The log goes while its exams are still there: the database lets
# go of entries of practice exams only.
SANDBOX_MODELS: list[tuple[Any, str]] = [
    (TransferSheet, "transfer__exam__sandbox"),
    (TransferLine, "transfer__exam__sandbox"),
    (Reopening, "committee__exam__sandbox"),
    (Confirmation, "grader__committee__exam__sandbox"),
    (Candidate, "exam__sandbox"),
    (LogEntry, "exam__sandbox"),
    (Upload, "committee__exam__sandbox"),
    (Transfer, "exam__sandbox"),
    (Grader, "committee__exam__sandbox"),
    (Committee, "exam__sandbox"),
    (Exam, "sandbox"),
    (FsImport, "by__sandbox"),
]


def create_sandbox() -> Sandbox:
    """A new sandbox, empty."""
    return Sandbox.objects.create()


@transaction.atomic
def delete_sandboxes(sandboxes: Collection[int]) -> None:
    """
    Delete the sandboxes with these keys: their exams with all that hangs on them, their people, what their FSs
    hold. Nothing outside of them is touched; where something outside can't be without them, nothing is deleted.
    """
    _lock(sandboxes)
    # Raw, in as many statements for hundreds of sandboxes as for one: Django's own deletion would fetch the rows first, and the
    # log refuses it. The foreign keys, which are checked in the end, hold it to these lists.
    for model, field in _pointing_at(Sandbox, models.SET_NULL):
        model._base_manager.filter(**{f"{field}__in": sandboxes}).update(**{field: None})
    on_people = [(model, f"{field}__sandbox") for model, field in _pointing_at(User, models.CASCADE)]
    for model, way in [*SANDBOX_MODELS, *on_people, (User, "sandbox"), (Sandbox, "pk")]:
        rows = model._base_manager.filter(**{f"{way}__in": sandboxes})
        rows._raw_delete(rows.db)
    practice_fs().forget(sandboxes)


def _lock(sandboxes: Collection[int]) -> None:
    """As every act does, and in the same order: what is under way ends before, and what comes later finds nothing."""
    committees = Committee.objects.filter(exam__sandbox__in=sandboxes)
    exams, rows = Exam.objects.filter(sandbox__in=sandboxes), Sandbox.objects.filter(pk__in=sandboxes)
    for found in (committees, exams, rows):
        list(found.order_by("pk").only("pk").select_for_update(of=("self",)))


def _pointing_at(target: type[models.Model], on_delete: Any) -> Iterator[tuple[Any, str]]:
    """The tables that name `target`, wherever they are, and would go or change with it so: each with its field."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            relation = field.remote_field
            if relation and relation.model is target and relation.on_delete is on_delete:
                yield model, field.name
