"""
Debrief of a run and of a session: what happened when, what took time, and the grades after each step.

Everything is read from the log of the practice copy and from the events of the run, so it ends with the copy.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.grade_scales import grade_label
from committees.models import LogEntry
from training.assessment import label_of
from training.board import trainees_of
from training.catalogue import session_scenarios
from training.engine.conditions import unmet_condition
from training.engine.progress import END
from training.engine.refusals import refusals_of
from training.models import Run, TrainingSession
from training.sandbox.state import SandboxState
from training.scenarios.schema import Scenario


class Kind(models.TextChoices):
    """Kind of a moment in a timeline."""

    ACT = "act", gettext_lazy("Action")
    WRONG = "wrong", gettext_lazy("Wrong turn")
    HELP = "help", gettext_lazy("Help")
    TASK = "task", gettext_lazy("Task done")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in a timeline. `step` is the number of grade-changing acts up to it; `entry` the log entry of an act."""

    at: datetime
    kind: Kind
    who: str
    text: str
    step: int = 0
    entry: LogEntry | None = None


@dataclass(frozen=True, slots=True)
class TaskTime:
    """A task with the minutes that it took, None if it was not finished, and the steps of help taken with *Check*."""

    title: str
    minutes: float | None
    helps: int
    is_longest: bool = False


