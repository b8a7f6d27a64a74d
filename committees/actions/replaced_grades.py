"""Grades that somebody else set after a list was downloaded."""

from collections.abc import Collection, Mapping

from committees.actions.sheets import CurrentGrade
from committees.enums import LogAction
from committees.models import Exam, Grader, LogEntry, Upload
from committees.models.upload_rows import ReplacedGrade


class LaterGrades:
    """
    The grades of a committee that others than `grader` set after the log entry `known`, from its `stored` grades.

    A grade of somebody else that the grader restored does not become the grader's own.
    """

    def __init__(self, stored: Mapping[str, CurrentGrade], grader: Grader, known: int) -> None:
        self.stored, self.grader, self.known = stored, grader, known
        own = [
            entry
            for _grade, entry in stored.values()
            if entry and entry.pk > known and entry.by_id == grader.person_id
        ]
        undone = {
            one.upload_id for one in own if one.action in (LogAction.UPLOAD_UNDONE, LogAction.GRADES_RESTORED)
        }
        found = Upload.objects.filter(pk__in=[pk for pk in undone if pk])
        self.restored = {
            (upload.pk, row.candidate): row.replaced
            for upload in found.iterator(1)  # one at a time in memory: each has up to ten thousand rows
            for row in upload.rows
            if row.replaced
        }

    def of(self, number: str) -> ReplacedGrade | None:
        """Return the candidate's current grade, "" if it was removed, if it is such a grade."""
        grade, entry = self.stored[number]
        if entry is None or entry.pk <= self.known:
            return None
        if entry.by_id == self.grader.person_id:
            earlier = self.restored.get((entry.upload_id or 0, number))
            return earlier if earlier and earlier.grade == grade else None
        return ReplacedGrade(grade, str(entry.by), entry.at)


def grades_at(exam: Exam, known: int, numbers: Collection[str]) -> dict[str, str]:
    """
    Return the grades that these candidates, whose grades were changed since, had at the log entry `known`.

    One query, none without candidates. It reads only as many of the later acts as it needs.
    """
    wanted, found = set(numbers), dict[str, str]()
    if not wanted:
        return found
    later = LogEntry.objects.filter(exam=exam, pk__gt=known, action__in=LogAction.of_grades())
    for changes in later.order_by("pk").values_list("changes", flat=True).iterator(chunk_size=10):
        for number in wanted & changes.keys():
            found[number] = changes[number][0]
        wanted -= found.keys()
        if not wanted:
            break
    return found
