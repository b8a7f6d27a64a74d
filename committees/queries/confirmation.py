"""The list of grades that a grader confirms."""

from collections.abc import Iterable
from typing import NamedTuple

from committees.enums import Attendance
from committees.grade_scales import grade_label
from committees.models import Committee
from committees.queries.sheets import Change


class ListedGrade(NamedTuple):
    """A candidate's line: codes, their labels, and the net change since the grader's last confirmation."""

    pk: int
    number: str
    person: str
    grade: str
    grade_label: str
    attendance: str
    attendance_label: str
    change: Change | None

    @property
    def is_doubtful(self) -> bool:
        """Whether an absent or withdrawn candidate has a grade."""
        return self.grade != "" and self.attendance in (Attendance.ABSENT, Attendance.WITHDREW)


def listed_grades(committee: Committee, changes: Iterable[Change]) -> list[ListedGrade]:
    """Return the candidates by number. One query."""
    changed = {change.number: change for change in changes}
    attendances = {str(one): str(one.label) if one else "" for one in Attendance}
    grades = {grade: grade_label(grade) for grade in ("", *committee.exam.grades)}
    columns = ("pk", "number", "name", "feide_name", "grade", "attendance")
    return [
        ListedGrade(
            pk,
            number,
            name or feide_name,
            grade,
            grades[grade],
            attendance,
            attendances[attendance],
            changed.get(number),
        )
        for pk, number, name, feide_name, grade, attendance in committee.candidates.by_number().values_list(
            *columns
        )
    ]
