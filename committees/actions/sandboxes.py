"""Creation and deletion of sandboxes."""

from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction

from committees.actions.transfer import practice_fs
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    DeletedCandidate,
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

# In the order of deletion, each with the lookup of its sandbox. The log is deleted before its exams, because
# triggers allow deletion only for entries of practice exams.
SANDBOX_MODELS: list[tuple[Any, str]] = [
    (TransferSheet, "transfer__exam__sandbox"),
    (TransferLine, "transfer__exam__sandbox"),
    (Reopening, "committee__exam__sandbox"),
    (Confirmation, "grader__committee__exam__sandbox"),
    (Candidate, "exam__sandbox"),
    (DeletedCandidate, "entry__exam__sandbox"),
    (LogEntry, "exam__sandbox"),
    (Upload, "committee__exam__sandbox"),
    (Transfer, "exam__sandbox"),
    (Grader, "committee__exam__sandbox"),
    (Committee, "exam__sandbox"),
    (Exam, "sandbox"),
    (FsImport, "by__sandbox"),
]


def create_sandbox(owner_key: str = "") -> Sandbox:
    return Sandbox.objects.create(owner_key=owner_key)


@transaction.atomic
def delete_sandboxes(sandboxes: Collection[int]) -> None:
    """
    Delete the sandboxes with these pks, with their exams, people and simulated FS.

    Nothing outside of them is deleted. If a required foreign key outside refers to them, nothing is deleted at all.
    """
    _lock(sandboxes)
    # _raw_delete needs as many statements for hundreds of sandboxes as for one. delete() would fetch the rows
    # first, and log entries refuse it. Foreign keys are checked at the end, so that no row is left over.
    for model, field in _pointing_at(Sandbox, models.SET_NULL):
        model._base_manager.filter(**{f"{field}__in": sandboxes}).update(**{field: None})
    on_people = [(model, f"{field}__sandbox") for model, field in _pointing_at(User, models.CASCADE)]
    for model, way in [*SANDBOX_MODELS, *on_people, (User, "sandbox"), (Sandbox, "pk")]:
        rows = model._base_manager.filter(**{f"{way}__in": sandboxes})
        rows._raw_delete(rows.db)
    practice_fs().forget(sandboxes)


def _lock(sandboxes: Collection[int]) -> None:
    """Lock like every act, in the same order: acts under way finish first, and later ones find nothing."""
    committees = Committee.everything.filter(exam__sandbox__in=sandboxes)
    exams, rows = Exam.everything.filter(sandbox__in=sandboxes), Sandbox.objects.filter(pk__in=sandboxes)
    for found in (committees, exams, rows):
        list(found.order_by("pk").only("pk").select_for_update(of=("self",)))


def _pointing_at(target: type[models.Model], on_delete: Any) -> Iterator[tuple[Any, str]]:
    """Yield each model of any app, and its field, with a foreign key to `target` and this `on_delete`."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            relation = field.remote_field
            if relation and relation.model is target and relation.on_delete is on_delete:
                yield model, field.name
