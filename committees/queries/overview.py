from committees.models import Committee, Grader

Part = tuple[Committee, list[Grader]]
"""A committee with its stage, and its graders."""


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
