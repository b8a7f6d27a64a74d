"""Warnings about an import: people with several candidate numbers, graders among the candidates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from committees.actions.import_plan import ImportPlan, Key, Problem
from committees.models import Candidate, Grader


def warnings_about_people(
    plan: ImportPlan,
    known: Iterable[Candidate],
    seated: Iterable[Grader],
    lines: Mapping[tuple[Key, str], int],
) -> list[Problem]:
    """
    Return warnings about people with several numbers on an exam, and about graders of an exam among its candidates.

    `known` and `seated` are the existing candidates and seats; `lines` maps candidates to line numbers of the file.
    """
    dropped = {one.pk for one in plan.dropped}
    numbers: dict[tuple[Key, str], list[str]] = defaultdict(list)
    for candidate in (*(one for one in known if one.pk not in dropped), *plan.new_candidates):
        if candidate.feide_name:
            numbers[candidate.exam.key, candidate.feide_name].append(candidate.number)
    committees = {one.pk: one.exam.key for one in plan.committees.values() if one.pk}
    graders = {(committees[one.committee_id], one.person.feide_name) for one in seated}
    graders |= {(one.committee.exam.key, one.person.feide_name) for one in plan.new_graders}
    found = []
    for (key, name), mine in numbers.items():
        line = min((lines[key, number] for number in mine if (key, number) in lines), default=0)
        params = {
            "name": name,
            "exam": plan.exams[key].emnekode,
            "numbers": ", ".join(sorted(mine, key=int)),
        }
        if len(mine) > 1:
            sentence = _("%(name)s has several candidate numbers in %(exam)s: %(numbers)s.")
            found.append(Problem("candidates", line, sentence % params))
        if (key, name) in graders:
            sentence = _("%(name)s is both a grader and a candidate (%(numbers)s) in %(exam)s.")
            found.append(Problem("candidates", line, sentence % params))
    return sorted(found, key=lambda one: one.line)
