"""
The state of an exam that its log records besides grades: settings, planners, committees, seats, candidates' names.

Acts on the whole exam record it in their log entries (`RECORDED_BY`). `audit.verification` compares each record with
the one before it, and the last one with the tables, to find changes that no act made.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from committees.enums import LogAction
from committees.models import Candidate, Committee, Exam, Grader
from committees.models.exams import KEY_FIELDS

State = dict[str, Any]
"""
JSON: `exam` maps fields to texts, `planners` lists pks, `committees` maps pk to number and name, `seats` maps a
committee's pk to its people's pks, each with whether the seat is external. `people` is a SHA-256 over number, Feide
name and name of every candidate, because the log of an anonymous exam contains no names.
"""

RECORDED_BY = frozenset(
    {
        LogAction.EXAM_CREATED,
        LogAction.EXAM_CHANGED,
        LogAction.FILES_IMPORTED,
        LogAction.CANDIDATES_ADDED,
        LogAction.TRANSFERRED,
        LogAction.EXAM_DELETED,
        LogAction.EXAM_CANCELLED,
        LogAction.EXAM_RESTORED,
        LogAction.HANDED_OVER,
        LogAction.COMMITTEE_DELETED,
        LogAction.COMMITTEE_RESTORED,
        LogAction.CANDIDATES_DELETED,
        LogAction.CANDIDATES_RESTORED,
    }
)
SETTINGS = (
    "name",
    "kind",
    "date",
    "place",
    "deadline",
    "scale",
    "rule",
    "spot_check",
    "early_confirmation",
    "on_behalf",
    "planners_see_grades",
    "transfer_by_committee",
    "is_anonymous",
)
"""What a planner decides about an exam, besides its FS key and planners."""
RECORDED_FIELDS = (*KEY_FIELDS, *SETTINGS, "removal")
PRACTICE_DATES = frozenset({"date", "deadline"})
"""Fields not recorded for practice exams, because `training` moves these dates as days pass."""


def states_of(exams: Collection[int]) -> dict[int, State]:
    """Return the current states of these exams by pk: five queries for any number of exams."""
    planners: dict[int, list[int]] = defaultdict(list)
    committees: dict[int, list[Any]] = defaultdict(list)
    seats: dict[int, list[Any]] = defaultdict(list)
    people: dict[int, list[list[str]]] = defaultdict(list)
    for exam, person in Exam.planners.through._default_manager.filter(exam__in=exams).values_list(
        "exam", "user"
    ):
        planners[exam].append(person)
    for exam, *committee in Committee.objects.filter(exam__in=exams).values_list(
        "exam", "pk", "number", "name"
    ):
        committees[exam].append(committee)
    graders = Grader.objects.filter(committee__exam__in=exams, committee__is_deleted=False).order_by()
    for exam, *seat in graders.values_list("committee__exam", "committee", "person", "is_external"):
        seats[exam].append(seat)
    candidates = Candidate.objects.filter(exam__in=exams).order_by()
    for exam, number, feide_name, name in candidates.values_list("exam", "number", "feide_name", "name"):
        people[exam].append([number, feide_name, name])
    return {
        exam.pk: state_of(
            exam, planners[exam.pk], committees[exam.pk], seats[exam.pk], people_digest(people[exam.pk])
        )
        for exam in Exam.everything.filter(pk__in=exams).order_by()
    }


def state_of(
    exam: Exam, planners: Iterable[int], committees: Iterable[Any], seats: Iterable[Any], people: str
) -> State:
    """
    Return the state made of rows: `committees` are pk, number and name; `seats` are committee, person and whether
    external; `people` is a `people_digest`.
    """
    fields = [field for field in RECORDED_FIELDS if exam.sandbox_id is None or field not in PRACTICE_DATES]
    seated: dict[str, dict[str, bool]] = {}
    for committee, person, is_external in seats:
        seated.setdefault(str(committee), {})[str(person)] = is_external
    return {
        "exam": {field: str(getattr(exam, field)) for field in fields}
        | {"sandbox": str(exam.sandbox_id or "")},
        "planners": sorted(planners),
        "committees": {str(pk): [number, name] for pk, number, name in committees},
        "seats": seated,
        "people": people,
    }


def people_digest(rows: Iterable[Iterable[str]]) -> str:
    """Return the SHA-256 over number, Feide name and name of each candidate, in any order."""
    return _sha256(sorted(map(list, rows)))


def digest_before(exam: Exam) -> str:
    """Return the digest of the exam's current state, for the `before` of an act that changes it."""
    return state_digest(states_of([exam.pk])[exam.pk])


def state_digest(state: State) -> str:
    return _sha256(state)


def _sha256(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def with_logged_changes(
    state: State, action: str, details: dict[str, Any], committee: int | None, new: State
) -> State:
    """
    Return `state` after the changes that an entry names.

    Planners and the name of an added committee come from `new`, the state that the entry records: `details` has
    planners only as text.
    """
    is_change = action in (LogAction.EXAM_CHANGED, LogAction.HANDED_OVER)
    changed = details.get("changed", {}) if is_change else {}
    exam = {
        field: changed[field][1] if field in changed and changed[field][0] == value else value
        for field, value in state["exam"].items()
    }
    committees = dict(state["committees"])
    added = new["committees"].get(str(committee))
    if "committee" in changed and added and str(added[0]) == changed["committee"][1]:
        committees[str(committee)] = added
    planners = new["planners"] if "planners" in changed else state["planners"]
    return state | {"exam": exam, "committees": committees, "planners": planners}


def seated(state: State, committee: int, person: int, is_external: bool | None) -> State:
    """Return `state` with this seat, or without it if `is_external` is None."""
    there = dict(state["seats"].get(str(committee), {}))
    there.pop(str(person), None)
    if is_external is not None:
        there[str(person)] = is_external
    seats = {key: value for key, value in state["seats"].items() if key != str(committee)}
    return state | {"seats": seats | ({str(committee): there} if there else {})}


def differences(logged: State, found: State) -> Iterator[str]:
    """Yield a sentence for each difference between the logged and the found state, without names of people."""
    for field, value in logged["exam"].items():
        if (other := found["exam"].get(field)) != value:
            yield f"its {field} is “{other}”, but “{value}” in the log"
    if logged["planners"] != found["planners"]:
        yield f"its planners are {found['planners']}, but {logged['planners']} in the log"
    for pk in sorted(logged["committees"].keys() | found["committees"].keys(), key=int):
        recorded, there = logged["committees"].get(pk), found["committees"].get(pk)
        if recorded != there:
            yield f"its committee {pk} is {_committee(there)}, but {_committee(recorded)} in the log"
        yield from _seats(pk, logged["seats"].get(pk, {}), found["seats"].get(pk, {}))
    if logged["people"] != found["people"]:
        yield "its candidates' names differ from the log"


def _committee(committee: list[Any] | None) -> str:
    return f"number {committee[0]} “{committee[1]}”" if committee else "missing"


def _seats(committee: str, logged: dict[str, bool], found: dict[str, bool]) -> Iterator[str]:
    for person in sorted(logged.keys() | found.keys(), key=int):
        if person not in found:
            yield f"the seat of person {person} on committee {committee} does not exist"
        elif person not in logged:
            yield f"the seat of person {person} on committee {committee} is not in the log"
        elif logged[person] != found[person]:
            word = "external" if found[person] else "internal"
            yield f"the seat of person {person} on committee {committee} is {word}, but not in the log"
