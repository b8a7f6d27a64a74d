"""Worlds of practice: made empty, and ended with everything that is in them."""

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
    Transfer,
    TransferLine,
    TransferSheet,
    Upload,
    User,
    World,
)

# Each before what it points at, with the way to its world. The log goes while its exams are still there: the database lets
# go of entries of practice exams only.
OF_A_WORLD: list[tuple[Any, str]] = [
    (TransferSheet, "transfer__exam__world"),
    (TransferLine, "transfer__exam__world"),
    (Reopening, "committee__exam__world"),
    (Confirmation, "grader__committee__exam__world"),
    (Candidate, "exam__world"),
    (LogEntry, "exam__world"),
    (Upload, "committee__exam__world"),
    (Transfer, "exam__world"),
    (Grader, "committee__exam__world"),
    (Committee, "exam__world"),
    (Exam, "world"),
    (FsImport, "by__world"),
]


def make_world() -> World:
    """A new world of practice, empty."""
    return World.objects.create()


@transaction.atomic
def end_worlds(worlds: Collection[int]) -> None:
    """
    Delete the worlds of practice with these keys: their exams with all that hangs on them, their people, what their FSs
    hold. Nothing outside of them is touched; where something outside can't be without them, nothing is deleted.
    """
    _lock(worlds)
    # Raw, in as many statements for hundreds of worlds as for one: Django's own deletion would fetch the rows first, and the
    # log refuses it. The foreign keys, which are checked in the end, hold it to these lists.
    for model, field in _pointing_at(World, models.SET_NULL):
        model._base_manager.filter(**{f"{field}__in": worlds}).update(**{field: None})
    on_people = [(model, f"{field}__world") for model, field in _pointing_at(User, models.CASCADE)]
    for model, way in [*OF_A_WORLD, *on_people, (User, "world"), (World, "pk")]:
        rows = model._base_manager.filter(**{f"{way}__in": worlds})
        rows._raw_delete(rows.db)
    practice_fs().forget(worlds)


def _lock(worlds: Collection[int]) -> None:
    """As every act does, and in the same order: what is under way ends before, and what comes later finds nothing."""
    committees = Committee.objects.filter(exam__world__in=worlds)
    exams, rows = Exam.objects.filter(world__in=worlds), World.objects.filter(pk__in=worlds)
    for found in (committees, exams, rows):
        list(found.order_by("pk").only("pk").select_for_update(of=("self",)))


def _pointing_at(target: type[models.Model], on_delete: Any) -> Iterator[tuple[Any, str]]:
    """The tables that name `target`, wherever they are, and would go or change with it so: each with its field."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            relation = field.remote_field
            if relation and relation.model is target and relation.on_delete is on_delete:
                yield model, field.name
