"""
The door to a sandbox: the real pages under /practice/<run>/<persona>/, for the trainee whose run it is.

Behind the door the requester is the trainee's stand-in (or a student of the scenario), every address that a page makes
begins with the same prefix, and there are the pages of grading, planning, FS and Studentweb, and the panel of tasks: nothing
else. The trainer of the session may look in, and change nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, set_script_prefix, set_urlconf
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from committees.models import User
from committees.views.refusals import refusal
from training.access import is_trainee, is_trainer_of, run_at
from training.actions import bring_to_today, clear_expired, record_watching
from training.engine.conditions import advance, current, record_event, refused_event, seen_event
from training.engine.robots import fire_due_acts
from training.models import Message, Run
from training.scenarios.schema import TRAINEE, Task

ADDRESS = re.compile(r"/practice/([0-9]{1,15})/([a-z0-9-]{1,40})(/.*)", re.ASCII)
UNNOTED = {"live", "practice-panel", "session"}
"""Routes that a page asks by itself."""


@dataclass
class Practice:
    """
    What a practice page knows of its run. Templates read it as `request.practice`.

    `page` is the route that is being shown, as long as nothing speaks against its being seen.
    """

    run: Run
    persona: str
    is_watching: bool
    outside: str
    page: str = ""

    @property
    def leave_url(self) -> str:
        """Back to the pages where nothing is practice."""
        trainee = self.run.trainee
        if self.is_watching and trainee.session_id:
            return f"{self.outside}training/sessions/{trainee.session_id}/"
        return f"{self.outside}training/trainees/{trainee.pk}/"

    @cached_property
    def task(self) -> Task | None:
        """The task that is to be done now, after everything that is done by now was noted."""
        if not self.is_watching:
            # The panel stands on the very page that a task may be about.
            if self.page:
                record_event(self.run, seen_event(self.page, self.persona))
            advance(self.run)
        return current(self.run)

    @cached_property
    def steps(self) -> list[tuple[Task, bool]]:
        """Every task, and whether it is done."""
        _now = self.task
        return [(task, task.key in self.run.tasks) for task in self.run.scenario.tasks]

    @cached_property
    def has_hint(self) -> bool:
        """Whether the hint of the task may be seen by now."""
        waited = (timezone.now() - self.run.moved_at).total_seconds()
        return bool(self.task) and waited > (self.task.hint_after if self.task else 0)

    @property
    def state(self) -> str:
        """What the panel shows, so that a page knows whether it shows something else."""
        _now = self.task
        message = self.message.pk if self.message else 0
        watched = self.run.is_watched and not self.is_watching
        return f"{self.run.started_at:%s}-{len(self.run.tasks)}-{message}-{watched:d}-{self.has_hint:d}"

    @cached_property
    def message(self) -> Message | None:
        """The trainer's newest message."""
        session = self.run.trainee.session
        return session.messages.first() if session else None

    @property
    def personas(self) -> list[tuple[str, str, str]]:
        """Into whom the trainee may step: key, name and address; empty where there is nobody but the trainee."""
        students = self.run.scenario.students
        if not students:
            return []
        return [(TRAINEE, self.run.trainee.name, self.at(TRAINEE))] + [
            (one.key, one.name, self.at(one.key)) for one in students
        ]

    def at(self, persona: str) -> str:
        """The address of the pages as this persona sees them."""
        return f"{self.outside}practice/{self.run.pk}/{persona}/"

    @property
    def notes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Your paper lists: the name of each committee with candidates and grades, "" for who did not attend."""
        lists = []
        for exam in self.run.scenario.exams:
            for one in exam.committees:
                if one.notes:
                    name = f"{exam.code} – {one.name}" if one.name else exam.code
                    lists.append((name, [(number, one.notes.get(number, "")) for number in one.numbers]))
        return lists


class SandboxMiddleware:
    """Opens the door, and notes what was seen and refused behind it."""

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
            raise Http404
        stopped = self._stopped(request, run)
        if stopped is not None:
            return stopped
        watching = not is_trainee(request, run.trainee)
        return self._respond(asked, run, address[2], address[3], watching)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        practice, match = vars(request).get("practice"), request.resolver_match
        if practice and match and request.method == "GET" and match.view_name not in UNNOTED:
            practice.page = match.view_name

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """A page that is not there was not seen."""
        if practice := vars(request).get("practice"):
            practice.page = ""

    def _stopped(self, request: HttpRequest, run: Run) -> HttpResponse | None:
        """What whoever may not enter gets instead; a stranger learns nothing."""
        trainee = run.trainee
        if not (is_trainee(request, trainee) or is_trainer_of(request, trainee)):
            if request.user.is_authenticated or not trainee.session:
                raise Http404
            return redirect("join")
        session = trainee.session
        if session and session.is_expired:
            clear_expired()
            raise Http404
        if run.sandbox_id is None or (
            session and not session.is_open(run.scenario_key) and is_trainee(request, trainee)
        ):
            if getattr(request, "htmx", False):
                return HttpResponse(headers={"HX-Refresh": "true"})
            return render(request, "training/over.html", {"run": run, "trainee": trainee}, status=409)
        if is_trainee(request, trainee) or request.method in ("GET", "HEAD"):
            return None
        return refusal(
            request, _("You are looking over a trainee’s shoulder, so you can change nothing."), status=403
        )

    def _respond(self, request: Any, run: Run, persona: str, path: str, is_watching: bool) -> HttpResponse:
        """The answer of the page behind the door."""
        acting_user = self._acting_user(run, persona)
        if is_watching:
            record_watching(run, request.user)
        bring_to_today(run)
        fire_due_acts(run)
        outside = get_script_prefix()
        request.practice = Practice(run, persona, is_watching, outside)
        # The eyes are still the same.
        acting_user.theme = getattr(request.user, "theme", "")
        request.user = acting_user
        request.path_info, request.urlconf = path, "training.sandbox.urls"
        # Also for a response that is made before the address is looked up, such as that to a body that is too large.
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
            self._record(request, response, run, persona)
        return response

    def _acting_user(self, run: Run, persona: str) -> User:
        """The person as whom the requester acts. Raises Http404 for anybody into whom one can't step."""
        students = {person.key for person in run.scenario.students}
        if persona != TRAINEE and persona not in students:
            raise Http404
        acting_user = User.objects.filter(pk=run.people.get(persona, 0), sandbox=run.sandbox_id).first()
        if acting_user is None:
            raise Http404
        return acting_user

    def _record(self, request: HttpRequest, response: HttpResponse, run: Run, persona: str) -> None:
        match = request.resolver_match
        if match is None or match.view_name in UNNOTED:
            return
        if request.method == "GET" and response.status_code == 200:
            record_event(run, seen_event(match.view_name, persona))
        elif request.method == "POST" and response.status_code in (409, 422):
            record_event(run, refused_event(match.view_name))
