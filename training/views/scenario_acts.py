"""Acts of the author of a scenario: edit as text, play, publish, withdraw, delete."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from committees.access import Request
from committees.errors import Refused
from training.access import author_required, own_scenario, trainer_required, withdrawable_scenario
from training.authoring import delete_scenario, publish, save_source, withdraw
from training.errors import TrainingRefusal
from training.scenario_forms import TextForm
from training.scenario_models import AuthoredScenario
from training.scenarios.places import located
from training.verdicts import begin_plays


@require_http_methods(["GET", "POST"])
@trainer_required
def edit_text(request: Request, key: str) -> HttpResponse:
    """Edit the TOML text; 409 when it was saved elsewhere meanwhile, with the input kept."""
    scenario = own_scenario(request.user, key)
    if request.method == "GET":
        form = TextForm(initial={"source": scenario.source, "version": scenario.version})
        return text_page(request, scenario, form, problems=located(scenario.problems, scenario.source))
    form = TextForm(request.POST)
    if not form.is_valid():
        return text_page(request, scenario, form, status=422)
    try:
        saved = save_source(
            scenario, form.cleaned_data["source"], expected_version=form.cleaned_data["version"]
        )
    except Refused as refused:
        if refused.code != TrainingRefusal.SCENARIO_STALE:
            raise
        # Saving again replaces what was saved elsewhere.
        data = request.POST.copy()
        data["version"] = str(scenario.version)
        return text_page(request, scenario, TextForm(data), status=409, sentence=refused.sentence)
    return after_saving(request, saved, "edit-scenario-text")


def text_page(
    request: Request, scenario: AuthoredScenario, form: TextForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"scenario": scenario, "form": form, **more}
    return render(request, "training/scenario_text.html", context, status=status)


def after_saving(request: Request, scenario: AuthoredScenario, page: str) -> HttpResponse:
    """Play a scenario without problems, and show it; otherwise go back to the form with the problems."""
    if scenario.problems:
        messages.warning(request, _("Saved as a draft. It has problems, which are listed below."))
        return redirect(page, key=scenario.key)
    messages.success(request, _("Saved. It is being played now."))
    try:
        begin_plays(scenario)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("scenario", key=scenario.key)


@require_POST
@trainer_required
def play(request: Request, key: str) -> HttpResponse:
    scenario = own_scenario(request.user, key)
    if scenario.problems:
        raise Refused(TrainingRefusal.SCENARIO_HAS_PROBLEMS)
    begin_plays(scenario)
    return redirect(f"{reverse('scenario', args=[key])}#verdict")


@require_POST
@trainer_required
def publish_text(request: Request, key: str) -> HttpResponse:
    version = request.POST.get("version", "")
    publish(own_scenario(request.user, key), expected_version=int(version) if version.isdecimal() else 0)
    messages.success(
        request, _("Published. It can be chosen for sessions now, and is available for self-study.")
    )
    return redirect("scenario", key=key)


@require_POST
@author_required
def withdraw_text(request: Request, key: str) -> HttpResponse:
    withdraw(withdrawable_scenario(request.user, key))
    messages.success(request, _("Withdrawn. Sessions and practice copies that already use it keep it."))
    return redirect("scenario", key=key)


@require_http_methods(["GET", "POST"])
@trainer_required
def delete(request: Request, key: str) -> HttpResponse:
    """Ask whether to delete the scenario, and delete it."""
    scenario = own_scenario(request.user, key)
    if request.method == "GET":
        return render(request, "training/delete_scenario.html", {"scenario": scenario})
    delete_scenario(scenario)
    messages.success(request, _("The scenario has been deleted."))
    return redirect("scenarios")
