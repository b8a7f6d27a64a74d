"""Studentweb for students; the data in FS for planners."""

from collections.abc import Collection
from typing import Protocol, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fs.models import FsExam, Registration

PAGE_LENGTH = 50


class Person(Protocol):
    """Attributes of the signed-in person that these pages need."""

    feide_name: str | None
    is_planner: bool
    sandbox_id: int | None


# Studentweb


@require_safe
def studentweb(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    feide_name = (person.feide_name or "").lower()
    named = Registration.objects.filter(exam__sandbox=person.sandbox_id, brukernavn=feide_name)
    mine = named.exclude(brukernavn="").select_related("exam")
    registrations = list(mine.order_by("-registered_at", "exam__emnekode"))
    context = {
        "results": [registration for registration in registrations if registration.karakter],
        "pending": [registration for registration in registrations if not registration.karakter],
    }
    return render(request, "fs/studentweb.html", context)


# Data in FS


def _keys_of(request: HttpRequest) -> Collection[str]:
    """Return the keys of the exams that this planner may see. Raise PermissionDenied for others."""
    if not cast(Person, request.user).is_planner:
        raise PermissionDenied
    keys: Collection[str] = import_string(settings.FS_KEYS_OF)(request.user)
    return keys


def _sandbox_of(request: HttpRequest) -> int | None:
    return cast(Person, request.user).sandbox_id


@require_safe
def exams(request: HttpRequest) -> HttpResponse:
    mine = FsExam.objects.filter(sandbox=_sandbox_of(request), key__in=_keys_of(request))
    page = Paginator(mine.with_counts(), PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(request, "fs/exams.html", {"page": page, "exams": page.object_list})


@require_safe
def exam(request: HttpRequest, pk: int) -> HttpResponse:
    keys = _keys_of(request)
    mine = FsExam.objects.filter(sandbox=_sandbox_of(request), key__in=keys)
    exam = get_object_or_404(mine.with_counts(), pk=pk)
    files = exam.files.only_about(keys).defer("content")
    context = {"exam": exam, "registrations": exam.registrations.all(), "files": files}
    return render(request, "fs/exam.html", context)


# Withdrawals, for the simulation only


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    registration = _set_withdrawn(request, pk, True)
    messages.success(request, _("FS now refuses candidate %(candidate)s.") % {"candidate": registration})
    return redirect("fs:exam", pk=registration.exam_id)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    registration = _set_withdrawn(request, pk, False)
    messages.success(request, _("FS accepts candidate %(candidate)s again.") % {"candidate": registration})
    return redirect("fs:exam", pk=registration.exam_id)


def _set_withdrawn(request: HttpRequest, pk: int, is_withdrawn: bool) -> Registration:
    mine = Registration.objects.filter(exam__sandbox=_sandbox_of(request), exam__key__in=_keys_of(request))
    registration = get_object_or_404(mine, pk=pk)
    registration.is_withdrawn = is_withdrawn
    registration.save(update_fields=["is_withdrawn"])
    return registration
