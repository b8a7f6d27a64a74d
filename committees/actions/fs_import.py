"""
Import of FS's three files: exams, committees, candidates.

`preview_import` returns what an import would do, line by line; `apply_import` checks it under the locks and does it.
"""

from collections import defaultdict
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from committees.actions import exam_state
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
from committees.actions.import_problems import grouped
from committees.actions.log import log
from committees.actions.sheets import renew_digests, write_columns
from committees.actions.transfer import fs_backend
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.locking import lock_committees, lock_exams
from committees.models import Candidate, Committee, Exam, FsImport, Grader, User

LEFT_OUT = 1000
"""Different problems of an import that are kept for its page."""


def keep_import(batch: FsImport) -> FsImport:
    """Save the uploaded files, for the preview."""
    batch.save()
    return batch


def preview_import(batch: FsImport) -> ImportPlan:
    """Return the plan of the import, with its effects on confirmations. Writes nothing."""
    plan = FsImportPlanner(batch).plan()
    plan.effects = effects_of(plan)
    return plan


class StaleImport(Refused):
    """Refusal of an import that would write something different from its preview."""


def apply_import(batch: FsImport, *, shown: str | None = None, agreement: str = "") -> ImportPlan:
    """
    Import the files.

    `shown` is the fingerprint of the previewed plan; None without a preview. Raise StaleImport if the plan has
    changed; NotAgreed if confirmations would change and `agreement` is not to exactly these effects; Refused if the
    files were already imported, or somebody else created the same exam, committee or candidate at the same time.
    """
    try:
        return _apply(batch, shown, agreement)
    except IntegrityError as error:
        raise Refused(Refusal.IMPORT_CONFLICT) from error


@transaction.atomic
def _apply(batch: FsImport, shown: str | None, agreement: str) -> ImportPlan:
    planner = FsImportPlanner(batch)
    exams = planner.exams()
    lock_committees(Committee.objects.filter(exam__in=exams).values_list("pk", flat=True))
    lock_exams(exams)
    batch = FsImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.applied_at:
        raise Refused(Refusal.IMPORT_APPLIED)
    plan = planner.plan()
    if shown is not None and shown != plan.fingerprint:
        raise StaleImport(Refusal.IMPORT_STALE)
    acts = _write(plan, batch, agreement)
    batch.applied_at = timezone.now()
    own = [
        exam.pk for exam in plan.exams.values() if exam.pk in planner.planned or exam.key in plan.new_exams
    ]
    left_out = [[one.file, one.lines, one.sentence] for one in grouped(plan.problems)[:LEFT_OUT]]
    batch.result = {"exams": own, "left_out": left_out, "acts": acts, **plan.counts}
    batch.save(update_fields=["applied_at", "result"])
    sandbox = batch.by.sandbox_id
    files = {"exams": batch.exams, "committees": batch.committees, "candidates": batch.candidates}
    for kind, content in files.items():
        if content:
            transaction.on_commit(partial(_teach_fs, sandbox, kind, bytes(content)))
    return plan


def _teach_fs(sandbox: int | None, kind: str, content: bytes) -> None:
    fs_backend(sandbox).learn(kind, content)


def _write(plan: ImportPlan, batch: FsImport, agreement: str) -> dict[int, tuple[bool, int]]:
    """Write the plan. Return the newest log entry of each changed exam by its pk, with whether the exam is new."""
    by = batch.by
    before = exam_state.states_of([exam.pk for exam in plan.exams.values() if exam.pk])
    states = states_of(committees_touched(plan))
    # Sorted by key, so that two imports of the same new exams can't deadlock.
    Exam.objects.bulk_create(exam for _key, exam in sorted(plan.new_exams.items()))
    planning = Exam.planners.through
    planning._default_manager.bulk_create(planning(exam=exam, user=by) for exam in plan.new_exams.values())
    created = exam_state.states_of([exam.pk for exam in plan.new_exams.values()])
    acts = {}
    for _key, exam in sorted(plan.new_exams.items()):
        entry = log(LogAction.EXAM_CREATED, by=by, exam=exam, key=";".join(exam.key), state=created[exam.pk])
        acts[exam.pk] = (True, entry.pk)
    Exam.objects.bulk_update(plan.changed_exams.values(), ["date", "place", "deadline"], batch_size=200)
    # bulk_create uses the primary keys of the exams created above.
    Committee.objects.bulk_create(plan.new_committees.values())
    write_columns(plan.renamed_committees.values(), "name")
    User.objects.bulk_create(plan.invited.values())
    Grader.objects.bulk_create(plan.new_graders)
    write_columns(plan.changed_graders, "is_external")
    Candidate.objects.bulk_create(plan.new_candidates, batch_size=1000)
    write_columns(plan.changed_candidates, "committee", "feide_name", "name")
    for chunk in in_chunks([candidate.pk for candidate in plan.dropped]):
        Candidate.objects.filter(pk__in=chunk).delete()
    for exam_pk, entry_pk in _renew_and_log(plan, by, before | created, states, agreement).items():
        acts[exam_pk] = (exam_pk in acts, entry_pk)
    return acts


def _renew_and_log(
    plan: ImportPlan,
    by: User,
    before: dict[int, exam_state.State],
    states: dict[int, CommitteeState],
    agreement: str,
) -> dict[int, int]:
    """
    Renew the digests and log the import, with each exam's new state and the digest of its old one.

    Return the log entries by exam.
    """
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
    # Their rows are locked now: support may have closed an account since the plan was made.
    for chunk in in_chunks([person.pk for person in known]):
        if User.objects.filter(pk__in=chunk, is_active=False).exists():
            raise Refused(Refusal.IMPORT_CONFLICT)
    ended_by_exam: dict[int, set[User]] = defaultdict(set)
    for grader in plan.new_graders:
        if grader.person in ended:
            ended_by_exam[grader.committee.exam_id].add(grader.person)
    made: dict[Key, list[str]] = defaultdict(list)
    for key, number in plan.new_committees:
        made[key].append(str(number))
    after, entries = exam_state.states_of([exam.pk for exam in plan.exams.values()]), {}
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
                **_of_older(plan, key),
                before=exam_state.state_digest(before[exam.pk]),
                state=after[exam.pk],
                **log_of(effects[exam.pk]),
                **log_of_ended(sorted(ended_by_exam[exam.pk], key=str)),
            )
            notify_effects(entry, effects[exam.pk])
            entries[exam.pk] = entry.pk
    return entries


def _of_older(plan: ImportPlan, key: Key) -> dict[str, Any]:
    """Return the numbers of the candidates added to and removed from an exam that is not new, for its log entry."""
    if key in plan.new_exams:
        return {}
    added = [one.number for one in plan.new_candidates if one.exam.key == key]
    dropped = [one.number for one in plan.dropped if one.exam.key == key]
    return {"added_candidates": added, "dropped": dropped}
