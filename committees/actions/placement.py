"""Moving candidates between committees."""

from collections.abc import Collection, Iterable, Mapping
from itertools import repeat

from django.db import transaction
from django.db.models import Q

from committees.actions.effects import agreed_effects, log_of, notify_effects, states_of
from committees.actions.log import log
from committees.actions.sheets import renew_digest, write_columns
from committees.actions.versions import refuse_stale_candidates
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.locking import lock_exam, refuse_former_planner
from committees.models import Candidate, Committee, Exam, User


@transaction.atomic
def place_candidates(
    exam: Exam,
    places: Mapping[int, int | None],
    *,
    by: User,
    seen: Collection[int] | None = None,
    since: int | None = None,
    agreement: str = "",
) -> int:
    """
    Move candidates with their grades: `places` maps their pks to those of committees, None for no committee. Return
    how many were moved.

    `seen` are the committees that may change, None for any; `since` is the newest log entry of the exam that the list
    showed, None without a list. Raise StaleList if one of the candidates was moved after it; Refused if one is in
    another committee than those seen, or if a committee that would lose or gain candidates is confirmed; NotAgreed if
    confirmations would change and `agreement` is not to exactly these effects.
    """
    # Lock all committees, although few are changed: see note_attendances.
    exam, locked = lock_exam(exam)
    refuse_former_planner(exam, by)
    committees = {committee.pk: committee for committee in locked}
    chosen = list(exam.candidates.filter(pk__in=places).select_related("committee"))
    if since is not None:
        refuse_stale_candidates(exam, chosen, LogAction.of_places(), since)
    moving = [one for one in chosen if one.committee_id != places[one.pk]]
    touched = {pk for one in moving for pk in (places[one.pk], one.committee_id) if pk}
    if seen is not None and not touched <= set(seen):
        raise Refused(Refusal.CANDIDATES_MOVED)
    if not moving:
        return 0
    affected = [committees[pk] for pk in sorted(touched)]
    refuse_locked(affected)
    states = states_of(affected)
    changes = {}
    for candidate in moving:
        to = committees.get(places[candidate.pk] or 0)
        changes[candidate.number] = [
            str(candidate.committee.number) if candidate.committee else "",
            str(to.number) if to else "",
        ]
        candidate.committee = to
    write_columns(moving, "committee")
    for committee in affected:
        renew_digest(committee)
    effects = agreed_effects(states, agreement)
    entry = log(LogAction.CANDIDATES_MOVED, by=by, exam=exam, changes=changes, **log_of(effects))
    notify_effects(entry, effects)
    return len(moving)


def refuse_locked(committees: Iterable[Committee]) -> None:
    """Raise Refused if one of these committees, which would lose or gain candidates, is confirmed."""
    for committee in committees:
        if committee.is_locked:
            raise Refused(Refusal.CANDIDATES_CONFIRMED, committee=committee)


@transaction.atomic
def split_evenly(
    exam: Exam, committees: Collection[Committee], *, everybody: bool, by: User, agreement: str = ""
) -> int:
    """
    Put the candidates without a committee on these committees, in numbers as equal as possible.

    With `everybody`, the candidates of these committees are split again too. Each committee gets consecutive numbers.
    Return how many were moved. Raise Refused without candidates or committees; otherwise like `place_candidates`.
    """
    exam, _locked = lock_exam(exam)
    chosen = sorted(committees, key=lambda committee: committee.number)
    without, on_these = Q(committee=None), Q(committee__in=chosen)
    rows = list(exam.candidates.filter(without | on_these if everybody else without).by_number())
    if not rows or not chosen:
        raise Refused(Refusal.NOTHING_TO_SPLIT)
    counts = [0 if everybody else committee.candidates.count() for committee in chosen]
    shares = _shares(len(rows), counts)
    targets = [
        pk for committee, share in zip(chosen, shares, strict=True) for pk in repeat(committee.pk, share)
    ]
    places = {candidate.pk: pk for candidate, pk in zip(rows, targets, strict=True)}
    return place_candidates(exam, places, by=by, agreement=agreement)


def _shares(candidates: int, counts: list[int]) -> list[int]:
    """Return how many of the candidates each committee gets, if they have `counts` now: the smallest is filled first."""
    shares = [0] * len(counts)
    for _candidate in range(candidates):
        smallest = min(range(len(counts)), key=lambda place: counts[place] + shares[place])
        shares[smallest] += 1
    return shares


def candidates_in(
    candidates: Iterable[Candidate], ranges: Collection[range]
) -> tuple[list[Candidate], range | None]:
    """Return the candidates whose numbers are in the ranges, and the first range without any."""
    by_range = {one: [each for each in candidates if int(each.number) in one] for one in ranges}
    missing = next((one for one, found in by_range.items() if not found), None)
    return list({each.pk: each for found in by_range.values() for each in found}.values()), missing
