"""People that a planner can add as graders."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from committees.models import Committee, Exam, Grader, User

SHOWN_AT_MOST = 20
SHORTEST_PART = 2
"""Letters from which a part of a name is searched for."""


def people_like(text: str, sandbox: int | None) -> list[User]:
    """
    Return the open accounts with `text` in name, address or Feide name, by name, at most `SHOWN_AT_MOST`.

    Parts find only graders and planners, because students have accounts too; a whole Feide name or address finds anyone.
    """
    text = text.strip()
    if not text:
        return []
    wanted = Q(pk__in=User.known_as(text, sandbox).order_by().values("pk"))
    if len(text) >= SHORTEST_PART:
        part = Q(name__icontains=text) | Q(email__icontains=text) | Q(feide_name__icontains=text)
        wanted |= part & _has_role()
    people = User.objects.filter(wanted, sandbox=sandbox, is_active=True)
    return list(people.order_by("name", "pk")[:SHOWN_AT_MOST])


def roles_elsewhere(people: Collection[User], committee: Committee) -> dict[int, bool]:
    """
    Return whether these people are external graders (by pk) where they have seats: on other committees of the exam, or
    else the newest at its institution. People without such a seat are left out. One query.
    """
    exam = committee.exam
    seats = Grader.objects.current().filter(
        person__in=people,
        committee__exam__institusjonsnr=exam.institusjonsnr,
        committee__exam__sandbox=exam.sandbox_id,
    )
    rows = seats.order_by("pk").values_list("committee__exam", "pk", "person", "is_external")
    ordered = sorted(rows, key=lambda row: (row[0] == exam.pk, row[1]))
    return {person: is_external for _exam, _pk, person, is_external in ordered}


def _has_role() -> Q:
    seats = Grader.objects.filter(person=OuterRef("pk"))
    planned = Exam.planners.through._default_manager.filter(user=OuterRef("pk"))
    return Q(is_planner=True) | Q(Exists(seats)) | Q(Exists(planned))
