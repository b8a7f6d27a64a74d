"""The page that makes the first people of an empty register, and the start page of support."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from committees.access import Request
from committees.forms.people import EmailField
from committees.models import Exam, User
from gradereg.sign_in.first_people import NewPerson, NotSetUp, is_empty, may_set_up, set_up

ROLES = ("support", "planner")


class SetupForm(forms.Form):
    support_name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    support_email = EmailField(label=gettext_lazy("E-mail"), required=False)
    support_feide_name = forms.CharField(label=gettext_lazy("Feide name"), max_length=100, required=False)
    planner_name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    planner_email = EmailField(label=gettext_lazy("E-mail"), required=False)
    planner_feide_name = forms.CharField(label=gettext_lazy("Feide name"), max_length=100, required=False)

    def person(self, role: str) -> NewPerson:
        return NewPerson(*(self.cleaned_data[f"{role}_{part}"] for part in ("name", "email", "feide_name")))


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    token = request.POST.get("token", "") or request.GET.get("token", "")
    if not is_empty() or not may_set_up(request, token):
        raise Http404
    form = SetupForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_up(form.person("support"), form.person("planner"))
        except NotSetUp as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The first people can sign in now."))
            return redirect("sign-in" if settings.FEIDE else "ask-code")
    parts = [
        (title, [field for field in form if field.name.startswith(role)])
        for role, title in zip(ROLES, (_("Support"), _("First planner")), strict=True)
    ]
    context: dict[str, Any] = {"form": form, "parts": parts, "token": token, "codes": settings.LOGIN_BY_CODE}
    return render(request, "registration/setup.html", context, status=422 if form.errors else 200)


@require_safe
def begin(request: Request) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    people = User.objects.filter(sandbox=None)
    context = {
        "planners": people.filter(is_planner=True, is_active=True).count(),
        "trainers": people.filter(is_trainer=True, is_active=True).count(),
        "exams": Exam.objects.filter(sandbox=None).count(),
        "feide": settings.FEIDE,
        "local": settings.LOCAL_ACCOUNTS,
        "codes": settings.LOGIN_BY_CODE,
        "support": settings.SUPPORT_EMAIL,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "begin.html", context)
