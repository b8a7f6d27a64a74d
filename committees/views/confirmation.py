"""Confirm Final Grading with its second look, and withdraw a confirmation."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request, seat_for
from committees.actions.confirmation import confirm_grades, withdraw_confirmation
from committees.charts import chart
from committees.enums import ConfirmationRule, HintKind, SpotCheck
from committees.errors import Refused, StaleVersion
from committees.forms.paper import PaperForm
from committees.grade_scales import grade_label
from committees.models import Grader
from committees.queries.chunks import row_url
from committees.queries.confirmation import ListedGrade, listed_grades
from committees.queries.history import newest_entry
from committees.queries.second_look import SheetLine, hints_of_committee, seen_by
from committees.queries.sheets import Change, changes_of, changes_since, own_confirmation, replaced_grades_of
from committees.requests import parse_id
from committees.responses.seen_hints import forget_seen, seen_hints
from committees.second_look import spot_check
from committees.second_look.explaining import explain_hint, named_in
from committees.second_look.hints import Hint
from committees.second_look.paper import as_details, paper_hints


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The grades that a grader is about to confirm, with what was typed from paper and the hints."""

    listed: list[ListedGrade]
    gone: list[Change]
    paper: PaperForm
    hints: list[Hint]

    def details(self, seen: list[str]) -> dict[str, Any]:
        paper = self.paper
        return as_details(self.hints, seen, totals=paper.totals, notes=paper.notes, was_read=paper.was_read)


@require_http_methods(["GET", "POST"])
def confirm(request: Request, pk: int) -> HttpResponse:
    if request.method == "GET":
        return _page(request, pk)
    seat = seat_for(request.user, pk)
    version, look = request.POST.get("expected_version", ""), _second_look(seat, request.POST)
    if version == seat.committee.version and not (seat.has_confirmed or seat.committee.is_locked):
        if not look.paper.is_valid():
            return _page(request, pk, status=422)
        # A program that sends no `shown` has no page to show hints on.
        shown = request.POST.get("shown")
        if shown is not None and {hint.key for hint in look.hints} - set(shown.split()):
            acknowledged = "acknowledged" in request.POST
            sentence = _("Take a second look before you confirm.")
            return _page(request, pk, status=409, sentence=sentence, acknowledged=acknowledged)
    try:
        confirm_grades(
            seat,
            expected_version=version,
            acknowledged="acknowledged" in request.POST,
            second_look=look.details(request.POST.getlist("seen")),
        )
    except StaleVersion as moved:
        since = parse_id(request.POST.get("newest", ""))
        moves = changes_since(seat.committee, since) if since is not None else []
        return _page(request, pk, status=409, sentence=moved.sentence, moved=moves)
    except Refused as refused:
        return _page(request, pk, status=409, sentence=refused.sentence)
    request.session.pop(_session_key(pk), None)
    forget_seen(request, pk)
    messages.success(request, _("You have confirmed the final grading."), extra_tags="confirmed")
    return redirect("final-grading", pk=pk)


@require_POST
def check_grades(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    if not _second_look(seat, request.POST).paper.is_valid():
        return _page(request, pk, status=422)
    # After a redirect, Back and reload show the comparison again instead of asking to send the form.
    typed = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    request.session[_session_key(pk)] = typed
    return redirect("confirm", pk=pk)


def _page(request: Request, pk: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    # Read first, so that later changes are shown instead of confirmed unseen.
    newest = newest_entry(pk)
    seat = seat_for(request.user, pk)
    compared = _compared(request, pk)
    typed = request.POST or compared
    committee, look = seat.committee, _second_look(seat, typed)
    grades = [one.grade for one in look.listed]
    per_grade = [(grade, grades.count(grade)) for grade in committee.exam.grades]
    hints = [explain_hint(hint) for hint in look.hints]
    named = named_in(hints)
    context = {
        "seat": seat,
        "committee": committee,
        "exam": committee.exam,
        "newest": newest,
        "graders": committee.graders.with_confirmed().select_related("person"),
        "is_open": not (seat.has_confirmed or committee.is_locked),
        "is_alone": committee.exam.rule == ConfirmationRule.ONE,
        "per_grade": per_grade,
        "chart": chart([(grade_label(grade), count, str(count)) for grade, count in per_grade]),
        "listed": look.listed,
        "has_names": not committee.exam.is_anonymous,
        "has_changes": any(one.change for one in look.listed),
        "is_again": own_confirmation(seat) is not None,
        "gone": look.gone,
        "without": [one.number for one in look.listed if not one.grade],
        "doubtful": [one for one in look.listed if one.is_doubtful],
        "form": look.paper,
        "spot_check": committee.exam.spot_check,
        "hints": hints,
        "seen_by": seen_by(seat) if hints else {},
        "rows": {one.number: row_url(committee, one.pk) for one in look.listed if one.number in named},
        "seen": typed.getlist("seen") if typed else seen_hints(request, pk),
        "is_compared": bool(compared),
        "acknowledged": "acknowledged" in compared and compared.get("expected_version") == committee.version,
        **extra,
    }
    return render(request, "grading/confirm.html", context, status=status)


def _compared(request: Request, pk: int) -> MultiValueDict[str, str]:
    """Return the form that the grader compared last, empty if none or if another is being sent."""
    return MultiValueDict({} if request.method == "POST" else request.session.get(_session_key(pk), {}))


def _session_key(pk: int) -> str:
    return f"compared-{pk}"


def _second_look(seat: Grader, typed: MultiValueDict[str, str]) -> SecondLook:
    committee, exam = seat.committee, seat.committee.exam
    changes = changes_of(seat) if own_confirmation(seat) else replaced_grades_of(seat)
    listed = listed_grades(committee, changes)
    grades = {one.number: one.grade for one in listed}
    has_spot_check = exam.spot_check != SpotCheck.OFF and len(listed) > spot_check.SIZE
    # Not of the grades: a change of one of them would draw another sample, and drop what was typed.
    seed = f"{committee.pk} {committee.round} {seat.pk}"
    numbers = spot_check.choose(list(grades), seed=seed) if has_spot_check else []
    paper = PaperForm(typed or None, grades=exam.grades, numbers=numbers)
    if paper.is_bound:
        paper.full_clean()
    hints = paper_hints(paper.totals, paper.notes, grades)
    hints += hints_of_committee(
        committee, [SheetLine(one.number, one.grade, one.attendance) for one in listed]
    )
    if numbers and exam.spot_check == SpotCheck.EXPECTED and not (paper.was_read or paper.notes):
        hints.append(Hint(HintKind.SPOT_CHECK_MISSING, {}))
    gone = [change for change in changes if change.is_move and change.number not in grades]
    return SecondLook(listed, gone, paper, hints)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    seat = seat_for(request.user, pk)
    withdraw_confirmation(seat)
    messages.success(request, _("You have withdrawn your confirmation."))
    return redirect("final-grading", pk=pk)
