"""People that a planner can add as graders."""

from django.db.models import Exists, OuterRef, Q

from committees.models import Exam, Grader, User

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


def _has_role() -> Q:
    seats = Grader.objects.filter(person=OuterRef("pk"))
    planned = Exam.planners.through._default_manager.filter(user=OuterRef("pk"))
    return Q(is_planner=True) | Q(Exists(seats)) | Q(Exists(planned))
