"""Adding, inviting and correcting graders, and their missing e-mail addresses."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, person_for, planned_committee_for, planned_seat_for, planner_required
from committees.actions.graders import (
    PERSON_FIELDS,
    add_grader,
    correct_grader,
    invite_grader,
    set_grader_email,
)
from committees.actions.versions import StaleForm, texts_of
from committees.errors import Refused
from committees.forms.people import (
    CorrectionForm,
    GraderEmailForm,
    InviteForm,
    SeatForm,
    invitation_from,
    name_and_address,
)
from committees.models import Committee, Grader, LogEntry, User
from committees.queries.people import people_like, roles_elsewhere
from committees.responses.effects import warn_of_ended_passwords
from committees.responses.forms import exam_url, form_page


@require_POST
@planner_required
def seat(request: Request, pk: int) -> HttpResponse:
    committee = planned_committee_for(request.user, pk)
    form = SeatForm(request.POST)
    if not form.is_valid():
        return _people_page(request, committee, form, status=422)
    text, is_external = form.cleaned_data["feide_name"], form.cleaned_data["is_external"]
    wanted = name_and_address(text)[1] or text
    known = list(User.known_as(wanted, request.user.sandbox_id)[:2])
    if len(known) == 1:
        if not is_external and roles_elsewhere(known, committee).get(known[0].pk):
            return _people_page(request, committee, form, found=known, status=200)
        return _add(request, committee, known[0], is_external=is_external)
    found = people_like(wanted, request.user.sandbox_id)
    initial = invitation_from(text, request.user.sandbox_id) | {"is_external": is_external}
    status = 200 if found else 422
    return _people_page(
        request, committee, form, found=found, invite=InviteForm(initial=initial), status=status
    )


@require_POST
@planner_required
def add_person(request: Request, pk: int, person: int) -> HttpResponse:
    committee = planned_committee_for(request.user, pk)
    chosen = person_for(request.user, person)
    return _add(request, committee, chosen, is_external=bool(request.POST.get("is_external")))


def _add(request: Request, committee: Committee, person: User, *, is_external: bool) -> HttpResponse:
    newest = LogEntry.objects.newest_id()
    try:
        grader = add_grader(committee, person, is_external=is_external, by=request.user)
    except Refused as refused:
        search = SeatForm({"feide_name": person.feide_name or person.email, "is_external": is_external})
        search.add_error(None, refused.sentence)
        return _people_page(request, committee, search, status=409)
    return _added(request, grader, newest)


@require_POST
@planner_required
def invite(request: Request, pk: int) -> HttpResponse:
    committee = planned_committee_for(request.user, pk)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _people_page(request, committee, SeatForm(), invite=form, status=422)
    newest = LogEntry.objects.newest_id()
    try:
        grader = invite_grader(committee, **form.cleaned_data, by=request.user)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _people_page(request, committee, SeatForm(), invite=form, status=409)
    return _added(request, grader, newest)


def _added(request: Request, grader: Grader, newest: int) -> HttpResponse:
    committee = grader.committee
    messages.success(
        request, _("%(name)s was added to %(committee)s.") % {"name": grader, "committee": committee}
    )
    warn_of_ended_passwords(request, newest)
    return redirect(f"{exam_url(committee.exam_id)}#committee-{committee.pk}")


def _people_page(
    request: Request, committee: Committee, search: SeatForm, *, status: int, **context: Any
) -> HttpResponse:
    invite, found = context.get("invite"), context.pop("found", [])
    elsewhere = roles_elsewhere(found, committee) if found else {}
    ticked = bool(search["is_external"].value())
    context |= {
        "committee": committee,
        "found": [(one, ticked or elsewhere.get(one.pk, False), elsewhere.get(one.pk)) for one in found],
        "exam": committee.exam,
        "search": search,
        "text": search["feide_name"].value() or "",
        "form": invite if invite is not None and invite.is_bound else search,
    }
    return render(request, "planning/people.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@planner_required
def grader_email(request: Request, pk: int) -> HttpResponse:
    grader = planned_seat_for(request.user, pk)
    form = GraderEmailForm(request.POST if request.method == "POST" else None)
    status = 0
    if form.is_valid():
        try:
            set_grader_email(grader, email=form.cleaned_data["email"], by=request.user)
        except Refused as refused:
            form.add_error(None, refused.sentence)
            status = 409
    if form.is_valid():
        messages.success(request, _("The e-mail address of %(name)s was saved.") % {"name": grader})
        return redirect(exam_url(grader.committee.exam_id))
    title = _("E-mail address of %(name)s") % {"name": grader}
    return _person_page(request, grader, form, title=title, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@planner_required
def correct(request: Request, pk: int) -> HttpResponse:
    grader = planned_seat_for(request.user, pk)
    form = _correction(grader.person, request.POST if request.method == "POST" else None)
    title = _("Correct %(name)s") % {"name": grader}
    if not form.is_valid():
        return _person_page(request, grader, form, title=title)
    typed = {name: form.cleaned_data[name] for name in PERSON_FIELDS}
    try:
        person = correct_grader(grader, **typed, by=request.user, shown=form.cleaned_data["shown"])
    except StaleForm as stale:
        fresh = _correction(grader.person, form.merged(typed, stale.now))
        moved = form.described(stale.moved)
        return _person_page(
            request, grader, fresh, title=title, sentence=stale.sentence, moved=moved, status=409
        )
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _person_page(request, grader, form, title=title, status=409)
    messages.success(request, _("%(name)s was saved.") % {"name": person})
    return redirect(exam_url(grader.committee.exam_id))


def _correction(person: User, data: Any) -> CorrectionForm:
    shown = texts_of(person, PERSON_FIELDS)
    form = CorrectionForm(
        data, initial=shown, needs_email=person.signs_in_by_code, has_feide_name=bool(person.feide_name)
    )
    form.show(shown)
    return form


def _person_page(request: Request, grader: Grader, form: Any, *, title: str, **extra: Any) -> HttpResponse:
    exam = grader.committee.exam
    return form_page(request, form, (exam, exam_url(exam.pk)), title=title, **extra)
