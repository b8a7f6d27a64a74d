"""Files of an import that were uploaded in the place of another one."""

from dataclasses import dataclass

from django.db import transaction

from committees.errors import Refusal, Refused
from committees.files.fs_style import kind_of
from committees.models import FsImport

SLOTS = ("exams", "committees", "candidates")


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A file in `slot` that looks like another `kind`: one of `SLOTS`, or "results"."""

    slot: str
    kind: str


def misplaced_files(batch: FsImport) -> list[Misplaced]:
    """Return the files of the import that are in the wrong place."""
    kinds = {slot: kind_of(bytes(getattr(batch, slot))) for slot in SLOTS}
    return [Misplaced(slot, kind) for slot, kind in kinds.items() if kind not in ("", slot)]


def placed_files(batch: FsImport) -> dict[str, bytes]:
    """Return the files by their right slots. Raise Refused if that is impossible."""
    kinds = {one.slot: one.kind for one in misplaced_files(batch)}
    files: dict[str, bytes] = {}
    for slot in SLOTS:
        if content := bytes(getattr(batch, slot)):
            kind = kinds.get(slot, slot)
            if kind not in SLOTS:
                raise Refused(Refusal.RESULTS_NOT_IMPORTED)
            if kind in files:
                raise Refused(Refusal.FILES_OF_ONE_KIND)
            files[kind] = content
    return files


def placement_problem(batch: FsImport) -> Refused | None:
    """Return the refusal that `place_files` would raise for these files."""
    try:
        placed_files(batch)
    except Refused as refusal:
        return refusal
    return None


@transaction.atomic
def place_files(batch: FsImport) -> FsImport:
    """Move each file to its right place. Raise Refused if that is impossible, or the files were imported."""
    batch = FsImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.applied_at:
        raise Refused(Refusal.IMPORT_APPLIED)
    files = placed_files(batch)
    for slot in SLOTS:
        setattr(batch, slot, files.get(slot, b""))
    batch.save(update_fields=SLOTS)
    return batch
