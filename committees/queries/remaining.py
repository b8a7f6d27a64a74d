"""Grades that were set for all remaining candidates."""

from committees.enums import LogAction
from committees.models import Candidate, Grader, LogEntry
from committees.models.candidates import CandidateQuerySet


def undoable(grader: Grader) -> CandidateQuerySet:
    """Return the candidates who still have the grade that the grader last set for all remaining ones."""
    entries = LogEntry.objects.filter(
        exam=grader.committee.exam_id,
        committee=grader.committee_id,
        action=LogAction.REMAINING_SET,
        by=grader.person_id,
    )
    newest = entries.order_by("-pk").values("pk")[:1]
    return Candidate.objects.filter(committee=grader.committee_id, grade_entry=newest).exclude(grade="")
