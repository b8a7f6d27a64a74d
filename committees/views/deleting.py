"""Deleting exams, committees and candidates, cancelling exams, and undoing these acts."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, exam_for, planned_committee_for, planned_entry_for, planner_required
from committees.actions.deleting import (
    cancel_exam,
    delete_committee,
    delete_exam,
    refuse_exam_at_fs,
    refuse_graded_committee,
    refuse_graded_exam,
)
from committees.actions.effects import NotAgreed
from committees.actions.restoring import undo_removal
from committees.enums import LogAction
from committees.errors import StaleVersion
from committees.forms.exams import CancelForm
from committees.models import Exam, Grader
from committees.requests import newest_shown
from committees.responses.deleting import ask_to_delete
from committees.responses.effects import ask_for_agreement
from committees.responses.forms import exam_url, form_page
from committees.responses.undo import offer_undo


@require_http_methods(["GET", "POST"])
@planner_required
def delete(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    newest = exam.log.newest_id()
    problem = ""
    if request.method == "POST":
        try:
            entry = delete_exam(exam, by=request.user, since=newest_shown(request))
        except StaleVersion as stale:
            problem = stale.sentence
        else:
            offer_undo(request, _("%(exam)s was deleted.") % {"exam": exam}, entry)
            return redirect("plan")
    refuse_graded_exam(exam, exam.committees.with_stage())
    title = _("Delete %(exam)s?") % {"exam": exam}
    return ask_to_delete(request, exam, title, _contents(exam), newest, back=exam_url(pk), problem=problem)


def _contents(exam: Exam) -> list[str]:
    """Return sentences about what is deleted with the exam."""
    seats = Grader.objects.current().filter(committee__exam=exam)
    counts = exam.committees.aggregate(n=Count("pk"))["n"], seats.count(), exam.candidates.count()
    committees, graders, candidates = counts
    found = [
        ngettext("%(n)s committee", "%(n)s committees", committees) % {"n": committees} if committees else "",
        ngettext("%(n)s grader", "%(n)s graders", graders) % {"n": graders} if graders else "",
        ngettext("%(n)s candidate", "%(n)s candidates", candidates) % {"n": candidates} if candidates else "",
    ]
    return [
        *(one for one in found if one),
        _(
            "The exam disappears from all lists. Graders who were notified of it are told that it has been deleted."
        ),
        _("The FS key can be used for another exam. The log is kept."),
    ]


@require_http_methods(["GET", "POST"])
@planner_required
def delete_one_committee(request: Request, pk: int) -> HttpResponse:
    committee = planned_committee_for(request.user, pk)
    exam, newest = committee.exam, committee.exam.log.newest_id()
    problem = ""
    if request.method == "POST":
        try:
            entry = delete_committee(committee, by=request.user, since=newest_shown(request))
        except StaleVersion as stale:
            problem = stale.sentence
        else:
            offer_undo(request, _("%(committee)s was deleted.") % {"committee": committee}, entry)
            return redirect("planned-exam", pk=exam.pk)
    refuse_graded_committee(committee)
    people = list(committee.graders.select_related("person"))
    lines = [_("%(name)s will be removed as a grader.") % {"name": grader} for grader in people]
    if count := committee.candidate_count:
        lines.append(
            ngettext(
                "%(count)s candidate stays in the exam, without a committee.",
                "%(count)s candidates stay in the exam, without a committee.",
                count,
            )
            % {"count": count}
        )
    title = _("Delete %(committee)s?") % {"committee": committee}
    return ask_to_delete(
        request, exam, title, lines or [_("It is empty.")], newest, back=exam_url(exam.pk), problem=problem
    )


@require_http_methods(["GET", "POST"])
@planner_required
def cancel(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        entry = cancel_exam(exam, reason=form.cleaned_data["reason"], by=request.user)
        offer_undo(request, _("%(exam)s was cancelled.") % {"exam": exam}, entry)
        return redirect("plan")
    refuse_exam_at_fs(exam)
    title = _("Cancel %(exam)s") % {"exam": exam}
    lead = _(
        "The exam disappears from the lists of current exams, and nothing in it can be changed. Its graders are "
        "notified. Grades, confirmations and the log are kept, and you can restore the exam."
    )
    return form_page(request, form, (exam, exam_url(pk)), title=title, lead=lead, leave=_("Keep the exam"))


@require_POST
@planner_required
def undo(request: Request, pk: int) -> HttpResponse:
    entry = planned_entry_for(request.user, pk)
    try:
        restored = undo_removal(entry, by=request.user, agreement=request.POST.get("agreement", ""))
    except NotAgreed as asked:
        title, back = _("Restore the candidates?"), exam_url(entry.exam_id)
        return ask_for_agreement(request, asked, entry.exam, title=title, yes=_("Restore"), back=back)
    messages.success(request, _("Restored."))
    if restored.action == LogAction.CANDIDATES_RESTORED:
        return redirect("planned-candidates", pk=entry.exam_id)
    return redirect("planned-exam", pk=entry.exam_id)
