"""A planned exam: its committees, graders, candidates and obstacles."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, exam_for, planned_committee_for, planned_seat_for, planner_required
from committees.actions.confirmation import reopen_committee
from committees.actions.deleting import refuse_exam_at_fs, refuse_graded_exam
from committees.actions.effects import NotAgreed, agreement_to, sentences_of
from committees.actions.grading import note_attendances
from committees.actions.placement import candidates_in
from committees.actions.planning import (
    add_committee,
    missing_graders,
    move_candidates,
    unseat_grader,
)
from committees.actions.restoring import removal_of, undoable_among
from committees.actions.unseating import effects_of_unseating
from committees.actions.versions import StaleList
from committees.candidate_forms import SplitForm
from committees.enums import Attendance, ChangeCode
from committees.errors import Refusal, Refused, StaleVersion, is_allowed
from committees.files.candidate_list import BadField, in_words, read_ranges
from committees.forms import CommitteeForm, ReopenForm, SeatForm
from committees.models import Candidate, Exam, Grader, Notification
from committees.queries.overview import graders_without_email, parts_of
from committees.queries.plan_rows import is_done, last_reminded
from committees.queries.planned_grades import hidden_committees, planned_candidates
from committees.queries.readiness import readiness
from committees.queries.setting_up import is_unknown_to_fs, steps_of
from committees.requests import newest_shown, parse_id
from committees.responses.effects import ask_for_agreement
from committees.responses.forms import exam_url, form_page
from committees.responses.searches import search_of, show_search

LOG_LENGTH = 50
PAGE_OF_CANDIDATES = 200


@require_safe
@planner_required
def planned_exam(request: Request, pk: int) -> HttpResponse:
    return exam_page(request, exam_for(request.user, pk))


def exam_page(request: Request, exam: Exam, *, committee_form: Any = None) -> HttpResponse:
    """Return the exam's page, 422 with a form that has errors."""
    parts = [
        (committee, graders, SeatForm(auto_id=f"seat-{committee.pk}-%s"))
        for committee, graders in parts_of([exam.pk]).get(exam.pk, [])
    ]
    plain = [(committee, graders) for committee, graders, _form in parts]
    count = exam.candidates.count()
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
        "committee_form": committee_form or CommitteeForm(auto_id="new-%s"),
        "mails": Notification.objects.mails_of_exam(exam),
        "planners": exam.planners.order_by("name"),
        "candidate_count": count,
        "form": committee_form,
        "without_email": graders_without_email(plain),
    }
    return render(request, "planning/exam.html", context, status=422 if committee_form else 200)


