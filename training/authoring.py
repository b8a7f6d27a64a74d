"""Acts of authors: trainers who write scenarios in the browser. Publishing takes effect at once, in every process."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from committees.errors import Refused
from committees.models import User
from training.errors import TrainingRefusal
from training.models import TrainingSession
from training.sandbox.copy_keys import COPY_PREFIX
from training.scenario_models import AuthoredScenario
from training.scenarios.loader import file_blueprints
from training.verdicts import verdict_of


def is_key_taken(key: str) -> bool:
    """Return whether a scenario has this key, in a file or by a trainer."""
    is_reserved = key in file_blueprints() or key.startswith(COPY_PREFIX)
    return is_reserved or AuthoredScenario.objects.filter(key=key).exists()


def create_scenario(key: str, source: str, *, by: User) -> AuthoredScenario:
    """Save a new draft with this TOML text. Raises Refused for a key that is taken."""
    if is_key_taken(key):
        raise Refused(TrainingRefusal.SCENARIO_KEY_TAKEN, key=key)
    try:
        with transaction.atomic():
            return AuthoredScenario.objects.create(key=key, source=source, owner=by)
    except IntegrityError:
        raise Refused(TrainingRefusal.SCENARIO_KEY_TAKEN, key=key) from None


@transaction.atomic
def save_source(scenario: AuthoredScenario, source: str, *, expected_version: int) -> AuthoredScenario:
    """Replace the text of the scenario. Raises Refused when it was saved since the form showed `expected_version`."""
    fresh = _locked(scenario)
    if fresh.version != expected_version:
        raise Refused(TrainingRefusal.SCENARIO_STALE)
    if fresh.source != source:
        fresh.source, fresh.version, fresh.changed_at = source, fresh.version + 1, timezone.now()
        fresh.save(update_fields=["source", "version", "changed_at"])
    return fresh


@transaction.atomic
def publish(scenario: AuthoredScenario, *, expected_version: int) -> AuthoredScenario:
    """
    Offer the saved text to all trainers and in self-study. Runs, and sessions where it was begun, keep their text.

    Raises Refused when the text has problems, changed, or was not played to “Well done” on the straight path.
    """
    fresh = _locked(scenario)
    if fresh.version != expected_version:
        raise Refused(TrainingRefusal.SCENARIO_STALE)
    if fresh.problems:
        raise Refused(TrainingRefusal.SCENARIO_HAS_PROBLEMS)
    if not verdict_of(fresh).passes:
        raise Refused(TrainingRefusal.SCENARIO_NOT_PLAYED)
    fresh.published, fresh.published_at, fresh.withdrawn_at = fresh.source, timezone.now(), None
    fresh.save(update_fields=["published", "published_at", "withdrawn_at"])
    return fresh


@transaction.atomic
def withdraw(scenario: AuthoredScenario) -> None:
    """Take the scenario out of the catalogue. Sessions that have chosen it, and runs, keep it."""
    fresh = _locked(scenario)
    if fresh.is_published:
        fresh.withdrawn_at = timezone.now()
        fresh.save(update_fields=["withdrawn_at"])


@transaction.atomic
def delete_scenario(scenario: AuthoredScenario) -> None:
    """Delete a scenario that is not published. Raises Refused while it is, and while a session that is not over needs it."""
    fresh = _locked(scenario)
    if fresh.is_published:
        raise Refused(TrainingRefusal.SCENARIO_PUBLISHED)
    sessions = TrainingSession.objects.unexpired().filter(ended_at=None)
    if any(fresh.key in session.scenarios for session in sessions.only("scenarios")):
        raise Refused(TrainingRefusal.SCENARIO_IN_USE)
    fresh.delete()


def _locked(scenario: AuthoredScenario) -> AuthoredScenario:
    fresh = AuthoredScenario.objects.select_for_update().filter(pk=scenario.pk).first()
    if fresh is None:
        raise Refused(TrainingRefusal.SCENARIO_GONE)
    return fresh
