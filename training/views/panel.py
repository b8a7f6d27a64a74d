"""The task panel beside the pages of a sandbox."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request
from committees.errors import Refused
from committees.responses.attachments import XLSX, attach
from committees.responses.spoken import speak
from training.actions import start_over
from training.assessment import closed_by, judge
from training.engine.events import record_events, shown_event
from training.engine.lacks import PLACES, explain
from training.engine.progress import advance, current, lacks_of, take_help
from training.errors import TrainingRefusal
from training.live_help import lower_hand, raise_hand
from training.models import Trainee
from training.sandbox.files import content_of
from training.sandbox.practice import Practice


def practice_of(request: Request) -> Practice:
    """Return the practice of this request, which the middleware set."""
    practice: Practice = vars(request)["practice"]
    return practice


@require_POST
def panel(request: Request) -> HttpResponse:
    """
    Advance the tasks and show the panel; 204 if it already shows `state`. A watching trainer advances nothing.

    The task that the panel shows from now on counts as shown, so the next poll can tick it.
    """
    practice, shown = practice_of(request), request.GET.get("state", "")
    if not practice.is_watching:
        closed_by(practice.run)
        advance(practice.run)
        if not practice.run.is_assessed and (task := current(practice.run)):
            record_events(practice.run, shown_event(task.key))
    if shown == practice.state:
        return HttpResponse(status=204)
    return speak(_panel(request, {}), practice.news_since(shown))


def _panel(request: Request, context: dict[str, Any]) -> HttpResponse:
    return render(
        request, "training/_panel_body.html", {"practice": practice_of(request), "is_news": True, **context}
    )


@require_POST
def check(request: Request) -> HttpResponse:
    """
    Show one more step of help: how much the task still lacks, which candidates it is about, then what is wrong.

    In the panel, or without htmx as messages on the page of the button. Raises Refused in an assessment.
    """
    practice, shown = practice_of(request), request.POST.get("task", "")
    if practice.run.is_assessed:
        raise Refused(TrainingRefusal.NO_HELP)
    run = practice.run
    task = current(run)
    if task and task.key == shown:
        record_events(run, shown_event(task.key))
    advance(run)
    # Another task is current when this one was finished since the page was rendered.
    now = current(run)
    lacks = [] if run.done_at or (now.key if now else "") != shown else lacks_of(run)
    step = take_help(run, lacks) if lacks else 0
    still = explain(lacks, step)
    if request.htmx:
        context = {"still": still, "step": step, "with_hint": step >= PLACES}
        return _panel(request, context)
    for sentence in still:
        messages.info(request, sentence)
    if not still:
        messages.success(request, _("This task is done."))
    return _back(request)


@require_POST
def hand_up(request: Request) -> HttpResponse:
    return _hand(request, raise_hand)


@require_POST
def hand_down(request: Request) -> HttpResponse:
    return _hand(request, lower_hand)


def _hand(request: Request, move: Callable[[Trainee], None]) -> HttpResponse:
    trainee = practice_of(request).run.trainee
    move(trainee)
    trainee.refresh_from_db(fields=["hand_raised_at"])
    if request.htmx:
        return _panel(request, {})
    return _back(request)


def _back(request: Request) -> HttpResponse:
    """Redirect to the page of the button."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return redirect(came_from if is_ours else "home")


@require_POST
def start_again(request: Request) -> HttpResponse:
    run = practice_of(request).run
    start_over(run.trainee, run.scenario_key)
    return redirect("home")


@require_http_methods(["GET", "POST"])
def hand_in(request: Request) -> HttpResponse:
    """Ask whether to hand in an assessed scenario, and judge it. Trainers who are watching can't."""
    practice = practice_of(request)
    if not practice.run.is_assessed or practice.is_watching:
        raise Http404
    if request.method == "GET":
        return render(request, "training/hand_in.html", {"run": practice.run})
    judge(practice.run)
    return redirect(practice.debrief_url)


@require_safe
def give_file(request: Request, key: str) -> HttpResponse:
    run = practice_of(request).run
    file = next((file for file in run.scenario.files if file.key == key), None)
    content = content_of(run, file) if file else None
    if file is None or content is None:
        raise Http404
    kind = XLSX if file.list is not None else "text/plain; charset=utf-8"
    return attach(HttpResponse(content, content_type=kind), str(file.name))
