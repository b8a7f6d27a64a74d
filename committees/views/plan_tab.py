"""The Plan tab: a planner's exams with their committees, and the same as a workbook."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees.access import Request, planner_required
from committees.enums import PlannedBy, PlanShow, PlanSort, Stage
from committees.files.exam_overview import write_overview
from committees.queries.plan_rows import overview_rows, plan_rows
from committees.queries.planned_exams import PlanFilter, matching_exams, terms_of
from committees.responses.attachments import XLSX, attach, file_name
from committees.responses.searches import search_of, show_search

PAGE_LENGTH = 25


@require_http_methods(["GET", "HEAD", "POST"])
@planner_required
def plan_tab(request: Request) -> HttpResponse:
    if request.method == "POST":
        return show_search(request, request.POST.get("q", ""), **PlanFilter.read(request.POST).in_url)
    asked = PlanFilter.read(request.GET, search_of(request))
    page = Paginator(matching_exams(request.user, asked), PAGE_LENGTH).get_page(request.GET.get("page"))
    terms, years = terms_of(request.user)
    rows = plan_rows(list(page.object_list))
    context = {
        "page": page,
        "rows": rows,
        "can_remind": any(row.missing for row in rows),
        "asked": asked,
        "terms": terms,
        "years": years,
        "stages": Stage.choices,
        "planned_by": PlannedBy.choices,
        "shows": PlanShow.choices,
        "sorts": PlanSort.choices,
    }
    return render(request, "planning/plan_tab.html", context)


@require_safe
@planner_required
def overview(request: Request) -> HttpResponse:
    asked, now = PlanFilter.read(request.GET, search_of(request)), timezone.localtime()
    rows = overview_rows(matching_exams(request.user, asked))
    response = HttpResponse(write_overview(rows, now), content_type=XLSX)
    return attach(response, file_name(_("overview"), f"{now:%Y-%m-%d}", ending="xlsx"))
