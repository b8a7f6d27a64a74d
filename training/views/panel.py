"""The panel of tasks beside the real pages. Reached only behind the door of a sandbox."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from committees.access import Request
from committees.views.attachments import attach
from committees.views.excel import XLSX
from training.actions import start_over
from training.engine.conditions import unmet
from training.sandbox.files import content_of
from training.sandbox.middleware import Practice
from training.sandbox.state import SandboxState


def practice_of(request: Request) -> Practice:
    """The practice that the request is behind the door of."""
    practice: Practice = vars(request)["practice"]
    return practice


@require_safe
def panel(request: Request) -> HttpResponse:
    """The panel as it is now; 204 for a page that shows just that."""
    practice = practice_of(request)
    if request.GET.get("state") == practice.state:
        return HttpResponse(status=204)
    return _panel(request, {})


def _panel(request: Request, context: dict[str, Any]) -> HttpResponse:
    return render(
        request, "training/_panel_body.html", {"practice": practice_of(request), "is_news": True, **context}
    )


@require_POST
def check(request: Request) -> HttpResponse:
    """What the register still sees of the task; without htmx as messages on the page one came from."""
    practice = practice_of(request)
    asked = request.POST.get("task")
    # The task may have been finished since the page was drawn; then the panel says so by itself.
    still = (
        unmet(SandboxState(practice.run), practice.task)
        if practice.task and practice.task.key == asked
        else []
    )
    if request.htmx:
        return _panel(request, {"still": still})
    for sentence in still:
        messages.info(request, sentence)
    if not still:
        messages.success(request, _("That task is done."))
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return redirect(came_from if is_ours else "home")


@require_POST
def start_again(request: Request) -> HttpResponse:
    """Throw this copy away and begin with a fresh one."""
    run = practice_of(request).run
    start_over(run.trainee, run.scenario_key)
    return redirect("home")


@require_safe
def give_file(request: Request, key: str) -> HttpResponse:
    """A file that the scenario offers."""
    run = practice_of(request).run
    file = next((one for one in run.scenario.files if one.key == key), None)
    content = content_of(run, file) if file else None
    if file is None or content is None:
        raise Http404
    kind = XLSX if file.list is not None else "text/plain; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    return attach(response, str(file.name))
