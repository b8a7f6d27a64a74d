"""Effects of an import on confirmations, for its preview."""

from collections import Counter, defaultdict
from copy import copy
from dataclasses import dataclass

from committees.actions.effects import CommitteeState, Effect, effect_between, states_of
from committees.actions.import_plan import ImportPlan
from committees.actions.sheets import digest_over
from committees.models import Candidate, Committee, Confirmation

Row = tuple[str, str]  # candidate number and grade


def committees_touched(plan: ImportPlan) -> list[Committee]:
    """Return the existing committees whose candidates or graders the import changes, with their stages."""
    moved = {
        (key, number) for key, moves in plan.moves.items() for change in moves.values() for number in change
    }
    seated = {seat.committee.pk for seat in plan.new_graders}
    return [
        one
        for (key, number), one in plan.committees.items()
        if one.pk and ((key, str(number)) in moved or one.pk in seated)
    ]


def effects_of(plan: ImportPlan) -> list[Effect]:
    """Return the effects of the plan on confirmations, in the order of `agreed_effects`."""
    committees = committees_touched(plan)
    before = states_of(committees)
    rows = _rows_after(plan, committees)
    stored = _confirmations(committees)
    new_seats = Counter(seat.committee.pk for seat in plan.new_graders)
    found = []
    for committee in sorted(committees, key=lambda one: (one.exam_id, one.number)):
        old = before[committee.pk]
        place = (committee.exam.key, str(committee.number))
        new = _state_after(old, rows[place], stored[committee.pk], new_seats[committee.pk])
        if effect := effect_between(old, new):
            found.append(effect)
    return found


@dataclass(frozen=True, slots=True)
class _StoredConfirmation:
    """A grader's confirmation of any version of a committee's grade sheet."""

    person: int
    is_active: bool
    planner: int | None
    digest: str
    round: int


def _confirmations(committees: list[Committee]) -> dict[int, list[_StoredConfirmation]]:
    found: dict[int, list[_StoredConfirmation]] = defaultdict(list)
    columns = (
        "grader__committee",
        "grader__person",
        "grader__person__is_active",
        "planner",
        "digest",
        "round",
    )
    for committee, *stored in Confirmation.objects.filter(grader__committee__in=committees).values_list(
        *columns
    ):
        found[committee].append(_StoredConfirmation(*stored))
    return found


def _rows_after(
    plan: ImportPlan, committees: list[Committee]
) -> dict[tuple[tuple[str, ...], str], list[Row]]:
    """Return the candidates and grades after the import, by the exam's key and the committee's number."""
    keys = {one.exam_id: one.exam.key for one in committees}
    after: dict[tuple[tuple[str, ...], str], list[Row]] = defaultdict(list)
    here = defaultdict(set)
    columns = ("exam", "number", "committee__number", "grade")
    for exam, number, on, grade in Candidate.objects.filter(exam__in=keys).order_by().values_list(*columns):
        key = keys[exam]
        here[key].add(number)
        _old, place = plan.moves.get(key, {}).get(number, ("", "" if on is None else str(on)))
        after[key, place].append((number, grade))
    for key in keys.values():
        for number, (_old, place) in plan.moves.get(key, {}).items():
            if number not in here[key]:
                after[key, place].append((number, ""))
    return after


def _state_after(
    old: CommitteeState, rows: list[Row], stored: list[_StoredConfirmation], new_seats: int
) -> CommitteeState:
    """Return the committee's state with these candidates and `new_seats` more graders without confirmations."""
    committee = copy(old.committee)
    committee.digest = digest_over(committee, rows)
    matching = [one for one in stored if (one.digest, one.round) == (committee.digest, committee.round)]
    confirmed = {one.person: old.graders[one.person] for one in matching if one.is_active or one.planner}
    committee.candidate_count, committee.graded_count = len(rows), sum(grade != "" for _n, grade in rows)
    committee.seat_count += new_seats
    committee.valid_count, committee.matching_count = len(confirmed), len(matching)
    return CommitteeState(
        committee, committee.stage, committee.digest, committee.is_locked, old.graders, confirmed
    )
