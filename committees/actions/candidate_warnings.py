"""Warnings about a list of candidates: people with several candidate numbers, graders among the candidates."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from committees.files.candidate_list import Problem
from committees.models import Candidate, Exam, Grader


def warnings_about_candidates(
    exam: Exam, candidates: Iterable[Candidate], changed: Collection[Candidate], lines: Mapping[str, int]
) -> list[Problem]:
    """
    Return warnings about the `changed` ones of these candidates, by line: other numbers with the same Feide name, or
    with the same name if a Feide name is missing; seats on the exam's committees. One query.
    """
    same: dict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        for key in _keys(candidate):
            same[key].append(candidate)
    names = {one.feide_name for one in changed if one.feide_name}
    seats = Grader.objects.filter(committee__exam=exam, person__feide_name__in=names)
    graders = set(seats.values_list("person__feide_name", flat=True)) if names else set()
    found, numbers_named = [], set()
    for one in changed:
        others = {other.number for key in _keys(one) for other in same[key] if _may_be_same(one, other)}
        numbers = tuple(sorted({one.number, *others}, key=int))
        params = {"name": one.person, "numbers": ", ".join(numbers)}
        if others and numbers not in numbers_named:
            numbers_named.add(numbers)
            sentence = _("%(name)s has several candidate numbers: %(numbers)s.") % params
            found.append(Problem(lines.get(one.number, 0), sentence))
        if one.feide_name in graders:
            sentence = _("%(name)s is both a grader and a candidate (%(numbers)s).") % params
            found.append(Problem(lines.get(one.number, 0), sentence))
    return sorted(found, key=lambda one: one.line)


def _keys(candidate: Candidate) -> set[str]:
    return {candidate.feide_name, candidate.name.casefold()} - {""}


def _may_be_same(one: Candidate, other: Candidate) -> bool:
    """Return whether two candidates with the same name or Feide name may be one person."""
    if one.number == other.number:
        return False
    return not (one.feide_name and other.feide_name) or one.feide_name == other.feide_name
