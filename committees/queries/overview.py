from collections.abc import Iterable

from committees.models import Committee, Grader

Part = tuple[Committee, list[Grader]]
"""A committee with its stage, and its graders."""


def graders_without_email(parts: Iterable[Part]) -> list[Grader]:
    """Return one seat of each person without an e-mail address."""
    seats = {grader.person_id: grader for _committee, graders in parts for grader in graders}
    return [grader for grader in seats.values() if not grader.person.email and grader.person.is_active]


def parts_of(exam_pks: list[int]) -> dict[int, list[Part]]:
    """Return the committees of these exams, each with its stage and graders, by exam. Two queries."""
    graders: dict[int, list[Grader]] = {}
    for grader in (
        Grader.objects.with_confirmed().filter(committee__exam__in=exam_pks).select_related("person")
    ):
        graders.setdefault(grader.committee_id, []).append(grader)
    committees: dict[int, list[Part]] = {}
    rows = Committee.objects.with_stage().filter(exam__in=exam_pks).select_related("exam").order_by("number")
    for committee in rows:
        committees.setdefault(committee.exam_id, []).append((committee, graders.get(committee.pk, [])))
    return committees
