"""Figures across sessions and self-study: tasks that cost most, and who may need a refresher. Names only for one's own."""

from dataclasses import dataclass

from committees.models import User
from training.catalogue import scenarios
from training.debrief import ScenarioFigures, scenario_figures
from training.models import Run

FEWEST = 3
"""Runs of a scenario below which its figures are left out, since they would show single people."""
MUCH_HELP = 5
"""Steps of help in a run from which a refresher is suggested."""


@dataclass(frozen=True, slots=True)
class Refresher:
    """A trainee of the trainer's own session with the scenario that was finished with much help or not at all."""

    trainee: int
    session: int
    name: str
    scenario: str
    helps: int
    is_finished: bool


def _runs() -> list[Run]:
    """Return the runs of all unexpired sessions and of self-study, without their large fields. One query."""
    runs = Run.objects.select_related("trainee__session").defer("blueprint", "people", "fired", "refusals")
    return [run for run in runs if run.trainee.session is None or not run.trainee.session.is_expired]


def figures() -> list[ScenarioFigures]:
    """Return the figures of each scenario with enough runs, without names. One query."""
    runs, known = _runs(), scenarios()
    by_key = {key: [run for run in runs if run.scenario_key == key] for key in known}
    return [
        scenario_figures(number, scenario, by_key[key])
        for number, (key, scenario) in enumerate(known.items(), start=1)
        if len(by_key[key]) >= FEWEST
    ]


def needs_refresher(run: Run) -> bool:
    """Return whether the scenario was left unfinished after the session, or took much help."""
    session = run.trainee.session
    is_left = run.completed_at is None and session is not None and session.is_over
    return is_left or run.help_count >= MUCH_HELP


def refreshers_of(trainer: User) -> list[Refresher]:
    """Return the trainees of this trainer's own sessions who may need a refresher, by name. One query."""
    known = scenarios()
    found = [
        Refresher(
            trainee=run.trainee_id,
            session=run.trainee.session_id or 0,
            name=run.trainee.name,
            scenario=str(known[run.scenario_key].title),
            helps=run.help_count,
            is_finished=run.completed_at is not None,
        )
        for run in _runs()
        if run.trainee.session
        and run.trainee.session.by_id == trainer.pk
        and run.scenario_key in known
        and needs_refresher(run)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.scenario))


def refresher_count() -> int:
    """Return the number of people in all sessions and self-study who may need a refresher. One query."""
    return len({run.trainee_id for run in _runs() if needs_refresher(run)})
