"""The hints of a second look at a committee's grades, and at an upload."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef

from committees.enums import Attendance, HintKind, LogAction
from committees.files.grade_sheet import Outcome, Reason
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Exam,
    Grader,
    LogEntry,
    Transfer,
    Upload,
    User,
)
from committees.second_look.attendance_shift import Presence, find_attendance_shift
from committees.second_look.column_order import (
    are_grades_sorted,
    is_only_numbers_sorted,
    is_same_column,
    one_grade,
)
from committees.second_look.drift import find_drift
from committees.second_look.earlier import Earlier, GradingAct, earlier_grades, row_shift_hint
from committees.second_look.hints import Hint
from committees.second_look.overhang import FileRow, find_overhang

ATTENDED = {
    Attendance.ATTENDED: True,
    Attendance.ABSENT: False,
    Attendance.WITHDREW: False,
    Attendance.UNKNOWN: None,
}
File = Sequence[tuple[str, str]]
"""Number and grade of each row of an upload, from top to bottom."""


class SheetLine(NamedTuple):
    """A candidate's line, in order of number."""

    number: str
    grade: str
    attendance: str


def hints_of_committee(committee: Committee, lines: Sequence[SheetLine]) -> list[Hint]:
    """Return the hints about the current grades: seven queries for any number of candidates, acts and committees."""
    uploads = list(_uploads(committee)[:2])
    files = [(upload.file_name, _file(upload)) for upload in uploads]
    newest = files[0][1] if files else []
    hints = _hints(committee, lines, newest, files[1:], earlier_grades(_acts(committee)))
    return hints + [hint for upload in uploads[:1] if (hint := _overhang(upload, lines))]


def hints_of_upload(upload: Upload, committee: Committee) -> list[Hint]:
    """Return the hints about the grades as the upload set them; none once it is undone. Seven queries."""
    if upload.undone_at:
        return []
    file = _file(upload)
    in_file = dict(file)
    columns = committee.candidates.by_number().values_list("number", "grade", "attendance")
    lines = [SheetLine(number, in_file.get(number, grade), there) for number, grade, there in columns]
    before = [(one.file_name, _file(one)) for one in _uploads(committee).filter(pk__lt=upload.pk)[:1]]
    earlier = earlier_grades(_acts(committee, until=upload))
    earlier.columns.append(("", {row.candidate: row.old for row in upload.rows if row.candidate}))
    hints = _hints(committee, lines, file, before, earlier)
    return hints + [hint for hint in [_overhang(upload, lines)] if hint]


def seen_by(seat: Grader) -> dict[str, str]:
    """Return the names of the committee's other graders who confirmed with the answer *Seen*, by key of the hint. One
    query."""
    confirmations = Confirmation.objects.filter(grader__committee=seat.committee_id).exclude(grader=seat)
    names: dict[str, list[str]] = {}
    for confirmation in confirmations.select_related("entry", "grader__person").order_by("pk"):
        for answered in confirmation.entry.details.get("second_look", {}).get("hints", []):
            facts = {name: fact for name, fact in answered.items() if name not in ("kind", "seen")}
            if answered["seen"]:
                hint = Hint(HintKind(answered["kind"]), facts)
                names.setdefault(hint.key, []).append(str(confirmation.grader.person))
    return {key: ", ".join(people) for key, people in names.items()}


def _hints(
    committee: Committee,
    lines: Sequence[SheetLine],
    file: File,
    files_before: Iterable[tuple[str, File]],
    earlier: Earlier,
) -> list[Hint]:
    grades = {line.number: line.grade for line in lines}
    scale = committee.exam.grades
    column = [line.grade for line in lines]
    orders = {"number": list(grades), "file": [number for number, _grade in file if number in grades]}
    hints = [row_shift_hint(orders, grades, earlier)]
    presence = [
        Presence(line.number, line.grade != "", ATTENDED[Attendance(line.attendance)]) for line in lines
    ]
    if shift := find_attendance_shift(presence):
        facts: dict[str, Any] = {"rows": shift.rows, "pairs": [list(pair) for pair in shift.pairs]}
        hints.append(Hint(HintKind.ATTENDANCE_SHIFT, facts))
    hints += [
        Hint(HintKind.SAME_COLUMN, {"committee": number})
        for number, other in _other_columns(committee).items()
        if is_same_column(column, other)
    ]
    hints += [
        Hint(HintKind.NUMBERS_SORTED, {"file": name})
        for name, before in files_before
        if is_only_numbers_sorted(before, file)
    ]
    if are_grades_sorted(column, scale):
        hints.append(Hint(HintKind.GRADES_SORTED, {}))
    if grade := one_grade(column, scale):
        hints.append(Hint(HintKind.ONE_GRADE, {"grade": grade, "graded": column.count(grade)}))
    hints.append(_drift(committee, column))
    return [hint for hint in hints if hint]


