"""The Training tab of any signed-in person, and the page of a trainee with their scenarios."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request
from training.access import is_trainee, is_trainer_of, trainee_for
from training.actions import clear_expired, self_study, start_over, start_scenario
from training.models import Run, Trainee, TrainingSession
from training.sandbox.practice_copy import COPY_PREFIX
from training.scenarios.loader import scenarios
from training.scenarios.schema import Scenario


@dataclass(frozen=True, slots=True)
class Card:
    """A scenario as its trainee sees it: how far it is, and whether it may be worked on."""

    scenario: Scenario
    run: Run | None
    is_open: bool = True

    @property
    def done(self) -> int:
        return len(self.run.tasks) if self.run else 0


def cards_of(trainee: Trainee | None, keys: list[str], session: TrainingSession | None = None) -> list[Card]:
    """The scenarios with these keys, in order, with the trainee's runs."""
    runs = {run.scenario_key: run for run in trainee.runs.all()} if trainee else {}
    return [
        Card(scenario, runs.get(key), session is None or session.is_open(key))
        for key, scenario in scenarios().items()
        if key in keys
    ]


@require_safe
def training_tab(request: Request) -> HttpResponse:
    """Self-study, the training sessions that I take part in, and those that I hold."""
    user = request.user
    if TrainingSession.objects.expired().filter(Q(by=user) | Q(trainees__person=user)).exists():
        clear_expired()
    mine = Trainee.objects.filter(person=user, session=None).first()
    practice_copies = (
        [run for run in mine.runs.all() if run.scenario_key.startswith(COPY_PREFIX)] if mine else []
    )
    context = {
        "mine": mine,
        "cards": cards_of(mine, list(scenarios())),
        "practice_copies": [Card(run.scenario, run) for run in practice_copies],
        "joined": Trainee.objects.filter(person=user, session__isnull=False).select_related("session__by"),
        "held": TrainingSession.objects.filter(by=user) if user.is_trainer else [],
    }
    return render(request, "training/training_tab.html", context)


@require_POST
def start_self_study(request: Request, key: str) -> HttpResponse:
    """Begin a scenario, go on with it, or begin it anew."""
    if key not in scenarios() and not key.startswith(COPY_PREFIX):
        raise Http404
    return _begin(request, self_study(request.user), key)


@login_not_required
@require_safe
def trainee_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The scenarios of the session that a trainee joined."""
    trainee = trainee_for(request, pk)
    session = trainee.session
    if session is None:
        return redirect("training")
    if session.is_expired:
        clear_expired()
        raise Http404
    with translation.override(session.language):
        context = {
            "trainee": trainee,
            "session": session,
            "cards": cards_of(trainee, session.scenarios, session),
            "message": session.messages.first(),
        }
        return render(request, "training/trainee.html", context)


@login_not_required
@require_POST
def start(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Begin a scenario of the session, go on with it, or begin it anew."""
    return _begin(request, trainee_for(request, pk), key)


def _begin(request: HttpRequest, trainee: Trainee, key: str) -> HttpResponse:
    run = (start_over if request.POST.get("anew") else start_scenario)(trainee, key)
    return redirect(practice_url(request, run))


def practice_url(request: HttpRequest, run: Run) -> str:
    """Where the trainee of this run practises."""
    return f"{request.META.get('SCRIPT_NAME', '')}/practice/{run.pk}/you/"


@login_not_required
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """What a trainee has done, to print; for the trainee and their trainer."""
    trainee = Trainee.objects.select_related("session__by", "person").filter(pk=pk).first()
    if trainee is None or not (is_trainee(request, trainee) or is_trainer_of(request, trainee)):
        raise Http404
    session = trainee.session
    finished = trainee.runs.filter(done_at__isnull=False).exclude(scenario_key__startswith=COPY_PREFIX)
    with translation.override(session.language if session else translation.get_language()):
        context = {
            "trainee": trainee,
            "session": session,
            "runs": finished.order_by("done_at"),
            "of": len(session.scenarios) if session else len(scenarios()),
        }
        return render(request, "training/certificate.html", context)
