"""
Sandbox prefix: serves the real pages under /practice/<run>/<persona>/ to the trainee of the run.

Under the prefix the acting user is the trainee's user in the sandbox, or a student of the scenario. Every address of a page
starts with the prefix. Only grading, planning, FS, Studentweb and the task panel are there (`training.sandbox.urls`).
The trainer of the session can view these pages and change nothing.

Robots act and tasks advance when a trainee's browser POSTs: an act, or the panel's poll. A GET writes nothing.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch, get_script_prefix, set_script_prefix, set_urlconf
from django.utils import translation
from django.utils.translation import gettext as _

from committees.models import User
from committees.responses.refusals import REFUSAL_HEADER, refusal
from training.access import is_trainee, is_trainer_of, run_at
from training.actions import bring_to_today, record_page, record_watching
from training.assessment import closed_by
from training.engine.events import SHOWN, record_events, refused_event
from training.engine.progress import advance, notice_dead_end
from training.engine.refusals import record_refusal
from training.engine.robots import fire_due_acts
from training.models import Run
from training.sandbox.over import Over, over, reason_of
from training.sandbox.practice import Practice
from training.sandbox.state import SandboxState
from training.sandbox.visits import is_target, remember_visit, seen_events, visits
from training.scenarios.schema import TRAINEE

ADDRESS = re.compile(r"/practice/([0-9]{1,15})/([a-z0-9-]{1,40})(/.*)", re.ASCII)
POLLED = {"live", "practice-panel", "session"}
"""Routes that pages request on their own; not a visit, nor an act."""
PANEL = "/panel/"


class SandboxMiddleware:
    """Serves addresses under a sandbox prefix; brings the run up to date before and after a POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked: Any = request
        asked.practice = None
        address = ADDRESS.fullmatch(request.path_info)
        if not address:
            return self.get_response(request)
        run = run_at(int(address[1]))
        if run is None:
            return over(request, Over.GONE)
        stopped = self._stopped(request, run, address[3])
        if stopped is not None:
            return stopped
        return self._respond(asked, run, address[2], address[3])

    def process_view(self, request: Any, *_view: Any) -> HttpResponse | None:
        """Refuse acts in an assessed copy that is handed in, or whose time is up. The panel of tasks still works."""
        practice = request.practice
        is_act = request.method == "POST" and not request.path_info.startswith(PANEL)
        if practice is None or practice.is_watching or not is_act:
            return None
        code = closed_by(practice.run)
        if code is None:
            return None
        response = refusal(request, str(code.label), status=409)
        response[REFUSAL_HEADER] = code.value
        return response

    def _stopped(self, request: HttpRequest, run: Run, path: str) -> HttpResponse | None:
        """Return the response for a request without access; None otherwise. To strangers, runs do not exist."""
        trainee = run.trainee
        if not (is_trainee(request, trainee) or is_trainer_of(request, trainee)):
            if request.user.is_authenticated or not trainee.session:
                return over(request, Over.GONE)
            return redirect("join")
        if (reason := reason_of(run, is_trainer=not is_trainee(request, trainee))) is not None:
            return over(request, reason, run)
        if is_trainee(request, trainee) or request.method in ("GET", "HEAD") or path == PANEL:
            return None
        return refusal(
            request, _("You are viewing a trainee’s practice, so you can’t change anything."), status=403
        )

    def _respond(self, request: Any, run: Run, persona: str, path: str) -> HttpResponse:
        """Serve the page at `path` as `persona`."""
        acting_user = self._acting_user(run, persona)
        outside = get_script_prefix()
        is_watching = not is_trainee(request, run.trainee)
        request.practice = Practice(run, persona, is_watching, outside)
        if is_watching and path == "/" and run.page and request.method == "GET":
            return redirect(f"{outside}practice/{run.pk}/{run.page}")
        if request.method == "POST":
            self._before_post(request, run, is_watching)
        acting_user.theme = getattr(request.user, "theme", "")  # the trainee's own
        request.user = acting_user
        request.path_info, request.urlconf = path, settings.PRACTICE_URLCONF
        # Also for a response that is made before the address is resolved, such as that to a body that is too large.
        set_urlconf(request.urlconf)
        set_script_prefix(f"{outside}practice/{run.pk}/{persona}/")
        session = run.trainee.session
        language = session.language if session else translation.get_language()
        try:
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = self.get_response(request)
        finally:
            set_script_prefix(outside)
        if not is_watching:
            self._after(request, response, run, persona, path=f"{outside}practice/{run.pk}/")
        return response

    def _acting_user(self, run: Run, persona: str) -> User:
        """Return the user in the sandbox who is `persona`. Raises Http404 unless it is the trainee or a student."""
        students = {person.key for person in run.scenario.students}
        if persona != TRAINEE and persona not in students:
            raise Http404
        acting_user = User.objects.filter(pk=run.people.get(persona, 0), sandbox=run.sandbox_id).first()
        if acting_user is None:
            raise Http404
        return acting_user

    def _before_post(self, request: Any, run: Run, is_watching: bool) -> None:
        """Bring the run up to date, so that the act meets what robots have done by now."""
        if is_watching:
            record_watching(run, request.user)
            return
        record_page(
            run, request.headers.get("HX-Current-URL", ""), f"{get_script_prefix()}practice/{run.pk}/"
        )
        bring_to_today(run)
        if fire_due_acts(run):
            notice_dead_end(run)
        # A poll of the panel comes with the page itself: a task that is on it is not read yet.
        is_poll = request.path_info.endswith(PANEL)
        events = visits(request, run)
        record_events(run, *(one for one in events if not (is_poll and one.startswith(SHOWN))))

    def _after(
        self, request: HttpRequest, response: HttpResponse, run: Run, persona: str, *, path: str
    ) -> None:
        """Remember a page that was seen; record what an act did, and a file that it returned."""
        match = request.resolver_match
        if match is None or match.view_name in POLLED:
            return
        if request.method == "GET" and response.status_code == 200:
            is_page = not getattr(request, "htmx", False) and "Content-Disposition" not in response
            has_panel = is_page and not run.is_assessed
            remember_visit(response, run, match, persona, path=path, has_panel=has_panel)
        elif request.method == "POST":
            if response.status_code == 200 and "Content-Disposition" in response:
                record_events(run, *seen_events(run, match, persona))
            if response.status_code in (409, 422):
                if not request.path_info.startswith(PANEL):
                    record_refusal(run, match.view_name, response)
                record_events(run, *_refused(run, match, response.get(REFUSAL_HEADER, "")))
            # The act may tick a task that robots wait for, and they may do what the next task waits for.
            advance(run)
            fire_due_acts(run)
            advance(run)
            notice_dead_end(run)


def _refused(run: Run, match: ResolverMatch, code: str) -> Iterator[str]:
    """Yield the refused events that tasks ask for and this response is."""
    state = SandboxState(run)
    for task in run.scenario.tasks:
        for condition in task.done:
            is_route = condition.get("refused") == match.view_name
            if is_route and condition.get("code", code) == code and is_target(state, condition, match):
                yield refused_event(condition)
