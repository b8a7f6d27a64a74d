"""Exams outside of the daily lists: finished long ago, cancelled or deleted."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committees.access import Request, planner_required
from committees.enums import ExamRemoval, LogAction
from committees.models import Exam, LogEntry

PAGE_LENGTH = 50


@require_safe
@planner_required
def archived_exams(request: Request) -> HttpResponse:
    show = request.GET.get("show", "all")
    search = request.GET.get("q", "").replace("\0", "").strip()
    exams = Exam.everything.planned_by(request.user)
    exams = exams.archived() if show != ExamRemoval.DELETED else exams
    if show in ExamRemoval.values:
        exams = exams.filter(removal=show)
    elif show == "finished":
        exams = exams.current()
    if search:
        exams = exams.filter(Q(emnekode__icontains=search) | Q(name__icontains=search))
    acts = LogEntry.objects.filter(
        exam=OuterRef("pk"), action__in=(LogAction.EXAM_DELETED, LogAction.EXAM_CANCELLED)
    )
    rows = exams.annotate(removed_by=Subquery(acts.order_by("-pk").values("pk")[:1]))
    page = Paginator(rows.order_by("-arstall", "-date", "emnekode", "pk"), PAGE_LENGTH).get_page(
        request.GET.get("page")
    )
    return render(request, "planning/archive.html", {"page": page, "show": show, "search": search})
