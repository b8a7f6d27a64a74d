"""
Importing FS's three files: exams, committees, candidates.

`preview_import` says line by line what an import would do; `apply_import` looks again under the locks and does just that.
"""

from collections import defaultdict
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.actions import Refused, exam_state, lock_committees, lock_exams, log
from committees.actions.accounts import end_support_passwords, log_of_ended
from committees.actions.effects import (
    CommitteeState,
    Effect,
    agreed_effects,
    log_of,
    notify_effects,
    states_of,
)
from committees.actions.import_effects import committees_touched, effects_of
from committees.actions.import_plan import ImportPlan, Key, in_chunks
from committees.actions.import_planner import FsImportPlanner
from committees.actions.sheets import renew_digests, write_columns
from committees.actions.transfer import fs_backend
from committees.enums import LogAction
from committees.models import Candidate, Committee, Exam, FsImport, Grader, User


def keep_import(batch: FsImport) -> FsImport:
    """Keep the files that a planner gave, for preview. Nothing of the grading is touched yet."""
    batch.save()
    return batch


def preview_import(batch: FsImport) -> ImportPlan:
    """What applying `batch` now would do, and its effects on confirmations. Writes nothing."""
    plan = FsImportPlanner(batch).plan()
    plan.effects = effects_of(plan)
    return plan


class StaleImport(Refused):
    """The import would write something else than its preview showed."""


def apply_import(batch: FsImport, *, shown: str | None = None, agreement: str = "") -> ImportPlan:
    """
    Do what the preview says.

    `shown` is the fingerprint of the plan that the preview showed; None for a caller without a preview. Raises
    StaleImport when the plan is another by now; NotAgreed when confirmations would change and `agreement` is not that to
    just these effects; Refused when these files were imported already, or somebody else made the same exam, committee or
    candidate at the same moment.
    """
    try:
        return _apply(batch, shown, agreement)
    except IntegrityError as error:
        raise Refused(
            _("Somebody else imported or changed the same exam just now. Look at the rehearsal again.")
        ) from error


@transaction.atomic
def _apply(batch: FsImport, shown: str | None, agreement: str) -> ImportPlan:
    planner = FsImportPlanner(batch)
    exams = planner.exams()
    lock_committees(Committee.objects.filter(exam__in=exams).values_list("pk", flat=True))
    lock_exams(exams)
    batch = FsImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.applied_at:
        raise Refused(_("These files were imported already."))
    plan = planner.plan()
    if shown is not None and shown != plan.fingerprint:
        raise StaleImport(
            _(
                "Something changed after you opened this preview, so nothing was imported. Check the "
                "new preview, and import again."
            )
        )
    _write(plan, batch, agreement)
    batch.applied_at = timezone.now()
    batch.save(update_fields=["applied_at"])
    sandbox = batch.by.sandbox_id
    files = {"exams": batch.exams, "committees": batch.committees, "candidates": batch.candidates}
    for kind, content in files.items():
        if content:
            transaction.on_commit(partial(_teach_fs, sandbox, kind, bytes(content)))
    return plan


def _teach_fs(sandbox: int | None, kind: str, content: bytes) -> None:
    fs_backend(sandbox).learn(kind, content)


def _write(plan: ImportPlan, batch: FsImport, agreement: str) -> None:
    by = batch.by
    before = exam_state.states_of([exam.pk for exam in plan.exams.values() if exam.pk])
    states = states_of(committees_touched(plan))
    # In the order of their keys: two imports of the same new exams wait for one another instead of each for the other.
    Exam.objects.bulk_create(exam for _key, exam in sorted(plan.new_exams.items()))
    planning = Exam.planners.through
    planning._default_manager.bulk_create(planning(exam=exam, user=by) for exam in plan.new_exams.values())
    created = exam_state.states_of([exam.pk for exam in plan.new_exams.values()])
    for _key, exam in sorted(plan.new_exams.items()):
        log(LogAction.EXAM_CREATED, by=by, exam=exam, key=";".join(exam.key), state=created[exam.pk])
    Exam.objects.bulk_update(plan.changed_exams.values(), ["date", "place", "deadline"], batch_size=200)
    # Saving takes over the keys of what was saved above.
    Committee.objects.bulk_create(plan.new_committees.values())
    write_columns(plan.renamed_committees.values(), "name")
    User.objects.bulk_create(plan.invited.values())
    Grader.objects.bulk_create(plan.new_graders)
    write_columns(plan.changed_graders, "is_external")
    Candidate.objects.bulk_create(plan.new_candidates, batch_size=1000)
    write_columns(plan.changed_candidates, "committee", "feide_name", "name")
    for chunk in in_chunks([candidate.pk for candidate in plan.dropped]):
        Candidate.objects.filter(pk__in=chunk).delete()
    _renew_and_log(plan, by, before | created, states, agreement)


def _renew_and_log(
    plan: ImportPlan,
    by: User,
    before: dict[int, exam_state.State],
    states: dict[int, CommitteeState],
    agreement: str,
) -> None:
    """Renew the digests and log the import, with each exam's state after it and the digest of that before it."""
    seated: dict[Key, list[str]] = defaultdict(list)
    seats: dict[Key, list[list[int]]] = defaultdict(list)
    for grader in plan.new_graders:
        seats[grader.committee.exam.key].append([grader.committee.pk, grader.person.pk])
        seated[grader.committee.exam.key].append(f"{grader.person.feide_name} → {grader.committee.number}")
    touched = {
        (key, number) for key, moves in plan.moves.items() for change in moves.values() for number in change
    }
    renew_digests(
        [
            committee
            for (key, number), committee in plan.committees.items()
            if (key, str(number)) in touched or not committee.digest
        ]
    )
    effects: dict[int, list[Effect]] = defaultdict(list)
    for effect in agreed_effects(states, agreement):
        effects[effect.committee.exam_id].append(effect)
    known = {one.person for one in plan.new_graders if one.person.feide_name not in plan.invited}
    ended = {person for chunk in in_chunks(known) for person in end_support_passwords(chunk, by=by)}
    ended_by_exam: dict[int, set[User]] = defaultdict(set)
    for grader in plan.new_graders:
        if grader.person in ended:
            ended_by_exam[grader.committee.exam_id].add(grader.person)
    made: dict[Key, list[str]] = defaultdict(list)
    for key, number in plan.new_committees:
        made[key].append(str(number))
    after = exam_state.states_of([exam.pk for exam in plan.exams.values()])
    for key, exam in plan.exams.items():
        committees = made[key]
        changed, renamed = plan.changed[key], plan.renamed_people[key]
        if plan.moves[key] or seated[key] or committees or changed or renamed:
            entry = log(
                LogAction.FILES_IMPORTED,
                by=by,
                exam=exam,
                changes=plan.moves[key],
                seated=seated[key],
                seats=seats[key],
                committees=committees,
                changed=changed,
                renamed_people=renamed,
                before=exam_state.state_digest(before[exam.pk]),
                state=after[exam.pk],
                **log_of(effects[exam.pk]),
                **log_of_ended(sorted(ended_by_exam[exam.pk], key=str)),
            )
            notify_effects(entry, effects[exam.pk])