@require_POST
@planner_required
def new_committee(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    form = CommitteeForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return exam_page(request, exam, committee_form=form)
    committee = add_committee(exam, **form.cleaned_data, by=request.user)
    messages.success(request, _("%(committee)s added.") % {"committee": committee})
    return redirect(f"{exam_url(pk)}#committee-{committee.pk}")


@require_http_methods(["GET", "POST"])
@planner_required
def unseat(request: Request, pk: int) -> HttpResponse:
    grader = planned_seat_for(request.user, pk)
    if request.method == "GET":
        return _ask_to_unseat(request, grader)
    try:
        unseat_grader(grader, by=request.user, agreement=request.POST.get("agreement", ""))
    except NotAgreed as asked:
        title = _("Remove %(name)s from %(committee)s?") % {"name": grader, "committee": grader.committee}
        back = f"{exam_url(grader.committee.exam_id)}#committee-{grader.committee_id}"
        exam = grader.committee.exam
        return ask_for_agreement(request, asked, exam, title=title, yes=_("Remove"), back=back)
    messages.success(
        request,
        _("%(name)s was removed from %(committee)s.") % {"name": grader, "committee": grader.committee},
    )
    if planned_committee_for(request.user, grader.committee_id).is_locked:
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


@require_http_methods(["GET", "HEAD", "POST"])
@planner_required
def candidates(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    if request.method == "POST":
        term, on = request.POST.get("q", ""), request.POST.get("committee", "")
        return show_search(request, term, committee=on)
    search, on = search_of(request), request.GET.get("committee", "")
    length = 10_000 if search or on else PAGE_OF_CANDIDATES
    rows = exam.candidates.by_number().filter(number__contains=search)
    if on == "none":
        rows = rows.filter(committee=None)
    elif (number := parse_id(on)) is not None:
        rows = rows.filter(committee__number=number)
    newest = exam.log.newest_id()  # before the rows: what comes later is not on this page
    page = Paginator(rows, length).get_page(request.GET.get("page"))
    return _candidates_page(request, exam, newest, page=page, search=search, on=on)


def _candidates_page(
    request: Request, exam: Exam, newest: int, *, status: int = 200, **context: Any
) -> HttpResponse:
    page = context["page"]
    page.object_list = planned_candidates(exam, page.object_list)
    split_form = SplitForm(exam=exam)
    common = {
        "committees": exam.committees.order_by("number"),
        "attendances": Attendance.choices,
        "split_form": split_form if len(split_form.initial["committees"]) > 1 else None,
    }
    context = {"exam": exam, "newest": newest, **common, **context}
    return render(request, "planning/candidates.html", context, status=status)


def _chosen_page(request: Request, exam: Exam, chosen: list[Candidate], stale: StaleList) -> HttpResponse:
    """Return the chosen candidates in their current state, still ticked, with the changes by others; 409."""
    newest = exam.log.newest_id()
    pks = [candidate.pk for candidate in chosen]
    rows = exam.candidates.by_number().filter(pk__in=pks)
    return _candidates_page(
        request,
        exam,
        newest,
        status=409,
        page=Paginator(rows, max(1, len(pks))).get_page(1),
        stale=stale,
        ticked=set(pks),
        to=request.POST.get("to", ""),
        attendance=request.POST.get("attendance", ""),
    )


@require_POST
@planner_required
def move(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    chosen, problem = chosen_of(request, exam)
    if problem:
        return _numbers_page(request, exam, problem)
    to = exam.committees.select_related("exam").filter(pk__in=pks_of([request.POST.get("to", "")])).first()
    if not chosen or to is None:
        raise Refused(Refusal.NO_MOVE_CHOSEN)
    since, agreement = newest_shown(request), request.POST.get("agreement", "")
    try:
        moved = move_candidates(chosen, to=to, by=request.user, since=since, agreement=agreement)
    except StaleList as stale:
        return _chosen_page(request, exam, chosen, stale)
    except NotAgreed as asked:
        title = ngettext(
            "Move %(count)s candidate to %(committee)s?",
            "Move %(count)s candidates to %(committee)s?",
            len(chosen),
        ) % {"count": len(chosen), "committee": to}
        back = reverse("planned-candidates", args=[pk])
        return ask_for_agreement(request, asked, exam, title=title, yes=_("Move"), back=back)
    messages.success(request, _("%(count)s moved to %(committee)s.") % {"count": moved, "committee": to})
    return redirect("planned-candidates", pk=pk)


def chosen_of(request: Request, exam: Exam) -> tuple[list[Candidate], str]:
    """Return the candidates of the exam who were ticked or typed by number, and the problem of what was typed."""
    ticked = exam.candidates.filter(pk__in=pks_of(request.POST.getlist("candidates")))
    typed = request.POST.get("numbers", "")
    if not typed.strip():
        return list(ticked), ""
    try:
        found, missing = candidates_in(exam.candidates.all(), read_ranges(typed))
    except BadField as bad:
        return [], str(bad)
    if missing:
        return [], _("No candidate has the number %(number)s.") % {"number": in_words(missing)}
    return list({one.pk: one for one in [*ticked, *found]}.values()), ""


def _numbers_page(request: Request, exam: Exam, problem: str) -> HttpResponse:
    """Return the first candidates with the problem of the typed numbers, and the input; 422."""
    rows = exam.candidates.select_related("committee").by_number()
    kept = {name: request.POST.get(name, "") for name in ("to", "attendance", "numbers")}
    ticked = set(pks_of(request.POST.getlist("candidates")))
    page = Paginator(rows, PAGE_OF_CANDIDATES).get_page(1)
    newest = exam.log.newest_id()
    return _candidates_page(
        request, exam, newest, status=422, page=page, ticked=ticked, numbers_error=problem, **kept
    )


def pks_of(texts: list[str]) -> list[int]:
    """Return the valid primary keys among `texts`."""
    return [pk for pk in map(parse_id, texts) if pk is not None]


@require_POST
@planner_required
def note_absence(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    attendance = request.POST.get("attendance", "")
    chosen, problem = chosen_of(request, exam)
    if problem:
        return _numbers_page(request, exam, problem)
    if attendance not in Attendance.values or not chosen:
        raise Refused(Refusal.NO_CANDIDATE_CHOSEN)
    try:
        note_attendances(chosen, Attendance(attendance), by=request.user, since=newest_shown(request))
    except StaleList as stale:
        return _chosen_page(request, exam, chosen, stale)
    messages.success(request, _("Attendance saved."))
    return redirect("planned-candidates", pk=pk)


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
