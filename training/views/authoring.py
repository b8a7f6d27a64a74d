"""Scenarios for authors: the list, one scenario with preview and verdict, and new ones, copied and imported ones."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from committees.access import Request
from committees.responses.attachments import attach
from training.access import author_required, seen_scenario, trainer_required
from training.authoring import create_scenario
from training.preview import Preview, preview_of
from training.scenario_forms import ImportForm, KeyForm, NewForm, free_key
from training.scenario_models import AuthoredScenario
from training.scenarios.fields import languages_of
from training.scenarios.loader import file_scenarios, files, read_text
from training.scenarios.places import located
from training.scenarios.schema import Text
from training.scenarios.starter import copied, starter
from training.scenarios.writer import write_toml
from training.verdicts import Verdict, verdict_of


@dataclass(frozen=True, slots=True)
class Line:
    """A scenario in a list: key and title, and its row if a trainer wrote it."""

    key: str
    title: str
    authored: AuthoredScenario | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a scenario that this user can read, and its row if a trainer wrote it."""

    key: str
    text: str
    authored: AuthoredScenario | None
    is_own: bool

    @property
    def checked(self) -> tuple[dict[str, Any], list[str]]:
        return self.authored.checked if self.authored and self.is_own else read_text(self.text)


def source_for(request: Request, key: str) -> Source:
    """Return the text of a scenario: the saved one for its owner, the published one for others. 404 otherwise."""
    authored = seen_scenario(request.user, key)
    if authored is not None:
        is_own = authored.owner_id == request.user.pk
        text = authored.source if is_own or not authored.published else authored.published
        return Source(key, text, authored, is_own)
    file = next((file for file in files() if file.stem == key), None)
    if file is None or key not in file_scenarios():
        raise Http404
    return Source(key, file.read_text("utf-8-sig"), None, False)


@require_safe
@author_required
def scenario_list(request: Request) -> HttpResponse:
    rows = AuthoredScenario.objects.select_related("owner")
    others = rows.exclude(owner=request.user)
    context = {
        "mine": [_line(row, row.source) for row in rows.filter(owner=request.user)],
        "others": [
            _line(row, row.published or row.source)
            for row in (others if request.user.is_staff else others.published())
        ],
        "built_in": [Line(key, str(scenario.title)) for key, scenario in file_scenarios().items()],
    }
    return render(request, "training/scenarios.html", context)


def _line(row: AuthoredScenario, source: str) -> Line:
    title = read_text(source)[0].get("title")
    return Line(row.key, (str(Text(title)) if isinstance(title, dict) else "") or row.key, row)


@require_safe
@author_required
def scenario_page(request: Request, key: str) -> HttpResponse:
    return render(request, "training/scenario.html", page_context(request, key))


def page_context(request: Request, key: str) -> dict[str, Any]:
    """Return the context of the page of one scenario."""
    source = source_for(request, key)
    table, problems = source.checked
    verdict = verdict_of(source.authored) if source.authored and source.is_own else Verdict({})
    return {
        "source": source,
        "key": key,
        "authored": source.authored,
        "is_own": source.is_own,
        "title": _title(table) or key,
        "problems": located(problems, source.text),
        "verdict": verdict,
        "can_publish": not problems and verdict.passes and _is_unpublished(source.authored),
        "preview": None if problems else _preview(request, key, table),
        "languages": [(code, name) for code, name in settings.LANGUAGES if code in languages_of(table)],
        "can_withdraw": source.authored is not None and (source.is_own or request.user.is_staff),
        "may_copy": request.user.is_trainer,
    }


def _is_unpublished(authored: AuthoredScenario | None) -> bool:
    return authored is not None and (authored.has_changes or not authored.is_published)


def _title(table: dict[str, Any]) -> str:
    title = table.get("title")
    return str(Text({name: str(text) for name, text in title.items()})) if isinstance(title, dict) else ""


def _preview(request: Request, key: str, table: dict[str, Any]) -> Preview:
    known = languages_of(table)
    wanted = request.GET.get("language", translation.get_language())
    return preview_of(key, table, wanted if wanted in known else known[0])


@require_safe
@trainer_required
def poll_verdict(request: Request, key: str) -> HttpResponse:
    """Poll of the page while its scenario is played. Redirects to the page without htmx."""
    context = page_context(request, key)
    if not request.htmx:
        return redirect("scenario", key=key)
    return render(request, "training/_verdict.html", context)


@require_safe
@author_required
def export(request: Request, key: str) -> HttpResponse:
    source = source_for(request, key)
    response = HttpResponse(source.text, content_type="application/toml; charset=utf-8")
    return attach(response, f"{key}.toml")


# New ones


@require_http_methods(["GET", "POST"])
@trainer_required
def new(request: Request) -> HttpResponse:
    form = NewForm(request.POST if request.method == "POST" else None, submit=_("Create scenario"))
    if form.is_valid():
        language = translation.get_language() or "en"
        text = write_toml(starter(form.cleaned_data["title"], language))
        scenario = create_scenario(form.cleaned_data["key"], text, by=request.user)
        messages.success(request, _("Scenario created, with a small example for you to change."))
        return redirect("scenario", key=scenario.key)
    lead = _(
        "It begins as a small working example: one committee, two graders and three tasks. Change it step by step."
    )
    return _form(request, form, title=_("New scenario"), lead=lead)


@require_http_methods(["GET", "POST"])
@trainer_required
def copy(request: Request, key: str) -> HttpResponse:
    source = source_for(request, key)
    table, problems = source.checked
    form = KeyForm(
        request.POST if request.method == "POST" else None,
        initial={"key": free_key(key)},
        submit=_("Copy scenario"),
    )
    if form.is_valid():
        # A copy keeps comments and layout, except for the title.
        text = source.text if problems else write_toml(copied(table))
        scenario = create_scenario(form.cleaned_data["key"], text, by=request.user)
        messages.success(request, _("The copy is yours. Nobody else sees it before you publish it."))
        return redirect("scenario", key=scenario.key)
    return _form(request, form, title=_("Copy “%(title)s”") % {"title": _title(table) or key})


@require_http_methods(["GET", "POST"])
@trainer_required
def import_file(request: Request) -> HttpResponse:
    is_post = request.method == "POST"
    form = ImportForm(
        request.POST if is_post else None, request.FILES if is_post else None, submit=_("Import")
    )
    if form.is_valid():
        scenario = create_scenario(form.cleaned_data["key"], form.cleaned_data["file"], by=request.user)
        messages.success(request, _("Imported as a draft."))
        return redirect("scenario", key=scenario.key)
    return _form(
        request,
        form,
        title=_("Import a scenario"),
        lead=_("A file that was exported here or written by hand."),
    )


def _form(request: Request, form: KeyForm, **extra: Any) -> HttpResponse:
    trail = [(_("Training"), reverse("training")), (_("Scenarios"), reverse("scenarios"))]
    context = {"form": form, "trail": trail, **extra}
    return render(request, "form.html", context, status=422 if form.errors else 200)
