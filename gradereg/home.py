"""The tabs of every page, and the start page."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from committees.access import Request
from committees.models import Candidate, Grader, User


@dataclass(frozen=True, slots=True)
class Tab:
    """
    A tab. `parts` are the path prefixes of its pages; `is_home`: whether it can be the start page.
    """

    label: str | Promise
    url: str
    icon: str
    parts: tuple[str, ...]
    is_current: bool = False
    is_home: bool = True


def tabs_of(user: User) -> list[Tab]:
    """Return the tabs of this person's roles; the first with `is_home` is the start page. One query."""
    named = Candidate.objects.filter(exam__sandbox=user.sandbox_id, feide_name=user.feide_name)
    roles = User.objects.filter(pk=user.pk).values_list(
        Exists(Grader.objects.current().filter(person=user)),
        Exists(named.exclude(feide_name="")),
    )
    is_grader, is_candidate = roles.first() or (False, False)
    # FS and Studentweb are simulated. A real FS has its own pages, but practice always uses the simulated one.
    is_simulated = user.sandbox_id is not None or settings.FS_BACKEND == settings.PRACTICE_FS_BACKEND
    has_studentweb = is_candidate and is_simulated
    tabs = []
    if is_grader or not (has_studentweb or user.is_planner or user.is_staff):
        tabs.append(
            Tab(
                pgettext_lazy("tab", "Grade"),
                reverse("grade"),
                "graduation-cap",
                ("/grade/", "/committees/", "/candidates/", "/uploads/"),
            )
        )
    if user.is_planner:
        tabs.append(Tab(_("Plan"), reverse("plan"), "calendar-check", ("/plan/",)))
        if is_simulated:
            tabs.append(Tab(_("FS"), reverse("fs:exams"), "database", ("/fs/",)))
    if has_studentweb:
        tabs.append(Tab(_("Studentweb"), reverse("fs:studentweb"), "scroll-text", ("/studentweb/",)))
    if user.sandbox_id is None:
        tabs.append(Tab(_("Training"), reverse("training"), "dumbbell", ("/training/",), is_home=False))
    if user.is_staff and user.sandbox_id is None:
        tabs.append(Tab(_("Support"), reverse("support"), "life-buoy", ("/support/",)))
        tabs.append(Tab(_("Admin"), reverse("admin:index"), "wrench", ("/admin/",)))
    return tabs


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "accessibility.html", {"support": settings.SUPPORT_EMAIL})


def home(request: Request) -> HttpResponse:
    return redirect(next(tab.url for tab in tabs_of(request.user) if tab.is_home))
