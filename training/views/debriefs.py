"""Debrief of a run, for the trainee and the trainer, and of a session, for the trainer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_safe

from committees.access import Request
from committees.errors import Refused
from training.access import certified_trainee_for, is_trainer_of, session_for, trainer_required
from training.debrief import Kind, Moment, points_of, room_of, sheet_at, task_times, timeline_of
from training.errors import TrainingRefusal
from training.figures import FEWEST, MUCH_HELP, figures, refresher_count, refreshers_of
from training.models import Run


@login_not_required
@require_safe
def debrief(request: HttpRequest, pk: int, run: int) -> HttpResponse:
    """Show timeline, points or minutes per task, and the grades after the chosen step."""
    trainee = certified_trainee_for(request, pk)
    found = get_object_or_404(trainee.runs, pk=run)
    is_trainer = is_trainer_of(request, trainee)
    if found.is_assessed and not found.done_at and not is_trainer:
        raise Refused(TrainingRefusal.NOT_HANDED_IN)
    session = trainee.session
    language = session.language if session and not is_trainer else translation.get_language()
    with translation.override(language):
        context = {"trainee": trainee, "session": session, "run": found, "is_trainer": is_trainer}
        return render(
            request, "training/debrief.html", context | _content(found, request.GET.get("step", ""))
        )


def _content(run: Run, asked: str) -> dict[str, object]:
    timeline = timeline_of(run)
    steps = max((moment.step for moment in timeline), default=0)
    step = min(int(asked), steps) if asked.isascii() and asked.isdigit() and len(asked) < 7 else steps
    return {
        "timeline": timeline,
        "times": task_times(run, run.scenario),
        "points": points_of(run) if run.is_assessed else [],
        "counts": _counts(run, timeline),
        "sheet": sheet_at(run, step),
        "step": step,
        "steps": steps,
        "before": step - 1 if step else None,
        "after": step + 1 if step < steps else None,
    }


def _counts(run: Run, timeline: list[Moment]) -> list[tuple[Kind, int]]:
    """Return the number of moments of each kind. Steps of help with *Check* have no moment, and count as help."""
    counts = {kind: sum(moment.kind == kind for moment in timeline) for kind in Kind}
    counts[Kind.HELP] += run.help_count
    return list(counts.items())


@require_safe
@trainer_required
def all_figures(request: Request) -> HttpResponse:
    """Show figures across all sessions and self-study, and names of the trainer's own trainees."""
    context = {
        "scenarios": figures(),
        "refreshers": refreshers_of(request.user),
        "count": refresher_count(),
        "fewest": FEWEST,
        "much": MUCH_HELP,
    }
    return render(request, "training/figures.html", context)


@require_safe
@trainer_required
def room(request: Request, pk: int) -> HttpResponse:
    session = session_for(request.user, pk)
    return render(request, "training/room.html", {"session": session, "scenarios": room_of(session)})
