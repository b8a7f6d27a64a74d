"""
Warnings about an import: unknown terms, people with several candidate numbers, graders among the candidates, committees
that only candidates have.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from committees.actions.import_plan import ImportPlan, Key, Problem
from committees.enums import Term
from committees.models import Candidate, Exam, Grader


def warnings_about_terms(plan: ImportPlan, lines: Iterable[tuple[int, Key]]) -> list[Problem]:
    """Return a warning for each new exam whose term no exam has yet; `lines` are the number and key of each exam line."""
    terms = {
        key: exam.vurdtidkode for key, exam in plan.new_exams.items() if exam.vurdtidkode not in Term.values
    }
    if not terms:
        return []
    used = Exam.everything.filter(vurdtidkode__in=set(terms.values())).values_list("vurdtidkode", flat=True)
    known = set(used.order_by().distinct())
    sentence = _("The term of %(exam)s is “%(term)s”, which no other exam has. Is it spelled right?")
    return [
        Problem("exams", line, sentence % {"exam": plan.exams[key].emnekode, "term": terms[key]})
        for line, key in lines
        if key in terms and terms[key] not in known
    ]


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


def warnings_about_committees(
    plan: ImportPlan, seated: Iterable[Grader], lines: Iterable[tuple[int, Key, str]]
) -> list[Problem]:
    """
    Return warnings about new committees without graders, in exams whose other committees have graders.

    `seated` are the existing seats; `lines` are the number, key and committee (or "") of each candidate line.
    """
    exams = {one.committee.exam.key for one in plan.new_graders}
    committees = {one.pk: one.exam.key for one in plan.committees.values() if one.pk}
    exams |= {committees[one.committee_id] for one in seated}
    staffed = {(one.committee.exam.key, one.committee.number) for one in plan.new_graders}
    empty = {place for place in plan.new_committees if place[0] in exams and place not in staffed}
    found = []
    for line, key, number in lines:
        if number and (place := (key, int(number))) in empty:
            empty.remove(place)
            sentence = _(
                "%(exam)s has no %(committee)s. It will be added without graders. Is the number of the committee wrong?"
            )
            params = {"exam": plan.exams[key].emnekode, "committee": plan.committees[place]}
            found.append(Problem("candidates", line, sentence % params))
    return found
