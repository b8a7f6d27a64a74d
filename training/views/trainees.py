"""Training tab of a signed-in person, and pages of a trainee."""

import logging
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request
from committees.files.protocol import PdfFailed
from committees.responses.attachments import attach, file_name
from committees.responses.refusals import refusal
from training.access import certified_trainee_for, forget, has_lost, is_trainee, trainee_for
from training.actions import clear_expired, self_study, start_over, start_scenario
from training.board import digest_of
from training.catalogue import blueprint_of, scenarios, session_scenarios
from training.certificates import delete_certificate, write_certificate
from training.live_help import lower_hand, raise_hand
from training.messages import newest_message
from training.models import Certificate, Run, Trainee, TrainingSession
from training.sandbox.copy_keys import COPY_PREFIX
from training.sandbox.over import Over, over
from training.scenarios.schema import Scenario

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Card:
    """A scenario with its trainee's progress, and whether it is open. `time_limit` in minutes; None without one."""

    scenario: Scenario
    run: Run | None
    is_open: bool = True
    is_paused: bool = False
    is_assessed: bool = False
    time_limit: int | None = None

    @property
    def done(self) -> int:
        """Return the number of finished tasks; in an assessment that is not shown."""
        return len(self.run.tasks) if self.run and not self.run.is_assessed else 0

    @property
    def has_debrief(self) -> bool:
        """Whether the trainee can open the debrief of the run: once something is done, or it is handed in."""
        return self.run is not None and (self.run.is_handed_in or self.done > 0)


def cards_of(trainee: Trainee | None, session: TrainingSession | None = None) -> list[Card]:
    """Return the scenarios of the session, or all, with the trainee's runs."""
    runs = {run.scenario_key: run for run in trainee.runs.all()} if trainee else {}
    known = session_scenarios(session) if session else scenarios()
    return [
        Card(
            scenario,
            runs.get(key),
            is_open=session is None or session.is_open(key),
            is_paused=session is not None and not session.is_over and not session.is_open(key),
            is_assessed=session is not None and session.is_assessed,
            time_limit=_limit_of(trainee, session),
        )
        for key, scenario in known.items()
    ]


def left_runs(trainee: Trainee | None, cards: list[Card]) -> list[Run]:
    """Return the runs that have a copy but no card: practice copies of exams, and scenarios that were withdrawn."""
    shown = {card.scenario.key for card in cards}
    runs = trainee.runs.filter(sandbox__isnull=False) if trainee else []
    return [run for run in runs if run.scenario_key not in shown]


def _limit_of(trainee: Trainee | None, session: TrainingSession | None) -> int | None:
    """Return the trainee's minutes per scenario, with extra time; None without a limit."""
    if session is None or not session.is_assessed or not session.time_limit:
        return None
    return session.time_limit + (trainee.extra_minutes if trainee else 0)


@require_safe
def training_tab(request: Request) -> HttpResponse:
    user = request.user
    unexpired = TrainingSession.objects.unexpired()
    mine = Trainee.objects.filter(person=user, session=None).first()
    cards = cards_of(mine)
    practice_copies = [run for run in mine.runs.all() if _is_copy(run)] if mine else []
    withdrawn = [run for run in left_runs(mine, cards) if not _is_copy(run)]
    context = {
        "mine": mine,
        "cards": [*cards, *(Card(run.scenario, run) for run in withdrawn)],
        "practice_copies": [Card(run.scenario, run) for run in practice_copies],
        "joined": Trainee.objects.filter(person=user, session__in=unexpired).select_related("session__by"),
        "held": unexpired.filter(by=user) if user.is_trainer else [],
    }
    return render(request, "training/training_tab.html", context)


def _is_copy(run: Run) -> bool:
    return run.scenario_key.startswith(COPY_PREFIX)


@require_POST
def start_self_study(request: Request, key: str) -> HttpResponse:
    """Start a scenario, continue it, or start over."""
    trainee = self_study(request.user)
    is_known = key.startswith(COPY_PREFIX) or blueprint_of(None, key) is not None
    if not is_known and not trainee.runs.filter(scenario_key=key).exists():
        raise Http404
    clear_expired()
    return _begin(request, trainee, key)


@login_not_required
@require_safe
def trainee_page(request: HttpRequest, pk: int) -> HttpResponse:
    if has_lost(request, pk):
        return over(request, Over.EXPIRED)
    trainee = trainee_for(request, pk)
    if trainee.session is None:
        return redirect("training")
    with translation.override(trainee.session.language):
        return render(request, "training/trainee.html", _live_context(trainee, trainee.session))


