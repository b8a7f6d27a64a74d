"""
Effects of a planner's act on confirmations.

An act compares the committees before and after its writes, in its transaction. `agreed_effects` raises if there is an
effect that the planner has not agreed to, and the transaction is rolled back.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.actions.notifications import Places, notify_locked, notify_voided
from committees.enums import LogAction, Stage
from committees.errors import Refusal, Refused
from committees.models import Committee, Grader, LogEntry, User

People = tuple[User, ...]


@dataclass(frozen=True, slots=True)
class CommitteeState:
    """A committee's confirmations at one time. `graders` and `confirmed` map primary keys to people."""

    committee: Committee
    stage: str
    digest: str
    is_locked: bool
    graders: dict[int, User]
    confirmed: dict[int, User]


@dataclass(frozen=True, slots=True)
class Effect:
    """
    An act's effect on the confirmations of one committee.

    `locked_by`: graders whose confirmations lock it at once; `excused`: those who no longer need to confirm;
    `voided`: those who must confirm again; `removed`, `closed`: those whose confirmations end with their seats or
    accounts; `restored`: those whose confirmations count again. `opens`: a confirmed committee becomes open again.
    """

    committee: Committee
    locked_by: People = ()
    excused: People = ()
    voided: People = ()
    removed: People = ()
    closed: People = ()
    restored: People = ()
    opens: bool = False

    @property
    def sentences(self) -> list[str]:
        """The effect in the active language, one sentence for each group of people."""
        parts = [
            (
                self.locked_by,
                ngettext(
                    "%(committee)s will be confirmed and its grades locked immediately, because "
                    "%(names)s has already confirmed.",
                    "%(committee)s will be confirmed and its grades locked immediately, because "
                    "%(names)s have already confirmed.",
                    len(self.locked_by),
                ),
            ),
            (
                self.excused,
                ngettext(
                    "%(names)s will no longer need to confirm.",
                    "%(names)s will no longer need to confirm.",
                    len(self.excused),
                ),
            ),
            (
                self.voided,
                ngettext(
                    "%(names)s has confirmed %(committee)s and will have to confirm again.",
                    "%(names)s have confirmed %(committee)s and will have to confirm again.",
                    len(self.voided),
                ),
            ),
            (
                self.removed,
                ngettext(
                    "%(names)s has confirmed %(committee)s. That confirmation will be removed.",
                    "%(names)s have confirmed %(committee)s. Those confirmations will be removed.",
                    len(self.removed),
                ),
            ),
            (
                self.closed,
                ngettext(
                    "%(names)s has confirmed %(committee)s. Once the account is closed, that "
                    "confirmation no longer counts.",
                    "%(names)s have confirmed %(committee)s. Once the accounts are closed, those "
                    "confirmations no longer count.",
                    len(self.closed),
                ),
            ),
            (
                self.restored,
                ngettext(
                    "%(names)s confirmed exactly these candidates and grades of %(committee)s earlier. "
                    "That confirmation will count again.",
                    "%(names)s confirmed exactly these candidates and grades of %(committee)s earlier. "
                    "Those confirmations will count again.",
                    len(self.restored),
                ),
            ),
        ]
        sentences = [
            text % {"committee": self.committee, "names": joined(people)} for people, text in parts if people
        ]
        if self.opens:
            sentences.append(
                _("%(committee)s is confirmed now. It will be open for grading again.")
                % {"committee": self.committee}
            )
        return sentences

    @property
    def for_log(self) -> dict[str, Any]:
        """The effect as JSON for a log entry."""
        groups = ("locked_by", "voided", "removed", "restored")
        names = {name: [str(one) for one in people] for name in groups if (people := getattr(self, name))}
        return {"committee": self.committee.number, **names}


class NotAgreed(Refused):
    """Refusal of an act with effects that its planner has not agreed to. `agreement` agrees to exactly these."""

    def __init__(self, effects: Collection[Effect]) -> None:
        super().__init__(Refusal.EFFECTS_NOT_AGREED, effects=" ".join(sentences_of(effects)))
        self.effects = effects
        self.agreement = agreement_to(effects)


def joined(people: Collection[User]) -> str:
    """Return the names, sorted: "Ada", "Ada and Bo", "Ada, Bo and Cy"."""
    *others, last = sorted(str(person) for person in people)
    if not others:
        return last
    return _("%(names)s and %(last)s") % {"names": ", ".join(others), "last": last}


def sentences_of(effects: Collection[Effect]) -> list[str]:
    return [sentence for effect in effects for sentence in effect.sentences]


def agreement_to(effects: Collection[Effect]) -> str:
    """Return a SHA-256 of the effects; "" for none."""
    if not effects:
        return ""
    data = [
        [one.committee.pk, *([person.pk for person in people] for people in _groups(one))] for one in effects
    ]
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()


