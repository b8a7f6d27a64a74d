"""Other implementations of uploads and downloads, for comparison on the same table and file."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import tablib
from django.db import connection
from import_export import resources
from import_export.formats.base_formats import XLSX
from import_export.instance_loaders import CachedInstanceLoader
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from committees.models import Candidate

POSTGRESQL_WRITE = """
    UPDATE committees_candidate SET grade = new.grade{} FROM unnest(%s::text[], %s::text[]) AS new (number, grade)
    WHERE committee_id = %s AND committees_candidate.number = new.number
"""
SQLITE_WRITE = "UPDATE committees_candidate SET grade = ?{} WHERE committee_id = ? AND number = ?"


def floor(content: bytes, committee: int, grades: Sequence[str], *, entry: int | None = None) -> None:
    """
    Import with the minimum of work: the fastest reader, and one bulk write of valid grades with the database driver.

    With `entry` it also writes the key of that log entry into each row. No lock, no checks, no log, no result.
    """
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    taken = [(str(number), str(grade)) for number, grade, *_more in rows[1:] if grade in grades]
    pointing = "" if entry is None else f", grade_entry_id = {entry:d}"
    driver = connection.connection
    if connection.vendor == "postgresql":
        numbers, values = [number for number, _grade in taken], [grade for _number, grade in taken]
        with driver.transaction():
            driver.execute(POSTGRESQL_WRITE.format(pointing), [numbers, values, committee])
        return
    driver.execute("BEGIN IMMEDIATE")
    driver.executemany(SQLITE_WRITE.format(pointing), [(grade, committee, number) for number, grade in taken])
    driver.execute("COMMIT")


class AtDefaults(resources.ModelResource):  # type: ignore[misc]  # import-export has no types
    """django-import-export with its defaults: finds rows by number and writes the grade."""

    class Meta:
        model = Candidate
        fields = ("number", "grade")
        import_id_fields = ("number",)


class AtItsBest(AtDefaults):
    """django-import-export with all options that make it faster."""

    class Meta(AtDefaults.Meta):
        use_bulk = True
        batch_size = 10_000
        skip_diff = True
        instance_loader_class = CachedInstanceLoader


def import_at_defaults(content: bytes) -> None:
    """Import as its admin does: a dry run of the file, then the import."""
    for is_trial in (True, False):
        AtDefaults().import_data(_dataset(content), dry_run=is_trial, raise_errors=False)


def import_at_its_best(content: bytes) -> None:
    AtItsBest().import_data(_dataset(content), dry_run=False, raise_errors=False)


def _dataset(content: bytes) -> tablib.Dataset:
    dataset = XLSX().create_dataset(content)
    dataset.headers = ["number" if header == "Candidate ID" else "grade" for header in dataset.headers]
    return dataset


def write_with_openpyxl(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Write the same cells only: no second sheet, styles or list of grades."""
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(out)
    return out.getvalue()
