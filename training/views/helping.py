"""A trainer's page about one trainee: progress, name, and help."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request
from committees.errors import Refused
from training.access import run_of, trainee_of, trainer_required
from training.actions import remove_trainee, rename_trainee
from training.engine.progress import current
from training.forms import ExtraTimeForm, MessageForm, RenameForm
from training.live_help import (
    give_extra_time,
    hand_over_hint,
    hint_event,
    lower_hand,
    make_robot_act,
    move_time,
    refuse_at_fs,
    send_message_to,
    send_old_list,
)
from training.models import Run, Trainee
from training.sandbox.state import SandboxState
from training.scenario_fields import ACTIONS
from training.scenarios.schema import Task

MESSAGES_SHOWN = 5
DAYS = ("1", "7", "14", "21")
"""Numbers of days that can pass at once."""


@dataclass(frozen=True, slots=True)
class RunHelp:
    """A run with what a trainer can do for it."""

    run: Run

    @property
    def task(self) -> Task | None:
        return None if self.run.sandbox_id is None else current(self.run)

    @property
    def has_hint(self) -> bool:
        """Whether the hint of the current task was handed over."""
        return self.task is not None and hint_event(self.task.key) in self.run.events

    @property
    def acts(self) -> list[tuple[int, str, str]]:
        """Return index, name of the robot and label of each act of the scenario; equal acts once."""
        names = {person.key: person.name for person in self.run.scenario.people}
        found: dict[tuple[str, str, object], tuple[int, str, str]] = {}
        for index, act in enumerate(self.run.scenario.acts):
            same = (act.who, act.do, repr(act.grades))
            found.setdefault(same, (index, names.get(act.who, act.who), str(ACTIONS[act.do])))
        return list(found.values())

    @property
    def candidates(self) -> list[str]:
        return [candidate.number for candidate in SandboxState(self.run).candidates]


@require_safe
@trainer_required
def trainee_desk(request: Request, pk: int, trainee: int) -> HttpResponse:
    return desk(request, trainee_of(request.user, pk, trainee))


def desk(request: Request, trainee: Trainee, **forms: Any) -> HttpResponse:
    """Render the page; 422 if one of `forms` has errors."""
    context = {
        "trainee": trainee,
        "session": trainee.session,
        "runs": [RunHelp(run) for run in trainee.runs.order_by("-moved_at")],
        "message_form": forms.get("message_form") or MessageForm(label=_("Message to this trainee")),
        "sent": trainee.messages.all()[:MESSAGES_SHOWN],
        "days": DAYS,
        "practice": f"{get_script_prefix()}practice/",
        "rename_form": forms.get("rename_form") or RenameForm(initial={"name": trainee.name}),
        "extra_time_form": forms.get("extra_time_form") or ExtraTimeForm(instance=trainee),
    }
    has_errors = any(form.errors for form in forms.values())
    return render(request, "training/desk.html", context, status=422 if has_errors else 200)


@require_POST
@trainer_required
def message_one(request: Request, pk: int, trainee: int) -> HttpResponse:
    receiver, form = (
        trainee_of(request.user, pk, trainee),
        MessageForm(request.POST, label=_("Message to this trainee")),
    )
    if not form.is_valid():
        return desk(request, receiver, message_form=form)
    send_message_to(receiver, form.cleaned_data["text"])
    messages.success(request, _("Sent. The message will appear above the tasks within seconds."))
    return redirect("training-trainee", pk=pk, trainee=trainee)


@require_POST
@trainer_required
def lower(request: Request, pk: int, trainee: int) -> HttpResponse:
    lower_hand(trainee_of(request.user, pk, trainee))
    return redirect("training-trainee", pk=pk, trainee=trainee)


@require_POST
@trainer_required
def hint(request: Request, pk: int, trainee: int, run: int, task: str) -> HttpResponse:
    hand_over_hint(run_of(request.user, pk, trainee, run), task)
    return _done(request, pk, trainee)


@require_POST
@trainer_required
def robot_act(request: Request, pk: int, trainee: int, run: int, index: int) -> HttpResponse:
    make_robot_act(run_of(request.user, pk, trainee, run), index)
    return _done(request, pk, trainee)


@require_POST
@trainer_required
def fs_refusal(request: Request, pk: int, trainee: int, run: int) -> HttpResponse:
    refuse_at_fs(run_of(request.user, pk, trainee, run), request.POST.get("candidate", ""))
    return _done(request, pk, trainee)


@require_POST
@trainer_required
def old_list(request: Request, pk: int, trainee: int, run: int) -> HttpResponse:
    send_old_list(run_of(request.user, pk, trainee, run))
    return _done(request, pk, trainee)


@require_POST
@trainer_required
def pass_time(request: Request, pk: int, trainee: int, run: int) -> HttpResponse:
    days = request.POST.get("days", "")
    move_time(run_of(request.user, pk, trainee, run), int(days) if days in DAYS else 1)
    return _done(request, pk, trainee)


def _done(request: Request, pk: int, trainee: int) -> HttpResponse:
    messages.success(request, _("Done. The trainee will see it within seconds."))
    return redirect("training-trainee", pk=pk, trainee=trainee)


@require_POST
@trainer_required
def extra_time(request: Request, pk: int, trainee: int) -> HttpResponse:
    receiver = trainee_of(request.user, pk, trainee)
    form = ExtraTimeForm(request.POST, instance=receiver)
    if not form.is_valid():
        return desk(request, receiver, extra_time_form=form)
    give_extra_time(receiver, form.cleaned_data["extra_minutes"])
    messages.success(request, _("Saved."))
    return redirect("training-trainee", pk=pk, trainee=trainee)


@require_POST
@trainer_required
def rename(request: Request, pk: int, trainee: int) -> HttpResponse:
    renamed = trainee_of(request.user, pk, trainee)
    form = RenameForm(request.POST)
    if form.is_valid():
        try:
            rename_trainee(renamed, form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", refused.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("training-trainee", pk=pk, trainee=trainee)
    return desk(request, renamed, rename_form=form)


@require_http_methods(["GET", "POST"])
@trainer_required
def remove(request: Request, pk: int, trainee: int) -> HttpResponse:
    removed = trainee_of(request.user, pk, trainee)
    if request.method == "GET":
        return render(request, "training/remove.html", {"trainee": removed, "session": removed.session})
    remove_trainee(removed)
    messages.success(request, _("%(name)s has been removed.") % {"name": removed.name})
    return redirect("training-session", pk=pk)
