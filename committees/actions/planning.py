"""What planners do before and around the grading: exams, committees, seats, candidates, reminders."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.actions import Refused, lock_committee, lock_exam, log, refuse_former_planner
from committees.actions.accounts import end_support_passwords, log_of_ended, set_missing_email
from committees.actions.effects import agreed_effects, log_of, notify_effects, states_of
from committees.actions.notifications import notify_email_set
from committees.actions.sheets import renew_digest
from committees.actions.versions import Shown, refuse_stale, refuse_stale_candidates
from committees.enums import LogAction
from committees.models import Candidate, Committee, Exam, Grader, LogEntry, User
from committees.models.exams import KEY_FIELDS, default_deadline
from committees.models.people import as_feide_name

REMINDER_PAUSE = timedelta(hours=1)
SETTINGS = ("name", "kind", "date", "place", "deadline", "scale", "rule", "is_anonymous")
EXAM_FIELDS = (*KEY_FIELDS, *SETTINGS, "planners")
"""What the form of an exam shows and `change_exam` writes."""


@transaction.atomic
def create_exam(exam: Exam, *, planners: Iterable[User], by: User) -> Exam:
    """
    Set up a placeholder exam, in the sandbox of who creates it, who is one of its planners.

    Raises Refused when FS's key is taken, or a planner is of another sandbox.
    """
    planners = {*planners, by}
    exam.sandbox_id = by.sandbox_id
    _refuse_strangers(exam, planners)
    _refuse_similar_key(exam)
    exam.deadline = exam.deadline or default_deadline(exam.date)
    try:
        with transaction.atomic():
            exam.save()
    except IntegrityError as error:
        raise Refused(_("There is an exam with this FS key already.")) from error
    exam.planners.set(planners)
    ended = end_support_passwords(planners, by=by)
    log(LogAction.EXAM_CREATED, by=by, exam=exam, key=";".join(exam.key), **log_of_ended(ended))
    return exam


@transaction.atomic
def change_exam(
    exam: Exam, *, planners: Iterable[User], by: User, shown: Shown | None = None, agreement: str = ""
) -> Exam:
    """
    Write the fields that the planner edited, and the exam's planners.

    `shown` are the texts of `EXAM_FIELDS` as the form showed them; None for a caller without a form. Raises StaleForm
    when one of them moved; NotAgreed when confirmations would change and `agreement` is not that to just these effects;
    Refused for what graders or FS already rely on: the scale once a grade is set, scale, rule and FS's key once a
    committee is confirmed, the key once grades went to FS or when it is taken, an exam without any planner or with one
    of another sandbox.
    """
    before, committees = lock_exam(exam)
    refuse_former_planner(before, by)
    if shown is not None:
        refuse_stale(before, EXAM_FIELDS, shown)
    states = states_of(committees)
    exam.deadline = exam.deadline or default_deadline(exam.date)
    planners = set(planners)
    if not planners:
        raise Refused(_("An exam needs at least one planner."))
    _refuse_strangers(before, planners)
    _refuse_settled(before, exam, is_confirmed=any(committee.is_locked for committee in committees))
    changed = {
        field: [str(getattr(before, field)), str(getattr(exam, field))]
        for field in (*KEY_FIELDS, *SETTINGS)
        if getattr(before, field) != getattr(exam, field)
    }
    old_planners = set(before.planners.all())
    if not changed and planners == old_planners:
        return exam
    exam.save(update_fields=list(changed))
    if planners != old_planners:
        changed["planners"] = [", ".join(sorted(map(str, people))) for people in (old_planners, planners)]
        exam.planners.set(planners)
    for committee in exam.committees.all() if exam.key != before.key else []:
        renew_digest(committee)
    effects = agreed_effects(states, agreement)
    ended = end_support_passwords(planners - old_planners, by=by)
    entry = log(
        LogAction.EXAM_CHANGED, by=by, exam=exam, changed=changed, **log_of(effects), **log_of_ended(ended)
    )
    notify_effects(entry, effects)
    return exam


def _refuse_settled(before: Exam, exam: Exam, *, is_confirmed: bool) -> None:
    """Raise Refused when the edited exam differs from `before` in what graders or FS already rely on."""
    if exam.scale != before.scale and before.candidates.exclude(grade="").exists():
        raise Refused(_("The grade scale can't change any more: grades of it are set."))
    if exam.scale != before.scale and is_confirmed:
        raise Refused(
            _("The grade scale can’t be changed while a committee is confirmed. Reopen that committee first.")
        )
    if exam.rule != before.rule and is_confirmed:
        raise Refused(
            _("The rule of confirmation can't change any more: a committee is confirmed. Reopen it first.")
        )
    if exam.key != before.key and before.transfers.exists():
        raise Refused(_("FS's key can't change any more: grades were transferred under it."))
    if exam.key != before.key and is_confirmed:
        raise Refused(
            _("The FS key can’t be changed while a committee is confirmed. Reopen that committee first.")
        )
    _refuse_similar_key(exam, own=before.key)
    if Exam.objects.by_key(exam.key, before.sandbox_id).exclude(pk=exam.pk).exists():
        raise Refused(_("There is an exam with this FS key already."))


def _refuse_similar_key(exam: Exam, own: tuple[str, ...] = ()) -> None:
    """Raise Refused when another exam's FS key differs from this one only by case, unless the exam keeps its `own` key."""
    if exam.key == own:
        return
    for other in Exam.objects.exclude(pk=exam.pk).like_keys([exam.key], exam.sandbox_id).values():
        if other.key != exam.key:
            sentence = _("Another exam has the same FS key, except for upper and lower case: %(key)s.")
            raise Refused(sentence % {"key": ";".join(other.key)})


