"""The Plan tab: exams, their committees, seats and candidates, and what still stands in the way."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request, exam_for, planned_committee_for, planned_seat_for, planner_required
from committees.actions import Refused
from committees.actions.confirmation import reopen_committee
from committees.actions.grading import note_attendances
from committees.actions.planning import (
    add_committee,
    change_exam,
    create_exam,
    missing_graders,
    move_candidates,
    nudge_graders,
    seat_grader,
    unseat_grader,
)
from committees.enums import Attendance, ChangeCode
from committees.forms import CommitteeForm, ExamForm, ReopenForm, SeatForm
from committees.models import Candidate, Committee, Exam, Grader
from committees.views.readiness import readiness
from committees.views.searches import search_of, show_search

PAGE_LENGTH = 25
LOG_LENGTH = 50


@require_safe
@planner_required
def plan_tab(request: Request) -> HttpResponse:
    """All my exams with how far each committee is and whom it waits for."""
    search = request.GET.get("q", "").replace("\0", "").strip()
    exams = Exam.objects.planned_by(request.user)
    if search:
        exams = exams.filter(Q(emnekode__icontains=search) | Q(name__icontains=search))
    page = Paginator(exams.order_by("deadline", "emnekode", "pk"), PAGE_LENGTH).get_page(
        request.GET.get("page")
    )
    by_exam = parts_of([exam.pk for exam in page])
    parts = [(exam, by_exam.get(exam.pk, [])) for exam in page]
    return render(request, "planning/plan_tab.html", {"page": page, "parts": parts, "search": search})


def parts_of(exam_pks: list[int]) -> dict[int, list[tuple[Committee, list[Grader]]]]:
    """The committees of these exams with their stage, each with its graders, by exam: two queries for any number."""
    graders: dict[int, list[Grader]] = {}
    for grader in (
        Grader.objects.with_standing().filter(committee__exam__in=exam_pks).select_related("person")
    ):
        graders.setdefault(grader.committee_id, []).append(grader)
    committees: dict[int, list[tuple[Committee, list[Grader]]]] = {}
    rows = Committee.objects.with_stage().filter(exam__in=exam_pks).select_related("exam").order_by("number")
    for committee in rows:
        committees.setdefault(committee.exam_id, []).append((committee, graders.get(committee.pk, [])))
    return committees


@require_http_methods(["GET", "POST"])
@planner_required
def new_exam(request: Request) -> HttpResponse:
    today = timezone.localdate()
    term = "VÅR" if today.month < 7 else "HØST"
    initial = {"planners": [request.user.pk], "arstall": today.year, "vurdtidkode": term}
    form = ExamForm(
        request.POST if request.method == "POST" else None,
        instance=Exam(world_id=request.user.world_id),
        initial=initial,
        submit=_("Create exam"),
    )
    if form.is_valid():
        try:
            planners = form.cleaned_data["planners"]
            exam = create_exam(form.save(commit=False), planners=planners, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("The exam is set up. Next: committees and candidates."))
            return redirect("planned-exam", pk=exam.pk)
    return _form(request, form, title=_("New placeholder exam"))


@require_http_methods(["GET", "POST"])
@planner_required
def edit_exam(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    initial = {"planners": exam.planners.all()}
    form = ExamForm(
        request.POST if request.method == "POST" else None, instance=exam, initial=initial, submit=_("Save")
    )
    if form.is_valid():
        try:
            change_exam(form.save(commit=False), planners=form.cleaned_data["planners"], by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect("plan" if request.user not in exam.planners.all() else exam_url(pk))
    before = exam_for(request.user, pk)
    return _form(request, form, (before, exam_url(pk)), title=_("Edit %(exam)s") % {"exam": before})


def exam_url(pk: int) -> str:
    return reverse("planned-exam", args=[pk])


def _form(request: Request, form: Any, *trail: tuple[Any, str], title: str, **extra: Any) -> HttpResponse:
    """A page that is a form, under Plan and what `trail` adds; 422 when it comes back with errors."""
    context = {"form": form, "title": title, "trail": [(_("Plan"), reverse("plan")), *trail], **extra}
    return render(request, "form.html", context, status=422 if form.errors else 200)


@require_safe
@planner_required
def planned_exam(request: Request, pk: int) -> HttpResponse:
    """One exam as its planner sees it."""
    return exam_page(request, exam_for(request.user, pk))


def exam_page(
    request: Request, exam: Exam, *, seat_form: tuple[int, SeatForm] | None = None, committee_form: Any = None
) -> HttpResponse:
    """The exam's page; with a form that came back with errors, in its place, as 422."""
    parts = [
        (
            committee,
            graders,
            seat_form[1]
            if seat_form and seat_form[0] == committee.pk
            else SeatForm(auto_id=f"seat-{committee.pk}-%s"),
        )
        for committee, graders in parts_of([exam.pk]).get(exam.pk, [])
    ]
    context = {
        "exam": exam,
        "parts": parts,
        "readiness": readiness(exam, [(committee, graders) for committee, graders, _form in parts]),
        "missing": missing_graders(exam),
        "committee_form": committee_form or CommitteeForm(auto_id="new-%s"),
        "planners": exam.planners.order_by("name"),
        "candidate_count": exam.candidates.count(),
        "open_form": seat_form[0] if seat_form else None,
        "form": seat_form[1] if seat_form else committee_form,
    }
    return render(request, "planning/exam.html", context, status=422 if seat_form or committee_form else 200)


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


