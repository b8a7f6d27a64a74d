"""Copies of an exam's committees and graders for a new exam."""

from typing import Any

from committees.actions.sheets import renew_digest
from committees.locking import refuse_former_planner
from committees.models import Committee, Exam, Grader, User


def copy_committees(like: Exam, *, to: Exam, by: User) -> list[Grader]:
    """Copy committees and seats, in the transaction that creates `to`. Return the new seats; raise Refused if `by`
    no longer plans `like`."""
    refuse_former_planner(like, by)
    seats = []
    for old in like.committees.order_by("number"):
        committee = Committee.objects.create(exam=to, number=old.number, name=old.name)
        renew_digest(committee)
        seats += [
            Grader(committee=committee, person=seat.person, is_external=seat.is_external)
            for seat in old.graders.filter(person__is_active=True).select_related("person").order_by("pk")
        ]
    return Grader.objects.bulk_create(seats)


def log_of_copy(like: Exam | None, exam: Exam, seats: list[Grader]) -> dict[str, Any]:
    """Return the details of the log entry about the copy; {} without one. As in an import, `seats` are pks."""
    if like is None:
        return {}
    return {
        "like": ";".join(like.key),
        "committees": [
            str(number) for number in exam.committees.order_by("number").values_list("number", flat=True)
        ],
        "seated": [f"{seat.person.feide_name or seat.person} → {seat.committee.number}" for seat in seats],
        "seats": [[seat.committee_id, seat.person_id] for seat in seats],
    }
