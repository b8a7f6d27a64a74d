"""Obstacles to grading an exam, each with a link to the page that resolves it."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Candidate, Committee, Exam, Grader


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`other` is the URL and text of a second way to resolve it."""

    sentence: str
    url: str
    link: str
    other: tuple[str, str] | None = None


def readiness(exam: Exam, parts: list[tuple[Committee, list[Grader]]]) -> list[Obstacle]:
    """Return the obstacles of `exam`, whose committees and graders are `parts`. Without any, it is ready for
    grading."""
    page, importing = reverse("planned-exam", args=[exam.pk]), reverse("import")
    candidates = reverse("planned-candidates", args=[exam.pk])
    obstacles = _not_held(exam, parts)
    if not parts:
        by_file = importing, _("Import committees from FS")
        sentence = _("The exam has no committees.")
        obstacles.append(Obstacle(sentence, f"{page}#new-committee", _("Add a committee"), by_file))
    placed = sum(committee.candidate_count for committee, _graders in parts)
    unplaced = exam.candidates.filter(committee=None).count()
    if not placed and not unplaced:
        by_hand = reverse("add-candidates", args=[exam.pk])
        by_file = importing, _("Import candidates from FS")
        obstacles.append(Obstacle(_("The exam has no candidates."), by_hand, _("Add candidates"), by_file))
    if unplaced:
        sentence = ngettext(
            "%(count)s candidate has no committee.", "%(count)s candidates have no committee.", unplaced
        ) % {"count": unplaced}
        obstacles.append(Obstacle(sentence, f"{candidates}?committee=none", _("Assign to a committee")))
    for committee, graders in parts:
        anchor, params = f"{page}#committee-{committee.pk}", {"committee": committee}
        if not graders:
            obstacles.append(Obstacle(_("%(committee)s has no graders.") % params, anchor, _("Add a grader")))
        if not committee.candidate_count and placed:
            obstacles.append(
                Obstacle(
                    _("%(committee)s has no candidates. This does not block the exam.") % params,
                    candidates,
                    _("Move candidates"),
                )
            )
        for grader in graders:
            if not grader.person.is_active and not grader.has_confirmed:
                sentence = _("The account of %(name)s is closed. Ask support to open it.") % {"name": grader}
                obstacles.append(Obstacle(sentence, anchor, _("Remove the grader")))
    return obstacles + _people_obstacles(exam, parts, candidates) + _similar_exam(exam)


def _not_held(exam: Exam, parts: list[tuple[Committee, list[Grader]]]) -> list[Obstacle]:
    """Return the obstacle that grades were set or confirmed before the exam's day."""
    if exam.is_held or not any(committee.graded_count for committee, _graders in parts):
        return []
    sentence = _("Grades have been set, but the exam has not been held yet: its date is %(day)s.")
    edit = reverse("edit-exam", args=[exam.pk])
    return [Obstacle(sentence % {"day": date_format(exam.date)}, edit, _("Edit exam"))]


def _people_obstacles(
    exam: Exam, parts: list[tuple[Committee, list[Grader]]], candidates: str
) -> list[Obstacle]:
    """Return people with several candidate numbers, and graders among the candidates. Two queries."""
    named = exam.candidates.exclude(feide_name="").order_by()
    several = named.values("feide_name").annotate(n=Count("pk")).filter(n__gt=1).values("feide_name")
    graders = {grader.person.feide_name for _committee, seats in parts for grader in seats}
    sentences = []
    for name, numbers in _numbers(named.filter(feide_name__in=several)).items():
        sentences.append(
            _("%(name)s has several candidate numbers: %(numbers)s.") % {"name": name, "numbers": numbers}
        )
    for name, numbers in _numbers(named.filter(feide_name__in=graders - {None})).items():
        sentence = _("%(name)s is both a grader and a candidate (%(numbers)s) in this exam.")
        sentences.append(sentence % {"name": name, "numbers": numbers})
    return [Obstacle(sentence, candidates, _("Check the candidates")) for sentence in sentences]


def _numbers(candidates: QuerySet[Candidate]) -> dict[str, str]:
    """Return the candidate numbers of each person."""
    numbers: dict[str, list[str]] = {}
    for name, number in candidates.values_list("feide_name", "number"):
        numbers.setdefault(name, []).append(number)
    return {name: ", ".join(sorted(mine, key=int)) for name, mine in sorted(numbers.items())}


def _similar_exam(exam: Exam) -> list[Obstacle]:
    """Return other exams whose FS key differs only in case."""
    others = Exam.objects.exclude(pk=exam.pk).like_keys([exam.key], exam.sandbox_id)
    return [
        Obstacle(
            _("The exam %(key)s has the same FS key as this one, except for upper and lower case.")
            % {"key": ";".join(other.key)},
            reverse("edit-exam", args=[exam.pk]),
            _("Edit exam"),
        )
        for other in others.values()
    ]
