"""Effects of removing a grader on confirmations, shown before the removal."""

from dataclasses import replace

from committees.actions.effects import Effect, effect_between, states_of
from committees.enums import ConfirmationRule
from committees.models import Committee, Grader


def effects_of_unseating(committee: Committee, grader: Grader) -> list[Effect]:
    """Return the effects on confirmations if this grader is removed. `committee` has its stage. Writes nothing."""
    before = states_of([committee])[committee.pk]
    graders = {pk: one for pk, one in before.graders.items() if pk != grader.person_id}
    confirmed = {pk: one for pk, one in before.confirmed.items() if pk != grader.person_id}
    is_enough = bool(confirmed) and (
        committee.rule == ConfirmationRule.ONE or confirmed.keys() == graders.keys()
    )
    after = replace(before, graders=graders, confirmed=confirmed, is_locked=before.is_locked or is_enough)
    effect = effect_between(before, after)
    return [effect] if effect else []