@dataclass(frozen=True, slots=True)
class ConditionPoints:
    """Points of a condition in an assessment, and what was missing."""

    label: str
    earned: int
    points: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The grades after a step: number, grade before and after it, and the grade in the notes or None without notes."""

    rows: tuple[tuple[str, str, str, str | None], ...]
    entry: LogEntry | None


def timeline_of(run: Run) -> list[Moment]:
    """Return what happened in the run, oldest first. One query for the log."""
    moments = [*_acts(run), *_events(run), *_refusals(run), *_tasks(run)]
    return sorted(moments, key=lambda moment: moment.at)


def _entries(run: Run) -> list[LogEntry]:
    """Return the log since the run started, without what built the copy."""
    if run.sandbox_id is None:
        return []
    entries = LogEntry.objects.filter(exam__sandbox=run.sandbox_id, at__gte=run.started_at)
    return list(entries.select_related("by", "exam", "committee").order_by("pk"))


def _acts(run: Run) -> Iterator[Moment]:
    notes, mine, step = _notes(run), SandboxState(run).trainee_pk, 0
    for entry in _entries(run):
        step += entry.is_about_grades
        is_wrong = entry.by_id == mine and entry.is_about_grades and _is_wrong(entry, notes)
        kind = Kind.WRONG if is_wrong else Kind.ACT
        yield Moment(entry.at, kind, str(entry.by), str(entry.get_action_display()), step, entry)


def _is_wrong(entry: LogEntry, notes: Mapping[str, str]) -> bool:
    """Return whether the act set a grade that is not in the notes."""
    return any(
        new and number in notes and new != notes[number] for number, (_old, new) in entry.changes.items()
    )


def _notes(run: Run) -> dict[str, str]:
    """Return the grades in the notes; an absent candidate has none."""
    return {
        number: (committee.notes or {}).get(number, "")
        for exam in run.scenario.exams
        for committee in exam.committees
        if committee.notes
        for number in committee.numbers
    }


def _events(run: Run) -> Iterator[Moment]:
    """Yield the help that the trainer gave."""
    texts = {
        "hint": _("got the hint"),
        "made": _("the trainer made something happen"),
    }
    for name, moment in run.events.items():
        word = name.partition(":")[0]
        if word in texts:
            yield Moment(datetime.fromisoformat(moment), Kind.HELP, run.trainee.name, texts[word])


def _refusals(run: Run) -> Iterator[Moment]:
    """Yield the refusals with what was refused, and why."""
    for one in refusals_of(run):
        what = {"what": one.what}
        text = _("“%(what)s” was refused.") % what if one.what else _("An action was refused.")
        yield Moment(one.at, Kind.WRONG, run.trainee.name, f"{text} {one.sentence}".strip())


def _tasks(run: Run) -> Iterator[Moment]:
    for task in run.scenario.tasks:
        if moment := run.finished_at(task.key):
            yield Moment(moment, Kind.TASK, run.trainee.name, str(task.title))


def points_of(run: Run) -> list[ConditionPoints]:
    """Return the points of each condition of an assessed run; what is missing only after it is handed in."""
    state = SandboxState(run)
    earned = run.points or [0] * len(run.scenario.end)
    return [
        ConditionPoints(
            label_of(condition),
            got,
            points,
            ()
            if got or not run.is_handed_in
            else tuple(lack.sentence for lack in unmet_condition(state, condition)),
        )
        for condition, points, got in zip(run.scenario.end, run.scenario.points, earned, strict=True)
    ]


def task_times(run: Run, scenario: Scenario) -> list[TaskTime]:
    """
    Return the minutes of each task, counted from the end of the one finished before it. The result as a whole comes last, if
    help was taken with it.
    """
    moments = sorted(filter(None, (run.finished_at(task.key) for task in scenario.tasks)))
    before = dict(zip(moments, [run.started_at, *moments], strict=False))
    finished = [run.finished_at(task.key) for task in scenario.tasks]
    minutes = [(moment - before[moment]).total_seconds() / 60 if moment else None for moment in finished]
    longest = max((one for one in minutes if one is not None), default=None)
    times = [
        TaskTime(
            str(task.title),
            took,
            run.help_with(task.key),
            is_longest=took is not None and took == longest,
        )
        for task, took in zip(scenario.tasks, minutes, strict=True)
    ]
    if helps := run.help_with(END):
        times.append(TaskTime(_("The result as a whole"), None, helps))
    return times


def sheet_at(run: Run, step: int) -> Sheet:
    """Return the grades after the first `step` acts that changed grades, computed backwards from the current ones."""
    grades = {one.number: one.grade for one in SandboxState(run).candidates} if run.sandbox_id else {}
    acts = [entry for entry in _entries(run) if entry.is_about_grades]
    for later in reversed(acts[step:]):
        grades |= {number: old for number, (old, _new) in later.changes.items() if number in grades}
    entry = acts[step - 1] if 0 < step <= len(acts) else None
    before = {number: old for number, (old, _new) in entry.changes.items()} if entry else {}
    notes = _notes(run)
    return Sheet(
        tuple(
            (number, grade_label(before.get(number, grade)), grade_label(grade), _noted(notes, number))
            for number, grade in grades.items()
        ),
        entry,
    )


def _noted(notes: Mapping[str, str], number: str) -> str | None:
    return grade_label(notes[number]) if number in notes else None


# The room


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """
    Figures of a task in a session, without names. `median` and `longest` are minutes of those who finished it; `hung` is
    the number of those who stopped at it, `helped` of those who took help with it or got its hint.
    """

    title: str
    finished: int
    median: float | None
    longest: float | None
    hung: int
    helped: int


@dataclass(frozen=True, slots=True)
class ScenarioFigures:
    """Figures of a scenario in a session. `worst` is the task with the greatest median."""

    number: int
    title: str
    started: int
    completed: int
    tasks: tuple[TaskFigures, ...]

    @property
    def worst(self) -> TaskFigures | None:
        timed = [task for task in self.tasks if task.median is not None]
        return max(timed, key=lambda task: task.median or 0.0, default=None)


def room_of(session: TrainingSession) -> list[ScenarioFigures]:
    """Return the figures of each scenario. The query count is constant."""
    runs = [run for _trainee, by_key in trainees_of(session, with_events=True) for run in by_key.values()]
    return [
        scenario_figures(number, scenario, [run for run in runs if run.scenario_key == key])
        for number, (key, scenario) in enumerate(session_scenarios(session).items(), start=1)
    ]


def scenario_figures(number: int, scenario: Scenario, runs: list[Run]) -> ScenarioFigures:
    """Return the figures of `runs` through this scenario."""
    times = [task_times(run, scenario) for run in runs]
    figures = []
    for place, task in enumerate(scenario.tasks):
        minutes = [one[place].minutes for one in times]
        took = [one for one in minutes if one is not None]
        figures.append(
            TaskFigures(
                title=str(task.title),
                finished=len(took),
                median=median(took) if took else None,
                longest=max(took, default=None),
                hung=sum(_stopped_at(run, scenario, place) for run in runs),
                helped=sum(f"hint:{task.key}" in run.events or run.help_with(task.key) > 0 for run in runs),
            )
        )
    completed = sum(run.completed_at is not None for run in runs)
    return ScenarioFigures(number, str(scenario.title), len(runs), completed, tuple(figures))


def _stopped_at(run: Run, scenario: Scenario, place: int) -> bool:
    """Return whether the task at this place is the first that the run has not finished."""
    open_tasks = [number for number, task in enumerate(scenario.tasks) if task.key not in run.tasks]
    return run.done_at is None and open_tasks[:1] == [place]
