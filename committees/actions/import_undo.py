"""
Undo of an import of FS's files, for each of its exams in which nothing happened since.

An exam that the import made is deleted; from an older one, what the import added is removed again. Each step has its
own log entry, and can be undone itself.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.actions.deleting import delete_candidates, delete_committee, delete_imported
from committees.actions.placement import place_candidates
from committees.actions.planning import change_exam, unseat_grader
from committees.enums import ExamRemoval
from committees.errors import Refusal, Refused
from committees.locking import is_active_planner, lock_committees, lock_exams
from committees.models import Committee, Confirmation, Exam, FsImport, Grader, LogEntry, User

DATES = ("date", "deadline")


@dataclass(slots=True)
class ImportUndo:
    """
    The exams of an import: those it made, which are deleted; older ones, whose additions are removed; and those that
    stay as they are. `kept` and `remaining` have the code of each exam with a sentence: why it stays, and what can't
    be taken back in it.
    """

    made: list[Exam] = field(default_factory=list)
    older: list[Exam] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    remaining: list[tuple[str, str]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """The exams that are changed, as text, to compare with those that a page showed."""
        return ";".join(",".join(str(exam.pk) for exam in exams) for exams in (self.made, self.older))


def plan_undo(batch: FsImport, *, by: User) -> ImportUndo:
    """Return what undoing the import would do. May raise Refused, if it was not applied or was undone already."""
    if not batch.applied_at:
        raise Refused(Refusal.NOT_UNDOABLE)
    if batch.undone_at:
        raise Refused(Refusal.UNDONE_ALREADY)
    plan, acts = ImportUndo(), _acts_of(batch)
    used = _used_since(batch, acts)
    entries = LogEntry.objects.in_bulk([entry for _is_new, entry in acts.values()])
    for exam in Exam.everything.filter(pk__in=acts).order_by("emnekode", "pk"):
        is_new, entry = acts[exam.pk]
        if reason := _reason_to_keep(exam, by, is_used=exam.pk in used, is_new=is_new):
            plan.kept.append((exam.emnekode, reason))
        elif is_new:
            plan.made.append(exam)
        else:
            plan.older.append(exam)
            plan.remaining += [(exam.emnekode, one) for one in _remaining(entries[entry])]
    return plan


def _acts_of(batch: FsImport) -> dict[int, tuple[bool, int]]:
    """Return the newest log entry of the import by exam, with whether it made the exam."""
    return {int(exam): (is_new, entry) for exam, (is_new, entry) in batch.result.get("acts", {}).items()}


def _used_since(batch: FsImport, acts: dict[int, tuple[bool, int]]) -> set[int]:
    """Return the exams with a later log entry, except for those of later imports that were undone. Two queries."""
    later = FsImport.objects.filter(undone_at__isnull=False, applied_at__gt=batch.applied_at)
    undone = [result["undone"] for result in later.values_list("result", flat=True)]
    oldest = min((entry for _is_new, entry in acts.values()), default=0)
    entries = LogEntry.objects.filter(exam__in=acts, pk__gt=oldest).order_by().values_list("exam", "pk")
    return {
        exam
        for exam, pk in entries
        if pk > acts[exam][1]
        and not any(first <= pk <= last for one in undone for first, last in [one.get(str(exam), (1, 0))])
    }


def _reason_to_keep(exam: Exam, by: User, *, is_used: bool, is_new: bool) -> str:
    """Return why the exam stays as it is, "" if it does not."""
    if exam.removal == ExamRemoval.DELETED:
        return str(Refused(Refusal.EXAM_DELETED, exam=exam).sentence)
    if not is_active_planner(exam, by):
        return str(Refused(Refusal.NOT_PLANNER).sentence)
    if is_used:
        return _("This exam has been changed since the import. See its log for details.")
    if not is_new and Confirmation.objects.filter(grader__committee__exam=exam).exists():
        return _("A grader has confirmed grades in this exam. Make the changes on its page.")
    return ""


def _remaining(entry: LogEntry) -> list[str]:
    """Return sentences about what can't be taken back of an import into an older exam."""
    details, found = entry.details, []
    if dropped := details.get("dropped"):
        found.append(
            _("Candidates that the import removed: %(numbers)s. Add them again.")
            % {"numbers": ", ".join(dropped)}
        )
    if details.get("renamed_people"):
        found.append(_("Names of candidates."))
    if any(name.split()[0] in ("committee", "external:") for name in details.get("changed", {})):
        found.append(_("Names of committees, and who is an external grader."))
    return found


@transaction.atomic
def undo_import(batch: FsImport, *, by: User, shown: str | None = None) -> ImportUndo:
    """
    Undo the import in each exam where nothing happened since. Return what was done and what stays.

    `shown` is the fingerprint of the plan that a page showed; None without a page. May raise Refused if that has changed,
    if nothing can be undone, or like `plan_undo`.
    """
    exams = list(_acts_of(batch))
    lock_committees(Committee.objects.filter(exam__in=exams).values_list("pk", flat=True))
    lock_exams(exams)
    batch = FsImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    plan, acts = plan_undo(batch, by=by), _acts_of(batch)
    if shown is not None and shown != plan.fingerprint:
        raise Refused(Refusal.IMPORT_UNDO_STALE)
    if not plan.made and not plan.older:
        raise Refused(Refusal.IMPORT_USED)
    delete_imported(plan.made, by=by, undoes={exam.pk: acts[exam.pk][1] for exam in plan.made})
    for exam in plan.older:
        _take_back(exam, LogEntry.objects.get(pk=acts[exam.pk][1]), by)
    batch.undone_at = timezone.now()
    ends = dict(LogEntry.objects.filter(exam__in=acts).order_by().values_list("exam").annotate(Max("pk")))
    undone = {exam.pk: (acts[exam.pk][1], ends[exam.pk]) for exam in plan.older}
    batch.result |= {"kept": plan.kept, "remaining": plan.remaining, "undone": undone}
    batch.save(update_fields=["undone_at", "result"])
    return plan


def _take_back(exam: Exam, entry: LogEntry, by: User) -> None:
    """Remove what the import added to an older exam: candidates, places, seats, committees; and restore its dates."""
    details = entry.details
    added, dropped = set(details.get("added_candidates", [])), set(details.get("dropped", []))
    if candidates := list(exam.candidates.filter(number__in=added)):
        delete_candidates(candidates, exam=exam, by=by)
    _move_back(exam, {n: old for n, (old, _new) in entry.changes.items() if n not in added | dropped}, by)
    made = set(map(int, details["committees"]))
    for committee, person in details["seats"]:
        for grader in Grader.objects.filter(committee=committee, person=person).exclude(
            committee__number__in=made
        ):
            unseat_grader(grader, by=by)
    for one in exam.committees.filter(number__in=made):
        delete_committee(one, by=by)
    _restore_fields(exam, details["changed"], by)


def _move_back(exam: Exam, places: dict[str, str], by: User) -> None:
    committees = {str(number): pk for pk, number in exam.committees.values_list("pk", "number")}
    moved = exam.candidates.filter(number__in=places)
    if moved:
        place_candidates(exam, {one.pk: committees.get(places[one.number]) for one in moved}, by=by)


def _restore_fields(exam: Exam, changed: dict[str, list[str]], by: User) -> None:
    old = {name: changed[name][0] for name in (*DATES, "place") if name in changed}
    if not old:
        return
    current = Exam.objects.get(pk=exam.pk)
    for name, value in old.items():
        setattr(current, name, date.fromisoformat(value) if name in DATES else value)
    change_exam(current, planners=exam.planners.all(), by=by)
