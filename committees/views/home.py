"""Where people belong: the tabs at the top, and the one that opens after signing in."""

from dataclasses import dataclass, replace
from typing import Any

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
    One tab: where it leads, and the parts of the site (beginnings of paths) that lie under it. What is offered to everybody
    is nobody's `is_home`.
    """

    label: str | Promise
    url: str
    icon: str
    parts: tuple[str, ...]
    is_current: bool = False
    is_home: bool = True


def tabs_of(user: User) -> list[Tab]:
    """The tabs of everything that this person is, in the order of the work; nobody is without one."""
    named = Candidate.objects.filter(exam__sandbox=user.sandbox_id, feide_name=user.feide_name)
    roles = User.objects.filter(pk=user.pk).values_list(
        Exists(Grader.objects.filter(person=user)),
        Exists(named.exclude(feide_name="")),
    )
    is_grader, is_candidate = roles.first() or (False, False)
    tabs = []
    if is_grader or not (is_candidate or user.is_planner or user.is_staff):
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
        tabs.append(Tab(_("FS"), reverse("fs:exams"), "database", ("/fs/",)))
    if is_candidate:
        tabs.append(Tab(_("Studentweb"), reverse("fs:studentweb"), "scroll-text", ("/studentweb/",)))
    if user.sandbox_id is None:
        tabs.append(Tab(_("Training"), reverse("training"), "dumbbell", ("/training/",), is_home=False))
    if user.is_staff and user.sandbox_id is None:
        tabs.append(Tab(_("Admin"), reverse("admin:index"), "wrench", ("/admin/",)))
    return tabs


def tabs(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `tabs` for the head of every page, looked up only where a template asks for it."""
    return {"tabs": lambda: _marked(request)}


def _marked(request: HttpRequest) -> list[Tab]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    return [replace(tab, is_current=request.path_info.startswith(tab.parts)) for tab in tabs_of(user)]


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, for everybody."""
    return render(request, "accessibility.html", {"support": settings.SUPPORT_EMAIL})


def home(request: Request) -> HttpResponse:
    return redirect(next(tab.url for tab in tabs_of(request.user) if tab.is_home))