@require_POST
@planner_required
def seat(request: Request, pk: int) -> HttpResponse:
    committee = planned_committee_for(request.user, pk)
    form = SeatForm(request.POST, auto_id=f"seat-{pk}-%s")
    if not form.is_valid():
        return exam_page(request, committee.exam, seat_form=(pk, form))
    grader = seat_grader(committee, **form.cleaned_data, by=request.user)
    messages.success(
        request, _("%(name)s now sits on %(committee)s.") % {"name": grader, "committee": committee}
    )
    return redirect(f"{exam_url(committee.exam_id)}#committee-{pk}")


@require_POST
@planner_required
def unseat(request: Request, pk: int) -> HttpResponse:
    grader = planned_seat_for(request.user, pk)
    unseat_grader(grader, by=request.user)
    messages.success(
        request,
        _("%(name)s no longer sits on %(committee)s.") % {"name": grader, "committee": grader.committee},
    )
    if planned_committee_for(request.user, grader.committee_id).is_locked:
        messages.warning(request, _("All graders who are left have confirmed, so the grades are locked now."))
    return redirect(f"{exam_url(grader.committee.exam_id)}#committee-{grader.committee_id}")


@require_http_methods(["GET", "POST"])
@planner_required
def reopen(request: Request, pk: int) -> HttpResponse:
    committee = planned_committee_for(request.user, pk)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code = ChangeCode(form.cleaned_data["code"])
        reopen_committee(committee, reason=form.cleaned_data["reason"], code=code, by=request.user)
        messages.success(request, _("%(committee)s is open again.") % {"committee": committee})
        return redirect(exam_url(committee.exam_id))
    title = _("Reopen %(committee)s") % {"committee": committee}
    lead = _("Its graders can change grades again, and all of them must confirm again.")
    before = committee.exam, exam_url(committee.exam_id)
    return _form(request, form, before, title=title, lead=lead)


@require_POST
@planner_required
def nudge(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    entry = nudge_graders(exam, url=request.build_absolute_uri(reverse("grade")), by=request.user)
    names = ", ".join(entry.details["people"])
    messages.success(request, _("Nudged by mail: %(names)s.") % {"names": names})
    if entry.details["without_address"]:
        names = ", ".join(entry.details["without_address"])
        messages.warning(request, _("We have no e-mail address of %(names)s.") % {"names": names})
    return redirect(exam_url(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@planner_required
def candidates(request: Request, pk: int) -> HttpResponse:
    """
    The exam's candidates with their committees, to be moved; and their attendance. A POST searches by candidate number;
    what a search or filter finds comes on one page.
    """
    exam = exam_for(request.user, pk)
    if request.method == "POST":
        term, on = request.POST.get("q", ""), request.POST.get("committee", "")
        return show_search(request, term, committee=on)
    search, on = search_of(request), request.GET.get("committee", "")
    length = 10_000 if search or on else 200
    rows = exam.candidates.select_related("committee").by_number().filter(number__contains=search)
    if on == "none":
        rows = rows.filter(committee=None)
    elif on.isascii() and on.isdigit() and len(on) < 10:
        rows = rows.filter(committee__number=int(on))
    context = {
        "exam": exam,
        "page": Paginator(rows, length).get_page(request.GET.get("page")),
        "committees": exam.committees.order_by("number"),
        "attendances": Attendance.choices,
        "search": search,
        "on": on,
    }
    return render(request, "planning/candidates.html", context)


@require_POST
@planner_required
def move(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    chosen = chosen_of(request, exam)
    to = exam.committees.select_related("exam").filter(pk__in=pks_of([request.POST.get("to", "")])).first()
    if not chosen or to is None:
        raise Refused(_("Choose at least one candidate and the committee to move to."))
    moved = move_candidates(chosen, to=to, by=request.user)
    messages.success(request, _("%(count)s moved to %(committee)s.") % {"count": moved, "committee": to})
    return redirect("planned-candidates", pk=pk)


def chosen_of(request: Request, exam: Exam) -> list[Candidate]:
    """The candidates of the exam whose boxes were ticked."""
    return list(exam.candidates.filter(pk__in=pks_of(request.POST.getlist("candidates"))))


def pks_of(texts: list[str]) -> list[int]:
    """Those of `texts` that can be the pk of a row; the others lead to none."""
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]


@require_POST
@planner_required
def note_absence(request: Request, pk: int) -> HttpResponse:
    """Note the attendance of the chosen candidates."""
    exam = exam_for(request.user, pk)
    attendance = request.POST.get("attendance", "")
    chosen = chosen_of(request, exam)
    if attendance not in Attendance.values or not chosen:
        raise Refused(_("Choose at least one candidate, and what to note."))
    note_attendances(chosen, Attendance(attendance), by=request.user)
    messages.success(request, _("Attendance noted."))
    return redirect("planned-candidates", pk=pk)


@require_safe
@planner_required
def exam_log(request: Request, pk: int) -> HttpResponse:
    """Everything that was done to the exam, newest first."""
    exam = exam_for(request.user, pk)
    entries = exam.log.select_related("by", "committee", "upload", "transfer").order_by("-pk")
    page = Paginator(entries, LOG_LENGTH).get_page(request.GET.get("page"))
    return render(request, "planning/log.html", {"exam": exam, "page": page})