def _overhang(upload: Upload, lines: Iterable[SheetLine]) -> Hint | None:
    # A candidate with an empty cell has no grade from the file as long as the grade before the upload stands.
    now = {line.number: line.grade for line in lines}
    without = {
        row.row
        for row in upload.rows
        if row.outcome is Outcome.EMPTY and now.get(row.candidate, "") == row.old
    }
    rows = find_overhang(
        [
            FileRow(row.row, row.reason is not Reason.NO_CANDIDATE_ID, row.row not in without)
            for row in upload.rows
        ]
    )
    return Hint(HintKind.OVERHANG, {"rows": rows, "file": upload.file_name}) if rows else None


def _uploads(committee: Committee) -> "Any":
    return committee.uploads.filter(undone_at=None).order_by("-pk").defer("missing", "ignored_columns")


def _file(upload: Upload) -> list[tuple[str, str]]:
    """Return the rows that name a candidate, each candidate once, with the grade that the upload left."""
    rows: dict[str, str] = {}
    for row in upload.rows:
        if row.candidate:
            is_taken = row.outcome in (Outcome.UPDATED, Outcome.UNCHANGED)
            rows.setdefault(row.candidate, row.grade if is_taken else row.old)
    return list(rows.items())


def _acts(committee: Committee, *, until: Upload | None = None) -> Iterable[GradingAct]:
    """Yield the acts on the committee's grades, before the upload `until` and without undone uploads. Two queries."""
    entries = LogEntry.objects.filter(committee=committee, action__in=LogAction.of_grades()).order_by("pk")
    rows = list(entries.filter(upload__undone_at=None).values_list("by", "changes", "upload"))
    people = User.objects.in_bulk({by for by, *_rest in rows})
    for by, changes, upload in rows:
        if until and upload == until.pk:
            return
        yield GradingAct(str(people[by]), changes)


def _other_columns(committee: Committee) -> Mapping[int, list[str]]:
    """Return the grades of the exam's other committees in order of candidate number, by committee number."""
    columns: dict[int, list[str]] = {}
    others = Candidate.objects.filter(exam=committee.exam_id, committee__isnull=False)
    rows = others.exclude(committee=committee).by_number().values_list("committee__number", "grade")
    for number, grade in rows:
        columns.setdefault(number or 0, []).append(grade)
    return columns


def _drift(committee: Committee, column: Sequence[str]) -> Hint | None:
    """Compare with earlier terms. Not for a committee of one grader: that would be a comparison of people."""
    exam = committee.exam
    if committee.seat_count < 2:
        return None
    now = {grade: column.count(grade) for grade in exam.grades}
    found = find_drift(now, _earlier_terms(exam), exam.grades)
    return Hint(HintKind.DRIFT, {"now": found.now, "earlier": found.earlier}) if found else None


def _earlier_terms(exam: Exam) -> dict[str, int]:
    """Return the number of each grade in the course's earlier exams that were transferred, with the same scale."""
    earlier = Exam.objects.filter(
        institusjonsnr=exam.institusjonsnr,
        emnekode=exam.emnekode,
        scale=exam.scale,
        sandbox=exam.sandbox_id,
        date__lt=exam.date,
    ).filter(Exists(Transfer.objects.filter(exam=OuterRef("pk"))))
    graded = Candidate.objects.filter(exam__in=earlier.order_by().values("pk")).exclude(grade="").order_by()
    return dict(graded.values_list("grade").annotate(n=Count("pk")))
