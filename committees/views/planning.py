"""A planned exam: its committees, graders, candidates and obstacles."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, exam_for, planned_committee_for, planned_seat_for, planner_required
from committees.actions.confirmation import reopen_committee
from committees.actions.deleting import refuse_exam_at_fs, refuse_graded_exam
from committees.actions.effects import NotAgreed, agreement_to, sentences_of
from committees.actions.planning import (
    add_committee,
    missing_graders,
    unseat_grader,
)
from committees.actions.restoring import removal_of, undoable_among
from committees.actions.unseating import effects_of_unseating
from committees.enums import ChangeCode
from committees.errors import Refused, StaleVersion, is_allowed
from committees.forms.committees import CommitteeForm, ReopenForm
from committees.forms.people import SeatForm
from committees.models import Exam, Grader, Notification
from committees.queries.overview import graders_without_email, parts_of
from committees.queries.plan_rows import is_done, last_reminded
from committees.queries.planned_grades import hidden_committees
from committees.queries.readiness import readiness
from committees.queries.setting_up import is_unknown_to_fs, steps_of
from committees.responses.effects import ask_for_agreement
from committees.responses.forms import exam_url, form_page
from committees.responses.undo import offer_undo

LOG_LENGTH = 50


@require_safe
@planner_required
def planned_exam(request: Request, pk: int) -> HttpResponse:
    return exam_page(request, exam_for(request.user, pk))


def exam_page(request: Request, exam: Exam, *, committee_form: Any = None, status: int = 422) -> HttpResponse:
    """Return the exam's page, with `status` if it has a form with errors."""
    parts = [
        (committee, graders, SeatForm(auto_id=f"seat-{committee.pk}-%s"))
        for committee, graders in parts_of([exam.pk]).get(exam.pk, [])
    ]
    plain = [(committee, graders) for committee, graders, _form in parts]
    count = exam.candidates.count()
    next_number = max((committee.number for committee, _graders in plain), default=0) + 1
    context = {
        "exam": exam,
        "parts": parts,
        "is_done": is_done(exam, plain),
        "reminded_at": last_reminded([exam.pk]).get(exam.pk),
        "steps": steps_of(exam, plain, count),
        "readiness": readiness(exam, plain),
        "is_unknown_to_fs": is_unknown_to_fs(exam),
        "missing": missing_graders(exam),
        "removal": removal_of(exam),
        "can_delete": is_allowed(refuse_graded_exam, exam, [committee for committee, _graders in plain]),
        "can_cancel": is_allowed(refuse_exam_at_fs, exam),
        "committee_form": committee_form or CommitteeForm(auto_id="new-%s", initial={"number": next_number}),
        "mails": Notification.objects.mails_of_exam(exam),
        "planners": exam.planners.order_by("name"),
        "candidate_count": count,
        "form": committee_form,
        "without_email": graders_without_email(plain),
    }
    return render(request, "planning/exam.html", context, status=status if committee_form else 200)


@require_POST
@planner_required
def new_committee(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    form = CommitteeForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return exam_page(request, exam, committee_form=form)
    try:
        committee = add_committee(exam, **form.cleaned_data, by=request.user)
    except Refused as refused:
        form.add_error("number", refused.sentence)
        return exam_page(request, exam, committee_form=form, status=409)
    messages.success(request, _("%(committee)s added.") % {"committee": committee})
    return redirect(f"{exam_url(pk)}#committee-{committee.pk}")


@require_http_methods(["GET", "POST"])
@planner_required
def unseat(request: Request, pk: int) -> HttpResponse:
    grader = planned_seat_for(request.user, pk)
    if request.method == "GET":
        return _ask_to_unseat(request, grader)
    try:
        entry = unseat_grader(grader, by=request.user, agreement=request.POST.get("agreement", ""))
    except NotAgreed as asked:
        title = _("Remove %(name)s from %(committee)s?") % {"name": grader, "committee": grader.committee}
        back = f"{exam_url(grader.committee.exam_id)}#committee-{grader.committee_id}"
        exam = grader.committee.exam
        return ask_for_agreement(request, asked, exam, title=title, yes=_("Remove"), back=back)
    done = _("%(name)s was removed from %(committee)s.") % {"name": grader, "committee": grader.committee}
    if not planned_committee_for(request.user, grader.committee_id).is_locked:
        offer_undo(request, done, entry)
    else:
        messages.success(request, done)
        messages.warning(request, _("All remaining graders have confirmed, so the grades are now locked."))
    return redirect(f"{exam_url(grader.committee.exam_id)}#committee-{grader.committee_id}")


def _ask_to_unseat(request: Request, grader: Grader) -> HttpResponse:
    """Return the page that shows the effects of removing this grader, even if no confirmation changes."""
    committee = planned_committee_for(request.user, grader.committee_id)
    effects = effects_of_unseating(committee, grader)
    lines = [_("%(name)s will no longer be able to open this committee’s grades.") % {"name": grader}]
    if committee.seat_count == 1:
        lines.append(
            _("%(committee)s will have no graders. Add one before grading starts.") % {"committee": committee}
        )
    context = {
        "exam": committee.exam,
        "title": _("Remove %(name)s from %(committee)s?") % {"name": grader, "committee": committee},
        "yes": _("Remove"),
        "back": f"{exam_url(committee.exam_id)}#committee-{committee.pk}",
        "effects": [*lines, *sentences_of(effects)],
        "agreement": agreement_to(effects),
    }
    return render(request, "planning/effects.html", context)


@require_http_methods(["GET", "POST"])
@planner_required
def reopen(request: Request, pk: int) -> HttpResponse:
    committee = planned_committee_for(request.user, pk)
    now = {"version": committee.confirmed_version}
    form = ReopenForm(request.POST) if request.method == "POST" else ReopenForm(initial=now)
    problem: dict[str, Any] = {}
    if form.is_valid():
        reason, code = form.cleaned_data["reason"], ChangeCode(form.cleaned_data["code"])
        try:
            expected_version = form.cleaned_data["version"] or None
            reopen_committee(
                committee, reason=reason, code=code, by=request.user, expected_version=expected_version
            )
        except StaleVersion as moved:
            form = ReopenForm({**request.POST.dict(), **now})
            problem = {"sentence": moved.sentence, "status": 409}
        else:
            messages.success(request, _("%(committee)s has been reopened.") % {"committee": committee})
            return redirect(exam_url(committee.exam_id))
    title = _("Reopen %(committee)s") % {"committee": committee}
    lead = _("The graders can change grades again, and all of them must confirm again.")
    before = committee.exam, exam_url(committee.exam_id)
    return form_page(request, form, before, title=title, lead=lead, **problem)


@require_safe
@planner_required
def exam_log(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    entries = exam.log.select_related("by", "committee", "upload", "transfer").order_by("-pk")
    entries = entries.defer("upload__rows", "upload__missing", "transfer__content")
    page = Paginator(entries, LOG_LENGTH).get_page(request.GET.get("page"))
    mails = Notification.objects.reminders_by_entry([entry.pk for entry in page])
    hidden = hidden_committees(exam)
    rows = [
        (entry, mails.get(entry.pk, []), entry.is_about_grades and entry.committee_id in hidden)
        for entry in page
    ]
    undoable = undoable_among([entry for entry, *_rest in rows])
    context = {"exam": exam, "page": page, "rows": rows, "undoable": undoable}
    return render(request, "planning/log.html", context)
