"""The candidates of an exam: filter, search, and acts on chosen ones."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, exam_for, planner_required
from committees.actions.deleting import delete_candidates
from committees.actions.effects import NotAgreed
from committees.actions.grading import note_attendances
from committees.actions.placement import candidates_in
from committees.actions.planning import move_candidates
from committees.actions.versions import StaleList
from committees.enums import Attendance
from committees.errors import Refusal, Refused
from committees.files.candidate_list import BadField, in_words, read_ranges
from committees.forms.candidates import SplitForm
from committees.models import Candidate, Exam
from committees.queries.planned_grades import planned_candidates
from committees.requests import newest_shown, parse_id
from committees.responses.deleting import ask_to_delete
from committees.responses.effects import ask_for_agreement
from committees.responses.searches import search_of, show_search
from committees.responses.undo import offer_undo

PAGE_OF_CANDIDATES = 200


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
    chosen, problem = _chosen_of(request, exam)
    if problem:
        return _problem_page(request, exam, problem)
    to = exam.committees.select_related("exam").filter(pk__in=_pks_of([request.POST.get("to", "")])).first()
    if not chosen or to is None:
        return _problem_page(request, exam, Refused(Refusal.NO_MOVE_CHOSEN).sentence, status=409)
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
    except Refused as refused:
        return _problem_page(request, exam, refused.sentence, status=409)
    messages.success(request, _("%(count)s moved to %(committee)s.") % {"count": moved, "committee": to})
    return redirect("planned-candidates", pk=pk)


def _chosen_of(request: Request, exam: Exam) -> tuple[list[Candidate], str]:
    """Return the candidates of the exam who were ticked or typed by number, and the problem of what was typed."""
    ticked = exam.candidates.filter(pk__in=_pks_of(request.POST.getlist("candidates")))
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


def _problem_page(request: Request, exam: Exam, problem: str, *, status: int = 422) -> HttpResponse:
    """Return the first candidates with the problem, and the input."""
    rows = exam.candidates.by_number()
    kept = {name: request.POST.get(name) for name in ("to", "attendance", "numbers")}
    ticked = set(_pks_of(request.POST.getlist("candidates")))
    page = Paginator(rows, PAGE_OF_CANDIDATES).get_page(request.POST.get("page"))
    newest = exam.log.newest_id()
    return _candidates_page(
        request, exam, newest, status=status, page=page, ticked=ticked, problem=problem, **kept
    )


def _pks_of(texts: list[str]) -> list[int]:
    """Return the valid primary keys among `texts`."""
    return [pk for pk in map(parse_id, texts) if pk is not None]


@require_POST
@planner_required
def note_absence(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    attendance = request.POST.get("attendance", "")
    chosen, problem = _chosen_of(request, exam)
    if problem:
        return _problem_page(request, exam, problem)
    if attendance not in Attendance.values or not chosen:
        return _problem_page(request, exam, Refused(Refusal.NO_CANDIDATE_CHOSEN).sentence, status=409)
    try:
        note_attendances(chosen, Attendance(attendance), by=request.user, since=newest_shown(request))
    except StaleList as stale:
        return _chosen_page(request, exam, chosen, stale)
    except Refused as refused:
        return _problem_page(request, exam, refused.sentence, status=409)
    messages.success(request, _("Attendance saved."))
    return redirect("planned-candidates", pk=pk)


@require_POST
@planner_required
def delete_chosen(request: Request, pk: int) -> HttpResponse:
    """Ask before the first POST of the chosen candidates; the page's own form sends `sure`."""
    exam = exam_for(request.user, pk)
    chosen, problem = _chosen_of(request, exam)
    if problem:
        return _problem_page(request, exam, problem)
    if not chosen:
        return _problem_page(request, exam, Refused(Refusal.NO_CANDIDATE_TO_DELETE).sentence, status=409)
    back = reverse("planned-candidates", args=[pk])
    title = ngettext("Delete %(count)s candidate?", "Delete %(count)s candidates?", len(chosen)) % {
        "count": len(chosen)
    }
    since, agreement = newest_shown(request), request.POST.get("agreement", "")
    if "sure" not in request.POST:
        lines = [", ".join(one.number for one in chosen)]
        return ask_to_delete(request, exam, title, lines, since or 0, back=back, chosen=chosen)
    try:
        entry = delete_candidates(chosen, exam=exam, by=request.user, since=since, agreement=agreement)
    except StaleList as stale:
        newest, lines = exam.log.newest_id(), [", ".join(one.number for one in chosen)]
        return ask_to_delete(
            request, exam, title, lines, newest, back=back, chosen=chosen, problem=stale.sentence
        )
    except NotAgreed as asked:
        return ask_for_agreement(request, asked, exam, title=title, yes=_("Delete"), back=back)
    except Refused as refused:
        return _problem_page(request, exam, refused.sentence, status=409)
    sentence = ngettext("%(count)s candidate was deleted.", "%(count)s candidates were deleted.", len(chosen))
    offer_undo(request, sentence % {"count": len(entry.changes)}, entry)
    return redirect(back)