def _live_context(trainee: Trainee, session: TrainingSession) -> dict[str, Any]:
    """Return the context of a trainee's list. `digest` is equal for equal lists."""
    cards, message = cards_of(trainee, session), newest_message(trainee)
    shown = [
        (
            card.scenario.key,
            card.is_open,
            card.run and (card.run.attempts, card.done, bool(card.run.completed_at), card.run.points),
        )
        for card in cards
    ]
    digest = digest_of(shown, message and message.pk, session.is_over, trainee.name, trainee.hand_raised_at)
    return {"trainee": trainee, "session": session, "cards": cards, "message": message, "digest": digest}


@login_not_required
@require_safe
def trainee_live(request: HttpRequest, pk: int) -> HttpResponse:
    """
    Poll of a trainee's list: 204 while its digest is `seen`. With `paused`, the poll of a page that waits for a scenario.

    The page reloads when the pause ends, and after the trainee was removed.
    """
    reload = HttpResponse(headers={"HX-Refresh": "true"})
    if has_lost(request, pk):
        return reload
    trainee = trainee_for(request, pk)
    session = trainee.session
    if session is None or not getattr(request, "htmx", False):
        return redirect("trainee", pk=pk)
    if paused := request.GET.get("paused"):
        return reload if session.is_over or session.is_open(paused) else HttpResponse(status=204)
    with translation.override(session.language):
        context = _live_context(trainee, session)
        if request.GET.get("seen") == context["digest"]:
            return HttpResponse(status=204)
        return render(request, "training/_trainee_live.html", context)


@login_not_required
@require_POST
def hand_up(request: HttpRequest, pk: int) -> HttpResponse:
    raise_hand(trainee_for(request, pk))
    return redirect("trainee", pk=pk)


@login_not_required
@require_POST
def hand_down(request: HttpRequest, pk: int) -> HttpResponse:
    lower_hand(trainee_for(request, pk))
    return redirect("trainee", pk=pk)


@login_not_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Let this browser no longer continue as the trainee; the next person can join. People with an account sign out."""
    trainee = trainee_for(request, pk)
    if trainee.person_id or trainee.session is None:
        return redirect("trainee", pk=pk)
    forget(request, trainee)
    return redirect("join-link", code=trainee.session.code, key=trainee.session.link_key)


@login_not_required
@require_POST
def start(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Start a scenario of the session, continue it, or start over."""
    return _begin(request, trainee_for(request, pk), key)


def _begin(request: HttpRequest, trainee: Trainee, key: str) -> HttpResponse:
    run = (start_over if request.POST.get("anew") else start_scenario)(trainee, key)
    return redirect(practice_url(request, run))


def practice_url(request: HttpRequest, run: Run) -> str:
    """Return the address of the run's sandbox for its trainee."""
    return f"{request.META.get('SCRIPT_NAME', '')}/practice/{run.pk}/you/"


@login_not_required
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    trainee = certified_trainee_for(request, pk)
    session = trainee.session
    finished = trainee.runs.filter(completed_at__isnull=False).exclude(scenario_key__startswith=COPY_PREFIX)
    with translation.override(session.language if session else translation.get_language()):
        context = {
            "trainee": trainee,
            "session": session,
            "runs": finished.order_by("completed_at"),
            "of": len(session.scenarios) if session else len(scenarios()),
            "certificate": Certificate.objects.filter(trainee=trainee).first(),
            "check_at": request.build_absolute_uri(reverse("check-protocol")),
            "is_own": is_trainee(request, trainee),
        }
        return render(request, "training/certificate.html", context)


@login_not_required
@require_safe
def certificate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    trainee = certified_trainee_for(request, pk)
    found = get_object_or_404(Certificate, trainee=trainee)
    check_at = request.build_absolute_uri(reverse("check-protocol"))
    with translation.override(trainee.session.language if trainee.session else translation.get_language()):
        try:
            content = write_certificate(found, check_at=check_at)
        except PdfFailed:
            logger.exception("The PDF of a certificate could not be written")
            sentence = _(
                "The PDF could not be created. Try again in a minute, or print the certificate page instead."
            )
            response = refusal(request, sentence, status=503)
            response["Retry-After"] = "60"
            return response
        name = file_name(_("Certificate"), trainee.name, ending="pdf")
    return attach(HttpResponse(content, content_type="application/pdf"), name)


@login_not_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to delete the trainee's own certificate, and delete it."""
    trainee = trainee_for(request, pk)
    found = get_object_or_404(Certificate, trainee=trainee)
    if request.method == "GET":
        return render(request, "training/delete_certificate.html", {"trainee": trainee})
    delete_certificate(found)
    messages.success(request, _("The certificate has been deleted."))
    return redirect("certificate", pk=pk)
