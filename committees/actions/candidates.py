"""Candidates that a planner adds by hand, from a list."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from committees.actions import exam_state
from committees.actions.candidate_warnings import warnings_about_candidates
from committees.actions.effects import agreed_effects, log_of, notify_effects
from committees.actions.effects import states_of as confirmations_of
from committees.actions.log import log
from committees.actions.sheets import renew_digests, write_columns
from committees.enums import LogAction
from committees.errors import Refusal, Refused
from committees.files.candidate_list import Candidate as ListedCandidate
from committees.files.candidate_list import CandidateList, Problem
from committees.locking import lock_exam, refuse_former_planner
from committees.models import Candidate, Committee, Exam, User
from committees.models.people import as_feide_name


@dataclass(slots=True)
class CandidatePlan:
    """
    Effects of adding a list. `completed` are existing candidates whose missing data is filled in.

    `warnings` are about lines that are added nevertheless; `lines` has the line of each number.
    """

    new: list[Candidate] = field(default_factory=list)
    completed: list[Candidate] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    moves: dict[str, list[str]] = field(default_factory=dict)

    @property
    def changes_something(self) -> bool:
        return bool(self.new or self.completed)

    @property
    def fingerprint(self) -> str:
        """A SHA-256 of everything that would be written."""
        rows = [
            [one.number, str(one.committee_id or ""), one.feide_name, one.name]
            for one in (*self.new, *self.completed)
        ]
        return hashlib.sha256(json.dumps([len(self.new), rows]).encode()).hexdigest()


def plan_candidates(exam: Exam, listed: CandidateList, default: int | None = None) -> CandidatePlan:
    """
    Compare the list with the exam. Writes nothing. Up to four queries.

    `default` is the number of the committee for candidates who have none, in the list or in the exam.
    """
    return _Planner(exam, exam.committees.with_stage().select_related("exam"), listed, default).plan()


@transaction.atomic
def add_candidates(
    exam: Exam,
    listed: CandidateList,
    *,
    by: User,
    default: int | None = None,
    shown: str | None = None,
    agreement: str = "",
) -> CandidatePlan:
    """
    Add the candidates of the list, and complete those who are there. Lines with a problem are left out.

    `default` as in `plan_candidates`; `shown` is the fingerprint of the previewed plan, None without a preview. Raise
    Refused if the plan has changed; NotAgreed if confirmations would change and `agreement` is not to exactly these
    effects.
    """
    exam, committees = lock_exam(exam)
    refuse_former_planner(exam, by)
    plan = _Planner(exam, committees, listed, default).plan()
    if shown is not None and shown != plan.fingerprint:
        raise Refused(Refusal.CANDIDATE_LIST_STALE)
    if not plan.changes_something:
        return plan
    before = exam_state.states_of([exam.pk])[exam.pk]
    numbers = {number for change in plan.moves.values() for number in change}
    touched = [committee for committee in committees if str(committee.number) in numbers]
    states = confirmations_of(touched)
    Candidate.objects.bulk_create(plan.new, batch_size=1000)
    write_columns(plan.completed, "committee", "feide_name", "name")
    renew_digests(touched)
    effects = agreed_effects(states, agreement)
    entry = log(
        LogAction.CANDIDATES_ADDED,
        by=by,
        exam=exam,
        changes=plan.moves,
        added=len(plan.new),
        completed=len(plan.completed),
        before=exam_state.state_digest(before),
        **log_of(effects),
    )
    notify_effects(entry, effects)
    return plan


class _Planner:
    """Comparison of a list with the exam's committees (with their stages) and candidates."""

    def __init__(
        self, exam: Exam, committees: Iterable[Committee], listed: CandidateList, default: int | None
    ) -> None:
        self.exam, self.listed, self.default = exam, listed, default
        self.committees = {committee.number: committee for committee in committees}
        by_pk = {committee.pk: committee for committee in self.committees.values()}
        self.known = {}
        for candidate in exam.candidates.all():
            candidate.committee = by_pk.get(candidate.committee_id or 0)
            self.known[int(candidate.number)] = candidate
        names = {as_feide_name(one.feide_name) for one in listed.candidates if one.feide_name}
        people = User.objects.filter(sandbox=exam.sandbox_id, feide_name__in=names) if names else ()
        self.names = {person.feide_name: person.name for person in people}
        self.result = CandidatePlan(problems=list(listed.problems))

    def plan(self) -> CandidatePlan:
        for listed in self.listed.candidates:
            if sentence := self._compare(listed):
                self.result.problems.append(Problem(listed.line, sentence))
            self.result.lines[listed.number] = listed.line
        self.result.problems.sort(key=lambda problem: problem.line)
        changed = [*self.result.new, *self.result.completed]
        known = [*self.known.values(), *self.result.new]
        self.result.warnings = warnings_about_candidates(self.exam, known, changed, self.result.lines)
        return self.result

    def _compare(self, listed: ListedCandidate) -> str:
        """Add the candidate to the result. Return the reason if it can't be added."""
        there = self.known.get(int(listed.number))
        wanted = listed.committee
        if wanted is None and (there is None or there.committee is None):
            wanted = self.default
        committee = self.committees.get(wanted) if wanted is not None else None
        if wanted is not None and committee is None:
            sentence = _("The exam has no committee %(number)s. Add it first, or leave the committee out.")
            return sentence % {"number": wanted}
        if there and there.number != listed.number:
            sentence = _("%(number)s is the same as candidate %(other)s, except for leading zeros.")
            return sentence % {"number": listed.number, "other": there.number}
        if committee and committee.is_locked and (there is None or there.committee != committee):
            sentence = _("%(committee)s is confirmed, so %(number)s can’t be added to it. Reopen it first.")
            return sentence % {"committee": committee, "number": listed.number}
        feide_name = as_feide_name(listed.feide_name)
        name = listed.name or self.names.get(feide_name, "")
        if there:
            return self._complete(there, committee, feide_name, name)
        self.result.moves[listed.number] = ["", str(committee.number) if committee else ""]
        self.result.new.append(
            Candidate(
                exam=self.exam, committee=committee, number=listed.number, feide_name=feide_name, name=name
            )
        )
        return ""

    def _complete(self, there: Candidate, committee: Committee | None, feide_name: str, name: str) -> str:
        """Fill in what the candidate lacks. Return the reason if the list differs in something else."""
        params = {"number": there.number, "committee": there.committee}
        if committee and there.committee and committee != there.committee:
            return (
                _("%(number)s is already in %(committee)s. Move the candidate on the Candidates page.")
                % params
            )
        for old, new in ((there.feide_name, feide_name), (there.name, name)):
            if old and new and old != new:
                return _("%(number)s already belongs to another person. Check the number.") % params
        values = (committee or there.committee, feide_name or there.feide_name, name or there.name)
        if values == (there.committee, there.feide_name, there.name):
            self.result.unchanged.append(there.number)
            return ""
        if committee and there.committee is None:
            self.result.moves[there.number] = ["", str(committee.number)]
        there.committee, there.feide_name, there.name = values
        self.result.completed.append(there)
        return ""
