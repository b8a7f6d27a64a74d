"""Import of a folder of FS's files, each on its own: what `manage.py import_fs` does."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.actions.effects import NotAgreed, sentences_of
from committees.actions.fs_import import apply_import, keep_import, preview_import
from committees.actions.import_placement import SLOTS
from committees.actions.import_plan import ImportPlan
from committees.actions.import_problems import grouped
from committees.errors import Refused
from committees.files.fs_style import kind_of
from committees.files.fs_style.dialect import MAX_FILE
from committees.files.fs_style.formats import sentence_about_bytes
from committees.models import FsImport, User

LOCK, DONE, REPORT = ".import_fs.lock", "imported", ".report.txt"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", REPORT)
"""Endings of files that are still being copied, and of our own reports."""


class FolderInUse(Exception):
    """Another process is importing this folder."""


@dataclass(slots=True)
class FileResult:
    """The outcome for one file: `counts` of changes, and `problems` as lines for its report."""

    file: Path
    kind: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    is_taken: bool = False


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raise FolderInUse if another process has it; it ends with that process."""
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderInUse from error
        yield


def import_folder(folder: Path, *, by: User, kind: str, scale: str, min_age: int) -> list[FileResult]:
    """
    Import the files in `folder`: exams first, then committees, then candidates, and older files before newer ones.

    Files that were changed less than `min_age` seconds ago are left for the next run, because they may be incomplete.
    A file is taken if it changes something or nothing is wrong with it, and moved to the folder "imported". The others
    stay. Files with problems get a report beside them.
    """
    found = [FileResult(path, _kind(path)) for path in _waiting(folder, min_age)]
    found.sort(
        key=lambda one: (SLOTS.index(one.kind) if one.kind in SLOTS else -1, _mtime(one.file), one.file)
    )
    for result in found:
        if result.kind in SLOTS:
            batch = FsImport(by=by, kind=kind, scale=scale, **{result.kind: result.file.read_bytes()})
            _import(result, batch)
        else:
            result.problems.append(_unknown(result))
        _put_away(result, folder)
    return found


def _waiting(folder: Path, min_age: int) -> list[Path]:
    latest = time.time() - min_age
    files = [path for path in folder.iterdir() if path.is_file() and not path.is_symlink()]
    visible = [path for path in files if not path.name.startswith(".") and not path.name.endswith(UNFINISHED)]
    return [path for path in visible if _mtime(path) <= latest]


def _mtime(path: Path) -> float:
    return path.stat().st_mtime


def _kind(path: Path) -> str:
    return kind_of(path.read_bytes()) if path.stat().st_size <= MAX_FILE else ""


def _unknown(result: FileResult) -> str:
    if result.file.stat().st_size > MAX_FILE:
        return _("This file is larger than %(most)s MB.") % {"most": MAX_FILE // 1024**2}
    if result.kind == "results":
        return _("This is a file of grades for FS, which can’t be imported.")
    if sentence := sentence_about_bytes(result.file.read_bytes()):
        return str(sentence)
    return _("This is not a file of exams, committees or candidates in FS’s format.")


def _import(result: FileResult, batch: FsImport) -> None:
    plan = preview_import(batch)
    result.problems = _lines_of(plan)
    if not plan.changes_something:
        result.is_taken = not plan.problems or plan.unchanged > 0
        result.counts = {"unchanged": plan.unchanged}
        return
    try:
        # The import of a file that is refused is not kept.
        with transaction.atomic():
            plan = apply_import(keep_import(batch))
    except NotAgreed as asked:
        result.problems.append(
            _(
                "This import changes confirmations, so a planner has to import the file under “Import from FS”."
            )
        )
        result.problems += [str(sentence) for sentence in sentences_of(asked.effects)]
    except Refused as refusal:
        result.problems.append(refusal.sentence)
    else:
        result.is_taken, result.counts = True, plan.counts


def _lines_of(plan: ImportPlan) -> list[str]:
    """Return the problems and warnings of the plan, each with its lines."""
    groups = grouped([*plan.problems, *plan.warnings])
    sentence = _("Line %(lines)s: %(reason)s")
    return [
        sentence % {"lines": one.lines, "reason": one.sentence} if one.lines else one.sentence
        for one in groups
    ]


def _put_away(result: FileResult, folder: Path) -> None:
    """Move a taken file, and write or remove the report beside it."""
    beside = result.file.with_name(result.file.name + REPORT)
    beside.unlink(missing_ok=True)
    if result.is_taken:
        (folder / DONE).mkdir(exist_ok=True)
        moved = folder / DONE / f"{timezone.localtime():%Y-%m-%dT%H%M%S}-{result.file.name}"
        result.file = result.file.rename(moved)
        beside = moved.with_name(moved.name + REPORT)
    if result.problems:
        beside.write_text("".join(f"{line}\n" for line in result.problems), encoding="utf-8")
