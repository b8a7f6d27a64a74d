"""The result of an upload as a list to correct and upload again."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from committees.enums import Attendance
from committees.files.grade_sheet import Outcome, Reason, Results, RowResult, explain
from committees.grade_scales import grade_label
from committees.models import Upload
from committees.models.upload_rows import Resolution, UploadRow


def results_of(upload: Upload) -> Results:
    """Return the result of each candidate's row in words; several rows of a candidate as one text."""
    planner = upload.committee.exam.planner_contact
    rows: dict[str, RowResult] = dict.fromkeys(upload.missing, RowResult(_("Missing from the file")))
    for row in upload.rows:
        if row.candidate:
            text = _text_of(row, planner)
            note = explain(row, planner=planner) if row.is_rejected else ""
            before = rows.get(row.candidate)
            rows[row.candidate] = (
                RowResult(f"{before.text} {text}", before.note or note) if before else RowResult(text, note)
            )
    others = [
        (row.cell, row.found, explain(row, planner=planner))
        for row in upload.rows
        if row.is_rejected and not row.candidate
    ]
    return Results(rows, others)


def cells_to_correct(upload: Upload, grades: Mapping[str, str]) -> dict[str, str]:
    """Return the contents of rejected grade cells by candidate, unless the grade was changed since."""
    cells: dict[str, str] = {}
    for row in upload.rows:
        if row.is_open(grades):
            cells.setdefault(row.candidate, row.found)
    return cells


def _text_of(row: UploadRow, planner: object) -> str:
    if row.is_rejected:
        return _("Rejected: %(problem)s") % {"problem": explain(row, planner=planner)}
    if row.resolution == Resolution.UNDONE:
        return _("Undone: %(old)s") % {"old": grade_label(row.old) or _("no grade")}
    if row.outcome is Outcome.UPDATED:
        return _("Updated: %(old)s → %(new)s") % {
            "old": grade_label(row.old) or _("no grade"),
            "new": grade_label(row.grade),
        }
    if row.kept:
        kept = {"grade": grade_label(row.kept.grade) or _("no grade"), "by": row.kept.by}
        return _("Kept: %(grade)s, set by %(by)s") % kept
    if row.reason is Reason.ATTENDANCE and row.resolution == Resolution.ATTENDANCE:
        return str(Attendance(row.detail).label)
    if row.outcome is Outcome.EMPTY:
        return _("Empty: %(grade)s was kept") % {"grade": grade_label(row.old)} if row.old else _("Empty")
    return _("Unchanged")