def _groups(effect: Effect) -> tuple[People, ...]:
    return effect.locked_by, effect.excused, effect.voided, effect.removed, effect.closed, effect.restored


def states_of(committees: Collection[Committee]) -> dict[int, CommitteeState]:
    """Return the states of these locked committees; needs `with_stage()`. One query for any number."""
    graders: dict[int, dict[int, User]] = {one.pk: {} for one in committees}
    confirmed: dict[int, dict[int, User]] = {one.pk: {} for one in committees}
    seats = Grader.objects.with_confirmed().filter(committee__in=list(graders)).select_related("person")
    for seat in seats.order_by("pk"):
        graders[seat.committee_id][seat.person_id] = seat.person
        if seat.has_confirmed:
            confirmed[seat.committee_id][seat.person_id] = seat.person
    return {
        one.pk: CommitteeState(one, one.stage, one.digest, one.is_locked, graders[one.pk], confirmed[one.pk])
        for one in committees
    }


def agreed_effects(before: dict[int, CommitteeState], agreement: str) -> list[Effect]:
    """
    Return the effects on confirmations since `before`, in the same transaction. Two queries for any number.

    Raise Refused if a confirmed committee changed, which only a reopening may do; NotAgreed if `agreement` is not to
    exactly these effects.
    """
    after = states_of(_with_stages(before))
    for pk, old in before.items():
        refuse_change_of_confirmed(old, after[pk])
    effects = [effect for pk, new in after.items() if (effect := effect_between(before[pk], new)) is not None]
    if effects and agreement != agreement_to(effects):
        raise NotAgreed(effects)
    return effects


def refuse_change_of_confirmed(old: CommitteeState, new: CommitteeState) -> None:
    """Raise Refused if the committee was confirmed and its stage, digest or confirmations have changed."""
    if old.is_locked and (old.stage, old.digest, old.confirmed) != (new.stage, new.digest, new.confirmed):
        raise Refused(Refusal.COMMITTEE_CONFIRMED, committee=old.committee)


def effect_between(old: CommitteeState, new: CommitteeState) -> Effect | None:
    """Return the difference in the confirmations of one committee; None if there is none."""
    locks = new.is_locked and not old.is_locked
    no_longer = {pk: person for pk, person in old.confirmed.items() if pk not in new.confirmed}
    restored = {pk: person for pk, person in new.confirmed.items() if pk not in old.confirmed}
    closed = {pk for pk, person in new.graders.items() if not person.is_active}
    waited_for = {pk: person for pk, person in old.graders.items() if pk not in old.confirmed}
    if not (locks or no_longer or restored) or old.stage == new.stage == Stage.TRANSFERRED:
        return None
    return Effect(
        old.committee,
        locked_by=_in_order(new.confirmed) if locks else (),
        excused=_in_order({pk: one for pk, one in waited_for.items() if pk not in restored}) if locks else (),
        voided=_in_order(
            {pk: one for pk, one in no_longer.items() if pk in new.graders and pk not in closed}
        ),
        removed=_in_order({pk: one for pk, one in no_longer.items() if pk not in new.graders}),
        closed=_in_order({pk: one for pk, one in no_longer.items() if pk in closed}),
        restored=_in_order(restored),
        opens=old.is_locked and not new.is_locked,
    )


def effects_of_account(person: User, committees: Collection[Committee], *, is_active: bool) -> list[Effect]:
    """
    Return the effects on confirmations if this person's account is closed or opened. Writes nothing.

    `committees` are those that the person has a seat on, locked and with their stages.
    """
    before = states_of(committees)
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_active=is_active)
        after = states_of(_with_stages(before))
        transaction.set_rollback(True)
    found = [effect_between(before[pk], new) for pk, new in after.items()]
    return [effect for effect in found if effect is not None]


def _with_stages(keys: Iterable[int]) -> list[Committee]:
    committees = Committee.objects.filter(pk__in=list(keys)).order_by("exam_id", "number")
    return list(committees.with_stage().select_related("exam"))


def _in_order(people: dict[int, User]) -> People:
    return tuple(person for _pk, person in sorted(people.items()))


def log_of(effects: Collection[Effect]) -> dict[str, Any]:
    """Return the `effects` of a log entry's details; {} if there are none."""
    return {"effects": [effect.for_log for effect in effects]} if effects else {}


def notify_effects(entry: LogEntry, effects: Collection[Effect]) -> None:
    """Notify the graders whose confirmations an act changed, and the planners if every committee is now confirmed."""
    if locked := {effect.committee.pk for effect in effects if effect.locked_by}:
        notify_locked(entry, locked)
    # These acts have their own notification for everybody who has confirmed.
    if entry.action not in LogAction.of_places():
        voided: Places = {}
        for effect in effects:
            for person in effect.voided:
                voided.setdefault(person.pk, set()).add(effect.committee.pk)
        notify_voided(entry, voided)
