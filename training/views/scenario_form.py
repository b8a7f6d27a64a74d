"""The form of a scenario: fields instead of TOML. Buttons add, remove and move rows; the others save."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from committees.access import Request
from committees.errors import Refused
from training.access import own_scenario, trainer_required
from training.authoring import save_source
from training.errors import TrainingRefusal
from training.scenario_editor import Row, form_of, missing_texts, posted_form, table_of
from training.scenario_models import AuthoredScenario
from training.scenarios.fields import languages_of
from training.scenarios.limits import MOST_BYTES
from training.scenarios.loader import read_text
from training.scenarios.places import located
from training.scenarios.writer import write_toml
from training.verdicts import begin_plays

LANGUAGES = dict(settings.LANGUAGES)


@require_http_methods(["GET", "POST"])
@trainer_required
def edit(request: Request, key: str) -> HttpResponse:
    """Edit a scenario; 409 when it was saved elsewhere meanwhile, with the input kept."""
    scenario = own_scenario(request.user, key)
    if not scenario.table:
        messages.warning(request, _("This text is not TOML, so it can only be edited as text."))
        return redirect("edit-scenario-text", key=key)
    if request.method == "GET":
        return _page(
            request, scenario, form_of(scenario.table, _language(request, scenario)), scenario.version
        )
    form, version = posted_form(request.POST), request.POST.get("version", "")
    if _change_rows(form, request):
        return _page(request, scenario, form, version)
    return _save(request, scenario, form, int(version) if version.isdecimal() else 0)


def _language(request: Request, scenario: AuthoredScenario) -> str:
    """Return the language whose texts are shown: the chosen one, else that of the page if the scenario has it."""
    wanted = request.POST.get("language") or request.GET.get("language", "")
    if wanted in LANGUAGES:
        return wanted
    known, own = languages_of(scenario.table), translation.get_language() or ""
    return own if own in known else known[0]


def _change_rows(form: Row, request: Request) -> bool:
    """Add, remove or move the row that a button names. Returns False if another button was pressed."""
    for button, act in (("add", form.add), ("remove", form.remove), ("up", form.move_up)):
        if name := request.POST.get(button):
            act(name)
            return True
    return False


def _save(request: Request, scenario: AuthoredScenario, form: Row, version: int) -> HttpResponse:
    language = _language(request, scenario)
    source = write_toml(table_of(form, scenario.table, language))
    if len(source.encode()) > MOST_BYTES:
        sentence = _("The text is larger than %(most)s kB.") % {"most": MOST_BYTES // 1024}
        return _page(request, scenario, form, version, status=422, sentence=sentence)
    try:
        # A form that changed nothing keeps comments and layout of the text.
        is_same = read_text(source)[0] == scenario.table
        saved = save_source(scenario, scenario.source if is_same else source, expected_version=version)
    except Refused as refused:
        if refused.code != TrainingRefusal.SCENARIO_STALE:
            raise
        return _page(
            request, scenario, form, scenario.version, status=409, sentence=refused.sentence, is_stale=True
        )
    return _saved(request, saved)


def _saved(request: Request, scenario: AuthoredScenario) -> HttpResponse:
    page = reverse("edit-scenario", args=[scenario.key])
    if (following := request.POST.get("then", "")) in LANGUAGES:
        return redirect(f"{page}?language={following}")
    if scenario.problems:
        messages.warning(request, _("Saved as a draft. It has problems, which are listed below."))
        return redirect(f"{page}?language={request.POST.get('language', '')}")
    messages.success(request, _("Saved. It is being played now."))
    try:
        begin_plays(scenario)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    return redirect("scenario", key=scenario.key)


def _page(
    request: Request,
    scenario: AuthoredScenario,
    form: Row,
    version: object,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    language, missing = _language(request, scenario), missing_texts(scenario.table)
    context = {
        "scenario": scenario,
        "form": form,
        "version": version,
        "language": language,
        "language_name": LANGUAGES[language],
        "languages": [(code, name, missing.get(code, 0)) for code, name in settings.LANGUAGES],
        "problems": located(scenario.problems, scenario.source) if request.method == "GET" else [],
        "has_comments": any(line.lstrip().startswith("#") for line in scenario.source.splitlines()),
        "files": [file.get("key") for file in scenario.table.get("files", []) if isinstance(file, dict)],
        **more,
    }
    return render(request, "training/scenario_form.html", context, status=status)
