"""What planners do before and around the grading: exams, committees, seats, candidates, nudges."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.actions import Refused, lock_committee, lock_exam, log, refuse_former_planner
from committees.actions.notices import tell_if_ready
from committees.actions.sheets import renew_digest
from committees.enums import Verb
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User
from committees.models.exams import KEY_FIELDS, default_deadline
from committees.models.people import as_feide_name

NUDGE_PAUSE = timedelta(hours=1)
SETTINGS = ("name", "kind", "date", "place", "deadline", "scale", "rule", "is_anonymous")


@transaction.atomic
def create_exam(exam: Exam, *, planners: Iterable[User], by: User) -> Exam:
    """
    Set up a placeholder exam, in the world of who creates it, who is one of its planners.

    Raises Refused when FS's key is taken, or a planner is of another world.
    """
    planners = {*planners, by}
    exam.world_id = by.world_id
    _refuse_strangers(exam, planners)
    _refuse_similar_key(exam)
    exam.deadline = exam.deadline or default_deadline(exam.date)
    try:
        with transaction.atomic():
            exam.save()
    except IntegrityError as error:
        raise Refused(_("There is an exam with this FS key already.")) from error
    exam.planners.set(planners)
    log(Verb.EXAM_CREATED, by=by, exam=exam, key=";".join(exam.key))
    return exam


@transaction.atomic
def change_exam(exam: Exam, *, planners: Iterable[User], by: User) -> Exam:
    """
    Write the exam as the planner edited it, with its planners.

    Raises Refused for what graders or FS already rely on: the scale once a grade is set, the rule of confirmation
    once a committee is confirmed, FS's key once grades went to FS or when it is taken, an exam without any planner or
    with one of another world.
    """
    before, committees = lock_exam(exam)
    refuse_former_planner(before, by)
    exam.deadline = exam.deadline or default_deadline(exam.date)
    planners = set(planners)
    if not planners:
        raise Refused(_("An exam needs at least one planner."))
    _refuse_strangers(before, planners)
    if exam.scale != before.scale and before.candidates.exclude(grade="").exists():
        raise Refused(_("The grade scale can't change any more: grades of it are set."))
    if exam.rule != before.rule and any(committee.is_locked for committee in committees):
        raise Refused(
            _("The rule of confirmation can't change any more: a committee is confirmed. Reopen it first.")
        )
    if exam.key != before.key and before.transfers.exists():
        raise Refused(_("FS's key can't change any more: grades were transferred under it."))
    _refuse_similar_key(exam, own=before.key)
    if Exam.objects.by_key(exam.key, before.world_id).exclude(pk=exam.pk).exists():
        raise Refused(_("There is an exam with this FS key already."))
    changed = {
        field: [str(getattr(before, field)), str(getattr(exam, field))]
        for field in (*KEY_FIELDS, *SETTINGS)
        if getattr(before, field) != getattr(exam, field)
    }
    old_planners = set(before.planners.all())
    if planners != old_planners:
        changed["planners"] = [", ".join(sorted(map(str, people))) for people in (old_planners, planners)]
    if changed:
        exam.save()
        exam.planners.set(planners)
        for committee in exam.committees.all() if exam.key != before.key else []:
            renew_digest(committee)
        entry = log(Verb.EXAM_CHANGED, by=by, exam=exam, changed=changed)
        if "rule" in changed:
            tell_if_ready(entry)
    return exam


def _refuse_similar_key(exam: Exam, own: tuple[str, ...] = ()) -> None:
    """Raise Refused when another exam's FS key differs from this one only by case, unless the exam keeps its `own` key."""
    if exam.key == own:
        return
    for other in Exam.objects.exclude(pk=exam.pk).like_keys([exam.key], exam.world_id).values():
        if other.key != exam.key:
            sentence = _("There is an exam whose FS key differs only by case: %(key)s.")
            raise Refused(sentence % {"key": ";".join(other.key)})


def _refuse_strangers(exam: Exam, planners: Iterable[User]) -> None:
    """Raise Refused when one of these planners is of another world than the exam."""
    strangers = sorted(str(person) for person in planners if person.world_id != exam.world_id)
    if strangers:
        raise Refused(
            _("Practice and real exams are kept apart, so %(names)s can't plan this one.")
            % {"names": ", ".join(strangers)}
        )


@transaction.atomic
def add_committee(exam: Exam, *, number: int, name: str, by: User) -> Committee:
    """Add an empty committee. Raises Refused when the number is taken."""
    exam, committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    if any(committee.number == number for committee in committees):
        raise Refused(_("The exam has a committee %(number)s already.") % {"number": number})
    committee = Committee.objects.create(exam=exam, number=number, name=name)
    renew_digest(committee)
    log(Verb.EXAM_CHANGED, by=by, exam=exam, committee=committee, changed={"committee": ["", str(number)]})
    return committee


