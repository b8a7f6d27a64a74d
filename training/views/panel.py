"""The task panel beside the pages of a sandbox."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request
from committees.responses.attachments import XLSX, attach
from committees.responses.spoken import speak
from training.actions import start_over
from training.engine.conditions import unmet
from training.engine.progress import advance
from training.sandbox.files import content_of
from training.sandbox.practice import Practice
from training.sandbox.state import SandboxState


def practice_of(request: Request) -> Practice:
    """Return the practice of this request, which the middleware set."""
    practice: Practice = vars(request)["practice"]
    return practice


@require_POST
def panel(request: Request) -> HttpResponse:
    """Advance the tasks and show the panel; 204 if it already shows `state`. A watching trainer advances nothing."""
    practice, shown = practice_of(request), request.GET.get("state", "")
    before = set(practice.run.tasks)
    if not practice.is_watching:
        advance(practice.run)
    if shown == practice.state:
        return HttpResponse(status=204)
    return speak(_panel(request, {}), [*practice.news_since(shown), *practice.progress_since(before)])


def _panel(request: Request, context: dict[str, Any]) -> HttpResponse:
    return render(
        request, "training/_panel_body.html", {"practice": practice_of(request), "is_news": True, **context}
    )


@require_POST
def check(request: Request) -> HttpResponse:
    """Show what the task still lacks: in the panel, or without htmx as messages on the page of the button."""
    practice = practice_of(request)
    before = set(practice.run.tasks)
    advance(practice.run)
    task = practice.task
    # Another task is current when this one was finished since the page was rendered.
    is_current = task is not None and task.key == request.POST.get("task")
    still = unmet(SandboxState(practice.run), task) if task and is_current else []
    if request.htmx:
        return speak(_panel(request, {"still": still}), practice.progress_since(before))
    for sentence in still:
        messages.info(request, sentence)
    if not still:
        messages.success(request, _("This task is done."))
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return redirect(came_from if is_ours else "home")


@require_POST
def start_again(request: Request) -> HttpResponse:
    run = practice_of(request).run
    start_over(run.trainee, run.scenario_key)
    return redirect("home")


@require_safe
def give_file(request: Request, key: str) -> HttpResponse:
    run = practice_of(request).run
    file = next((file for file in run.scenario.files if file.key == key), None)
    content = content_of(run, file) if file else None
    if file is None or content is None:
        raise Http404
    kind = XLSX if file.list is not None else "text/plain; charset=utf-8"
    return attach(HttpResponse(content, content_type=kind), str(file.name))
