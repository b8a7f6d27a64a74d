"""The trials of `make interop`, with fake writers that are correct or faulty."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from .environments import Job, NotAvailableError, WriterError
from .trials import try_writer
from .writers import Writer


class MadeUp:
    """A writer that passes each value through `changed`, and each loaded workbook through `after`."""

    def __init__(
        self,
        changed: Callable[[str], Any] = lambda text: text,
        after: Callable[[Workbook], object] = lambda book: None,
    ) -> None:
        self.changed, self.after = changed, after

    def version(self) -> str:
        return "1"

    def perform(self, job: Job) -> None:
        if job.task == "build":
            book = Workbook()
            for row in json.loads(job.source.read_text()):
                book.worksheets[0].append([self.changed(text) for text in row])
            book.save(job.target)
            return
        book = load_workbook(job.source)
        sheet = book.worksheets[0]
        if job.task == "read":
            rows = [[str(self.changed(str(cell.value))) for cell in row] for row in sheet.iter_rows()]
            job.target.write_text(json.dumps(rows))
            return
        for place, text in job.cells.items():
            sheet[place] = self.changed(text)
        self.after(book)
        book.save(job.target)


class Missing(MadeUp):
    def version(self) -> str:
        raise NotAvailableError("made-up-package")


class Failing(MadeUp):
    def perform(self, job: Job) -> None:
        raise WriterError("Error: no | at all")


def as_number(text: str) -> object:
    return int(text) if text and text.isdigit() else text


def test_good_writer(tmp_path: Path) -> None:
    trial = try_writer(Writer("made up", MadeUp()), tmp_path)
    assert (trial.built, trial.edited, trial.list_id, trial.lost, trial.read) == (
        "whole",
        "whole",
        "yes",
        "nothing",
        "whole",
    )
    assert not trial.failed


def test_numeric_ids_are_a_failure(tmp_path: Path) -> None:
    trial = try_writer(Writer("made up", MadeUp(as_number), ("build", "read")), tmp_path)
    assert (trial.built, trial.failed) == ("('number', '10000') for 010000", True)
    assert trial.read.startswith("['10000', ")


def test_lost_grade_is_a_failure(tmp_path: Path) -> None:
    trial = try_writer(Writer("made up", MadeUp(lambda text: text.lower()), ("edit",)), tmp_path)
    assert (trial.edited, trial.list_id, trial.failed) == ("('text', 'a') for A", "–", True)


@pytest.mark.parametrize(
    ("after", "list_id", "lost", "failed"),
    [
        (lambda book: book.remove(book.worksheets[1]), "no", "second sheet", True),
        (lambda book: setattr(book.worksheets[0], "freeze_panes", None), "yes", "frozen header", False),
        (lambda book: book.worksheets[0].protection.disable(), "yes", "protection", False),
    ],
)
def test_losses_are_named(
    tmp_path: Path, after: Callable[[Workbook], object], list_id: str, lost: str, failed: bool
) -> None:
    trial = try_writer(Writer("made up", MadeUp(after=after), ("edit",)), tmp_path)
    assert (trial.edited, trial.list_id, trial.lost, trial.failed) == ("whole", list_id, lost, failed)


def test_failing_or_missing_writer(tmp_path: Path) -> None:
    failing = try_writer(Writer("made up", Failing()), tmp_path)
    missing = try_writer(Writer("made up", Missing()), tmp_path)
    assert (failing.built, failing.failed) == ("fails: Error: no / at all", True)
    assert (missing.unavailable, missing.failed) == ("made-up-package", False)
