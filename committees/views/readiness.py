"""What still stands in the way of grading an exam, each with the link that mends it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Committee, Exam, Grader


@dataclass(frozen=True, slots=True)
class Obstacle:
    sentence: str
    url: str
    link: str


def readiness(exam: Exam, parts: list[tuple[Committee, list[Grader]]]) -> list[Obstacle]:
    """The obstacles of `exam`, whose committees and graders are `parts`; none means that it can be graded."""
    page, importing = reverse("planned-exam", args=[exam.pk]), reverse("import")
    candidates = reverse("planned-candidates", args=[exam.pk])
    found: list[Obstacle] = []
    if not parts:
        found.append(Obstacle(_("The exam has no committee."), importing, _("Import committees from FS")))
    placed = sum(committee.candidate_count for committee, _graders in parts)
    unplaced = exam.candidates.filter(committee=None).count()
    if not placed and not unplaced:
        found.append(Obstacle(_("The exam has no candidates."), importing, _("Import candidates from FS")))
    if unplaced:
        sentence = ngettext(
            "%(count)s candidate is on no committee.", "%(count)s candidates are on no committee.", unplaced
        ) % {"count": unplaced}
        found.append(Obstacle(sentence, f"{candidates}?committee=none", _("Choose a committee for them")))
    for committee, graders in parts:
        anchor, told = f"{page}#committee-{committee.pk}", {"committee": committee}
        if not graders:
            found.append(Obstacle(_("%(committee)s has no graders.") % told, anchor, _("Seat a grader")))
        if not committee.candidate_count and placed:
            found.append(
                Obstacle(
                    _("%(committee)s has no candidates; it holds nothing up.") % told,
                    candidates,
                    _("Move candidates"),
                )
            )
        for grader in graders:
            if not grader.person.is_active:
                sentence = _("The account of %(name)s is closed.") % {"name": grader}
                found.append(Obstacle(sentence, anchor, _("Unseat the grader")))
    return found