def _refuse_strangers(exam: Exam, planners: Iterable[User]) -> None:
    """Raise Refused when one of these planners is of another sandbox than the exam."""
    strangers = sorted(str(person) for person in planners if person.sandbox_id != exam.sandbox_id)
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
    log(
        LogAction.EXAM_CHANGED,
        by=by,
        exam=exam,
        committee=committee,
        changed={"committee": ["", str(number)]},
    )
    return committee


@transaction.atomic
def seat_grader(
    committee: Committee, *, feide_name: str, is_external: bool, email: str = "", by: User
) -> Grader:
    """
    Give the person with this Feide name a seat; one whom nobody here has seen before becomes an invited person. On a
    practice exam "here" is its sandbox.

    `email` is written only if the person has no address and no part in an exam that `by` does not plan. Raises Refused
    when the committee is confirmed, or the person sits on it already.
    """
    committee = lock_committee(committee.pk)
    refuse_former_planner(committee.exam, by)
    feide_name = as_feide_name(feide_name)
    if committee.is_locked:
        raise Refused(
            _("%(committee)s is confirmed. Reopen it before you change its graders.")
            % {"committee": committee}
        )
    sandbox = committee.exam.sandbox
    person = User.objects.filter(sandbox=sandbox, feide_name=feide_name).first()
    is_known = person is not None
    if person is None:
        person = User.invited(feide_name, sandbox=sandbox)
        try:
            person.save()
        except IntegrityError as error:
            raise Refused(
                _("%(name)s can't be invited: the name is taken.") % {"name": feide_name}
            ) from error
    if not person.is_active:
        raise Refused(_("The account of %(name)s is closed.") % {"name": person})
    if committee.graders.filter(person=person).exists():
        raise Refused(_("%(name)s sits on %(committee)s already.") % {"name": person, "committee": committee})
    grader = Grader.objects.create(committee=committee, person=person, is_external=is_external)
    ended = end_support_passwords([person], by=by)
    details = _who(grader) | log_of_ended(ended)
    if email and set_missing_email(person, email, by=by):
        details["email"] = email
    entry = log(LogAction.GRADER_SEATED, by=by, exam=committee.exam, committee=committee, **details)
    if is_known and "email" in details:
        notify_email_set(entry)
    return grader


