"""The scenarios that can be chosen: those in files, and those that trainers have published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from training.models import Run, TrainingSession
from training.scenario_models import AuthoredScenario, PinnedScenario
from training.scenarios.loader import file_blueprints, file_scenarios, read_text
from training.scenarios.schema import Scenario

Entry = tuple[datetime | None, dict[str, Any] | None]
_entries: dict[int, Entry] = {}
"""Tables of published texts by pk, each with the moment of its publication. None for one that has problems by now."""


def blueprints() -> dict[str, dict[str, Any]]:
    """Return the table of every scenario by key, in display order. A file hides a trainer's scenario of the same key."""
    return in_order(_authored(AuthoredScenario.objects.published()) | file_blueprints())


def scenarios() -> dict[str, Scenario]:
    """Return every scenario by key, in display order. One query, and another one after a publication."""
    known = file_scenarios()
    return {key: known.get(key) or Scenario.from_data(key, data) for key, data in blueprints().items()}


def blueprint_of(session: TrainingSession | None, key: str) -> dict[str, Any] | None:
    """Return the table of the scenario for trainees of this session; in self-study (None) as published now."""
    if key in file_blueprints():
        return file_blueprints()[key]
    if session is None:
        return _authored(AuthoredScenario.objects.published().filter(key=key)).get(key)
    pinned = PinnedScenario.objects.filter(session=session, scenario_key=key).first()
    return pinned.blueprint if pinned else _authored(AuthoredScenario.objects.filter(key=key)).get(key)


def session_scenarios(session: TrainingSession) -> Mapping[str, Scenario]:
    """
    Return the session's scenarios by key, in its order: pinned ones as they were, others as published last, and those whose
    file is gone from a run. No query if all are in files.
    """
    known = dict(file_scenarios())
    keys = [key for key in session.scenarios if key not in known]
    if keys:
        tables = _authored(AuthoredScenario.objects.filter(key__in=keys))
        tables |= {pin.scenario_key: pin.blueprint for pin in PinnedScenario.objects.filter(session=session)}
        known |= {key: Scenario.from_data(key, table) for key, table in tables.items()}
    for key in session.scenarios:
        run = None if key in known else Run.objects.of_sessions([session.pk]).filter(scenario_key=key).first()
        if run:
            known[key] = run.scenario
    return {key: known[key] for key in session.scenarios if key in known}


def in_order(tables: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return dict(sorted(tables.items(), key=lambda item: (item[1].get("order", 1000), item[0])))


def _authored(rows: "QuerySet[AuthoredScenario]") -> dict[str, dict[str, Any]]:
    """Return the published tables of these rows by key. Texts are read once per process and publication."""
    stamps = list(rows.exclude(published_at=None).values_list("pk", "key", "published_at"))
    new = [pk for pk, _key, at in stamps if _entries.get(pk, (None, None))[0] != at]
    for pk, text, at in (
        AuthoredScenario.objects.filter(pk__in=new).values_list("pk", "published", "published_at")
        if new
        else ()
    ):
        data, wrong = read_text(text)
        _entries[pk] = (at, None if wrong else data)
    found = {key: _entries.get(pk, (None, None))[1] for pk, key, _at in stamps}
    return {key: data for key, data in found.items() if data is not None}