@transaction.atomic
def seat_grader(
    committee: Committee, *, feide_name: str, is_external: bool, email: str = "", by: User
) -> Grader:
    """
    Give the person with this Feide name a seat; one whom nobody here has seen before becomes an invited person. On a
    practice exam "here" is its world.

    Raises Refused when the committee is confirmed, or the person sits on it already.
    """
    committee = lock_committee(committee.pk)
    refuse_former_planner(committee.exam, by)
    feide_name = as_feide_name(feide_name)
    if committee.is_locked:
        raise Refused(
            _("%(committee)s is confirmed. Reopen it before you change its graders.")
            % {"committee": committee}
        )
    world = committee.exam.world
    person = User.objects.filter(world=world, feide_name=feide_name).first()
    if person is None:
        person = User.invited(feide_name, world=world, email=email)
        try:
            person.save()
        except IntegrityError as error:
            raise Refused(
                _("%(name)s can't be invited: the name is taken.") % {"name": feide_name}
            ) from error
    elif email and not person.email:
        person.email = email
        person.save(update_fields=["email"])
    if not person.is_active:
        raise Refused(_("The account of %(name)s is closed.") % {"name": person})
    if committee.graders.filter(person=person).exists():
        raise Refused(_("%(name)s sits on %(committee)s already.") % {"name": person, "committee": committee})
    grader = Grader.objects.create(committee=committee, person=person, is_external=is_external)
    log(Verb.GRADER_SEATED, by=by, exam=committee.exam, committee=committee, **_who(grader))
    return grader


@transaction.atomic
def unseat_grader(grader: Grader, *, by: User) -> None:
    """Take a seat away, and with it its confirmation. Raises Refused when the committee is confirmed."""
    committee = lock_committee(grader.committee_id)
    refuse_former_planner(committee.exam, by)
    if committee.is_locked:
        raise Refused(
            _("%(committee)s is confirmed. Reopen it before you change its graders.")
            % {"committee": committee}
        )
    deleted, _models = Grader.objects.filter(pk=grader.pk).delete()
    if deleted:
        entry = log(Verb.GRADER_UNSEATED, by=by, exam=committee.exam, committee=committee, **_who(grader))
        if committee.candidate_count:
            tell_if_ready(entry)


def _who(grader: Grader) -> dict[str, Any]:
    return {
        "person": grader.person_id,
        "feide_name": grader.person.feide_name or "",
        "external": grader.is_external,
    }


@transaction.atomic
def move_candidates(candidates: Collection[Candidate], *, to: Committee, by: User) -> int:
    """
    Put these candidates of one exam on the committee `to`, grades and all. Returns how many moved.

    Raises Refused when a committee that would lose or gain somebody is confirmed.
    """
    seen = {candidate.committee_id for candidate in candidates if candidate.committee_id} | {to.pk}
    # All of them, though few are touched: see note_attendances.
    exam, locked = lock_exam(to.exam)
    refuse_former_planner(exam, by)
    committees = {committee.pk: committee for committee in locked}
    fresh = exam.candidates.filter(pk__in=[candidate.pk for candidate in candidates]).exclude(committee=to)
    moving = list(fresh.select_related("committee"))
    touched = {to.pk} | {candidate.committee_id for candidate in moving if candidate.committee_id}
    if not touched <= seen:
        raise Refused(_("Somebody else moved these candidates just now. Look again and move them anew."))
    if not moving:
        return 0
    refuse_locked(committees[pk] for pk in sorted(touched))
    changes = {c.number: [str(c.committee.number) if c.committee else "", str(to.number)] for c in moving}
    exam.candidates.filter(pk__in=[candidate.pk for candidate in moving]).update(committee=to)
    log(Verb.CANDIDATES_MOVED, by=by, exam=exam, changes=changes)
    for pk in sorted(touched):
        renew_digest(committees[pk])
    return len(moving)


def refuse_locked(committees: Iterable[Committee]) -> None:
    """Raise Refused when one of these committees is confirmed and would lose or gain candidates."""
    for committee in committees:
        if committee.is_locked:
            raise Refused(
                _("%(committee)s is confirmed. Reopen it before you move its candidates.")
                % {"committee": committee}
            )


def missing_graders(exam: Exam) -> list[Grader]:
    """The seats that the exam's confirmation still waits for, by committee."""
    waiting = [committee.pk for committee in exam.committees.unconfirmed()]
    seats = Grader.objects.with_standing().filter(committee__in=waiting).select_related("person", "committee")
    return [seat for seat in seats.order_by("committee__number", "pk") if not seat.has_confirmed]


@transaction.atomic
def nudge_graders(exam: Exam, *, by: User) -> LogEntry:
    """
    Queue a reminder to each grader whose confirmation is missing: a notice, which `send_notices` mails. Raises Refused
    when nobody is missing, nobody has an address, or they were reminded within the hour.

    From a practice exam no mail goes out; all else is as ever.
    """
    exam, _committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    places: dict[User, list[int]] = defaultdict(list)
    for grader in missing_graders(exam):
        if grader.person.is_active:
            places[grader.person].append(grader.committee_id)
    if not places:
        raise Refused(_("Nobody is missing: there is no one to nudge."))
    if exam.log.filter(verb=Verb.NUDGED, at__gt=timezone.now() - NUDGE_PAUSE).exists():
        raise Refused(_("They were nudged less than an hour ago. Give them a little time."))
    reached = sorted(str(person) for person in places if person.email)
    unreached = sorted(str(person) for person in places if not person.email)
    if not reached:
        raise Refused(_("We have no e-mail address of %(names)s.") % {"names": ", ".join(unreached)})
    return log(
        Verb.NUDGED,
        by=by,
        exam=exam,
        people=reached,
        without_address=unreached,
        places={str(person.pk): committees for person, committees in places.items()},
    )
