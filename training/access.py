"""Access to rows of training: for a trainer, or for a trainee, who may have joined without an account."""

from functools import update_wrapper
from typing import ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from committees.access import Request, View
from committees.errors import Refused
from committees.models import User
from training.errors import TrainingRefusal
from training.models import Run, Trainee, TrainingSession
from training.scenario_models import AuthoredScenario

P = ParamSpec("P")
JOINED = "trainees"
"""Session key of the trainees that a browser joined as without an account."""


def trainer_required(view: View[P]) -> View[P]:
    """Decorate a view so that only trainers get it; 403 otherwise."""

    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_trainer:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return update_wrapper(guarded, view)


def author_required(view: View[P]) -> View[P]:
    """Decorate a view so that only trainers and the support get it; 403 otherwise."""

    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (request.user.is_trainer or request.user.is_staff):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return update_wrapper(guarded, view)


def own_scenario(user: User, key: str) -> AuthoredScenario:
    """Return a trainer's own scenario, which they can change; 404 otherwise."""
    return get_object_or_404(AuthoredScenario.objects.select_related("owner"), key=key, owner=user)


def seen_scenario(user: User, key: str) -> AuthoredScenario | None:
    """Return a scenario for its owner, the support, and once it is published for all trainers; None otherwise."""
    found = AuthoredScenario.objects.select_related("owner").filter(key=key).first()
    is_visible = found is not None and (user.is_staff or found.owner_id == user.pk or found.is_published)
    return found if is_visible else None


def withdrawable_scenario(user: User, key: str) -> AuthoredScenario:
    """Return a scenario that this user can take out of the catalogue: their own, or as support any; 404 otherwise."""
    found = seen_scenario(user, key)
    if found is None or not (user.is_staff or found.owner_id == user.pk):
        raise Http404
    return found


def session_for(user: User, pk: int) -> TrainingSession:
    """Return the training session if it belongs to this trainer and has not expired; 404 otherwise."""
    return get_object_or_404(TrainingSession.objects.unexpired(), pk=pk, by=user, by__is_trainer=True)


def remember(request: HttpRequest, trainee: Trainee) -> None:
    """Let this browser continue as `trainee`."""
    request.session[JOINED] = sorted({*joined(request), trainee.pk})


def joined(request: HttpRequest) -> list[int]:
    """Return the pks of the trainees that this browser joined as."""
    kept: list[int] = request.session.get(JOINED, [])
    return kept


def is_trainee(request: HttpRequest, trainee: Trainee) -> bool:
    """Return whether the request comes from this trainee."""
    if trainee.person_id:
        return bool(request.user.is_authenticated and trainee.person_id == request.user.pk)
    return trainee.pk in joined(request)


def is_trainer_of(request: HttpRequest, trainee: Trainee) -> bool:
    """Return whether the request comes from the trainer of this trainee's session."""
    return bool(
        trainee.session
        and request.user.is_authenticated
        and request.user.is_trainer
        and trainee.session.by_id == request.user.pk
    )


def forget(request: HttpRequest, trainee: Trainee) -> None:
    """Let this browser no longer continue as `trainee`."""
    request.session[JOINED] = [pk for pk in joined(request) if pk != trainee.pk]


def has_lost(request: HttpRequest, pk: int) -> bool:
    """Return whether this browser or person took part as the trainee with this pk, who was deleted or has expired."""
    trainee = Trainee.objects.select_related("session", "person").filter(pk=pk).first()
    if trainee is None:
        return pk in joined(request)
    return bool(trainee.session and trainee.session.is_expired and is_trainee(request, trainee))


def trainee_for(request: HttpRequest, pk: int) -> Trainee:
    """Return the trainee if the request comes from them and their session has not expired; 404 otherwise."""
    trainee = _unexpired(pk)
    if not is_trainee(request, trainee):
        raise Http404
    return trainee


def certified_trainee_for(request: HttpRequest, pk: int) -> Trainee:
    """Return the trainee for themselves and for their trainer, until their session has expired; 404 otherwise."""
    trainee = _unexpired(pk)
    if not (is_trainee(request, trainee) or is_trainer_of(request, trainee)):
        raise Http404
    return trainee


def trainee_of(user: User, session: int, pk: int) -> Trainee:
    """Return a trainee of this trainer's session; 404 otherwise."""
    return get_object_or_404(
        session_for(user, session).trainees.select_related("session__by", "person"), pk=pk
    )


def run_of(user: User, session: int, trainee: int, pk: int) -> Run:
    """Return a run with a practice copy in this trainer's open session; 404 otherwise. Raises Refused when it is over."""
    found = trainee_of(user, session, trainee)
    if found.session and found.session.is_over:
        raise Refused(TrainingRefusal.SESSION_OVER)
    return get_object_or_404(found.runs.filter(sandbox__isnull=False), pk=pk)


def _unexpired(pk: int) -> Trainee:
    trainee = get_object_or_404(Trainee.objects.select_related("session__by", "person"), pk=pk)
    if trainee.session and trainee.session.is_expired:
        raise Http404
    return trainee


def run_at(pk: int) -> Run | None:
    """Return the run with this number for any user; `training.sandbox.middleware` checks access."""
    return Run.objects.select_related("trainee__session", "trainee__person").filter(pk=pk).first()
