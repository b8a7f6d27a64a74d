"""Progress of an exam that a planner sets up by hand."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from committees.enums import LogAction, ReceiptStatus
from committees.models import Exam, TransferLine
from committees.queries.overview import Part


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    url: str
    is_done: bool
    is_next: bool


def steps_of(exam: Exam, parts: list[Part], candidate_count: int) -> list[Step]:
    """Return the three steps of setting up the exam; none if all are done."""
    page = reverse("planned-exam", args=[exam.pk])
    without = next((committee for committee, graders in parts if not graders), None)
    each = [
        (_("Add committees"), f"{page}#new-committee", bool(parts)),
        (
            _("Add graders"),
            f"{page}#committee-{without.pk}" if without else f"{page}#new-committee",
            bool(parts) and without is None,
        ),
        (_("Add candidates"), reverse("add-candidates", args=[exam.pk]), bool(candidate_count)),
    ]
    first = next((label for label, _url, is_done in each if not is_done), None)
    if first is None:
        return []
    return [Step(label, url, is_done, label == first) for label, url, is_done in each]


def is_unknown_to_fs(exam: Exam) -> bool:
    """Return whether the exam was made by hand, and neither an import nor FS has named it since. Up to two queries."""
    acts = (LogAction.EXAM_CREATED, LogAction.FILES_IMPORTED)
    created = [
        (action, details.get("by_hand", False))
        for action, details in exam.log.filter(action__in=acts).values_list("action", "details")
    ]
    if created != [(LogAction.EXAM_CREATED, True)]:
        return False
    return not TransferLine.objects.filter(transfer__exam=exam, status=ReceiptStatus.TAKEN).exists()
