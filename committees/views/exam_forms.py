"""Forms to create and edit an exam."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from committees.access import Request, exam_for, planner_required
from committees.actions.effects import NotAgreed
from committees.actions.planning import EXAM_FIELDS, change_exam, create_exam
from committees.actions.versions import StaleForm, text_of, texts_of
from committees.enums import Term
from committees.errors import Refused
from committees.forms.exams import CHECKS, ExamForm
from committees.models import Exam, LogEntry
from committees.models.exams import KEY_FIELDS
from committees.responses.effects import ask_for_agreement, warn_of_ended_passwords
from committees.responses.forms import exam_url, form_page

AUTUMN = 7
"""The first month for which HØST is proposed."""
COPIED = ("name", "kind", "place", *KEY_FIELDS[:4], "scale", "rule", "spot_check", *CHECKS)
"""The fields of an exam that are proposed for one like it."""


@require_http_methods(["GET", "POST"])
@planner_required
def new_exam(request: Request) -> HttpResponse:
    initial = {"institusjonsnr": settings.INSTITUTION, "planners": [request.user.pk]}
    return _create(request, initial, title=_("New exam"))


@require_http_methods(["GET", "POST"])
@planner_required
def copy_exam(request: Request, pk: int) -> HttpResponse:
    like = exam_for(request.user, pk)
    initial = {field: getattr(like, field) for field in COPIED} | {"planners": like.planners.all()}
    lead = _("Settings, committees and graders are copied from %(exam)s; candidates are not.")
    return _create(
        request,
        initial,
        like=like,
        title=_("New exam like %(exam)s") % {"exam": like},
        lead=lead % {"exam": like},
    )


def _create(
    request: Request, initial: dict[str, Any], *, like: Exam | None = None, **page: Any
) -> HttpResponse:
    today = timezone.localdate()
    term = Term.SPRING if today.month < AUTUMN else Term.AUTUMN
    form = ExamForm(
        request.POST if request.method == "POST" else None,
        instance=Exam(sandbox_id=request.user.sandbox_id),
        initial={"arstall": today.year, "vurdtidkode": term} | initial,
        submit=_("Create exam"),
    )
    trail = [(like, exam_url(like.pk))] if like else []
    if not form.is_valid():
        return form_page(request, form, *trail, **page)
    newest = LogEntry.objects.newest_id()
    try:
        planners = form.cleaned_data["planners"]
        exam = create_exam(form.save(commit=False), planners=planners, by=request.user, like=like)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return form_page(request, form, *trail, **page)
    messages.success(request, _("Exam created. The next step is shown below."))
    warn_of_ended_passwords(request, newest)
    return redirect("planned-exam", pk=exam.pk)


@require_http_methods(["GET", "POST"])
@planner_required
def edit_exam(request: Request, pk: int) -> HttpResponse:
    exam = exam_for(request.user, pk)
    form = _exam_form(exam, request.POST if request.method == "POST" else None)
    if "back" in request.POST or not form.is_valid():
        return _edit_page(request, pk, form)
    shown, planners = form.cleaned_data["shown"], form.cleaned_data["planners"]
    typed = texts_of(form.instance, EXAM_FIELDS) | {"planners": text_of(planners)}
    agreement, newest = request.POST.get("agreement", ""), LogEntry.objects.newest_id()
    try:
        change_exam(
            form.save(commit=False), planners=planners, by=request.user, shown=shown, agreement=agreement
        )
    except StaleForm as stale:
        fresh = _exam_form(exam_for(request.user, pk), form.merged(typed, stale.now))
        moved = form.described(stale.moved)
        kept = _("Your own changes are kept below.")
        return _edit_page(request, pk, fresh, sentence=stale.sentence, moved=moved, kept=kept, status=409)
    except NotAgreed as asked:
        before = exam_for(request.user, pk)
        title = _("Save the changes to %(exam)s?") % {"exam": before}
        return ask_for_agreement(request, asked, before, title=title, yes=_("Save"))
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _edit_page(request, pk, form)
    messages.success(request, _("Saved."))
    warn_of_ended_passwords(request, newest)
    return redirect("plan" if request.user not in exam.planners.all() else exam_url(pk))


def _exam_form(exam: Exam, data: Any) -> ExamForm:
    form = ExamForm(data, instance=exam, initial={"planners": exam.planners.all()}, submit=_("Save"))
    form.show(texts_of(exam, EXAM_FIELDS))
    return form


def _edit_page(request: Request, pk: int, form: ExamForm, **extra: Any) -> HttpResponse:
    before = exam_for(request.user, pk)
    return form_page(
        request, form, (before, exam_url(pk)), title=_("Edit %(exam)s") % {"exam": before}, **extra
    )