@transaction.atomic
def unseat_grader(grader: Grader, *, by: User, agreement: str = "") -> None:
    """
    Take a seat away, and with it its confirmation.

    Raises Refused when the committee is confirmed; NotAgreed when confirmations would change, or the confirmations of
    those who are left would lock the committee, and `agreement` is not that to just these effects.
    """
    committee = lock_committee(grader.committee_id)
    refuse_former_planner(committee.exam, by)
    if committee.is_locked:
        raise Refused(
            _("%(committee)s is confirmed. Reopen it before you change its graders.")
            % {"committee": committee}
        )
    states = states_of([committee])
    deleted, _models = Grader.objects.filter(pk=grader.pk).delete()
    if deleted:
        effects = agreed_effects(states, agreement)
        details = _who(grader) | log_of(effects)
        entry = log(LogAction.GRADER_UNSEATED, by=by, exam=committee.exam, committee=committee, **details)
        notify_effects(entry, effects)


def _who(grader: Grader) -> dict[str, Any]:
    return {
        "person": grader.person_id,
        "feide_name": grader.person.feide_name or "",
        "external": grader.is_external,
    }


@transaction.atomic
def move_candidates(
    candidates: Collection[Candidate],
    *,
    to: Committee,
    by: User,
    since: int | None = None,
    agreement: str = "",
) -> int:
    """
    Put these candidates of one exam on the committee `to`, grades and all. Returns how many moved.

    `since` is the newest log entry of the exam that the list showed; None for a caller without a list. Raises StaleList
    when one of them was moved after it; Refused when a committee that would lose or gain somebody is confirmed;
    NotAgreed when confirmations would change and `agreement` is not that to just these effects.
    """
    seen = {candidate.committee_id for candidate in candidates if candidate.committee_id} | {to.pk}
    # All of them, though few are touched: see note_attendances.
    exam, locked = lock_exam(to.exam)
    refuse_former_planner(exam, by)
    if since is not None:
        refuse_stale_candidates(
            exam, candidates, (LogAction.CANDIDATES_MOVED, LogAction.FILES_IMPORTED), since
        )
    committees = {committee.pk: committee for committee in locked}
    fresh = exam.candidates.filter(pk__in=[candidate.pk for candidate in candidates]).exclude(committee=to)
    moving = list(fresh.select_related("committee"))
    touched = {to.pk} | {candidate.committee_id for candidate in moving if candidate.committee_id}
    if not touched <= seen:
        raise Refused(_("Somebody else moved these candidates just now. Look again and move them anew."))
    if not moving:
        return 0
    refuse_locked(committees[pk] for pk in sorted(touched))
    states = states_of([committees[pk] for pk in sorted(touched)])
    changes = {c.number: [str(c.committee.number) if c.committee else "", str(to.number)] for c in moving}
    exam.candidates.filter(pk__in=[candidate.pk for candidate in moving]).update(committee=to)
    for pk in sorted(touched):
        renew_digest(committees[pk])
    effects = agreed_effects(states, agreement)
    entry = log(LogAction.CANDIDATES_MOVED, by=by, exam=exam, changes=changes, **log_of(effects))
    notify_effects(entry, effects)
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
    seats = (
        Grader.objects.with_confirmed().filter(committee__in=waiting).select_related("person", "committee")
    )
    return [seat for seat in seats.order_by("committee__number", "pk") if not seat.has_confirmed]


@transaction.atomic
def remind_graders(exam: Exam, *, by: User) -> LogEntry:
    """
    Queue a reminder to each grader whose confirmation is missing: a notice, which `send_notifications` mails. Raises Refused
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
    if exam.log.filter(action=LogAction.REMINDED, at__gt=timezone.now() - REMINDER_PAUSE).exists():
        raise Refused(_("They were nudged less than an hour ago. Give them a little time."))
    reached = sorted(str(person) for person in places if person.email)
    unreached = sorted(str(person) for person in places if not person.email)
    if not reached:
        raise Refused(_("We have no e-mail address of %(names)s.") % {"names": ", ".join(unreached)})
    return log(
        LogAction.REMINDED,
        by=by,
        exam=exam,
        people=reached,
        without_address=unreached,
        places={str(person.pk): committees for person, committees in places.items()},
    )
