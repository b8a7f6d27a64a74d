"""
Figures of a trainer's board: trainees × scenarios, or trainees × tasks of one scenario.

Raised hands come first, then stuck trainees, longest wait on top, since forty rows don't fit on a screen. Others are sorted
by name, so that rows keep their places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.assessment import label_of
from training.catalogue import session_scenarios
from training.models import Run, Trainee, TrainingSession
from training.scenarios.schema import Scenario, Task


class State(models.TextChoices):
    """State of a trainee or of one scenario, in the order of the board."""

    STUCK = "stuck", _("Stuck")
    NOT_BEGUN = "not_begun", _("Not started")
    BETWEEN = "between", _("Between scenarios")
    WORKING = "working", _("Working")
    UNFINISHED = "unfinished", _("Not finished")
    DONE = "done", _("Done")


SHOWN_WHILE_OPEN = (State.STUCK, State.NOT_BEGUN, State.WORKING, State.DONE)
"""States that the tally shows even at 0, while any scenario is open."""


class Mark(models.TextChoices):
    """Progress of a trainee with one task, or in an assessment with one condition."""

    DONE = "done", _("done")
    NOW = "now", _("working on it")
    TODO = "todo", _("not done")
    MISSED = "missed", _("no points")


@dataclass(frozen=True, slots=True)
class Column:
    """
    A scenario of the session. `number` is its place, as shown in the head. `tasks` are what trainees are measured by: titles
    of tasks, or in an assessment what each condition of the end is about, with its `points`.
    """

    number: int
    key: str
    title: str
    minutes: int
    tasks: tuple[str, ...]
    is_open: bool
    points: tuple[int, ...] = ()

    @property
    def total(self) -> int:
        """Return the points of the scenario; 0 outside of assessments."""
        return sum(self.points)


@dataclass(frozen=True, slots=True)
class Cell:
    """One trainee in one scenario. `number` and `step` are the current task; 0 and "" without one."""

    column: Column
    state: State
    marks: tuple[Mark, ...]
    number: int = 0
    step: str = ""
    attempts: int = 0
    best: int = 0
    begun: datetime | None = None
    moved: datetime | None = None
    finished: datetime | None = None
    run: int | None = None
    points: int | None = None
    ends: datetime | None = None

    @property
    def done(self) -> int:
        return self.marks.count(Mark.DONE)

    @property
    def is_measured(self) -> bool:
        """Whether there is a number to show: points are known only once the scenario is handed in."""
        return not self.column.points or self.points is not None


@dataclass(frozen=True, slots=True)
class Row:
    """
    One trainee. `now` is the cell of their latest progress, `waited` the minutes since then while they work. `run` is the
    pk of the run whose pages the trainer can view.
    """

    trainee: int
    name: str
    joined: datetime
    state: State
    cells: tuple[Cell, ...]
    now: Cell | None
    waited: int
    run: int | None
    hand: datetime | None = None

    @property
    def has_finished(self) -> bool:
        """Whether any scenario shown is finished, so that there is something to certify."""
        return any(cell.finished for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Board:
    """Contents of the board. `chosen` is the scenario that is shown task by task, None for all scenarios."""

    columns: tuple[Column, ...]
    chosen: Column | None
    rows: tuple[Row, ...]

    @property
    def tally(self) -> list[tuple[State, int]]:
        """Return the number of trainees per state; rare states only where they occur."""
        states = [row.state for row in self.rows]
        shown = SHOWN_WHILE_OPEN if self.open_count else (State.DONE,)
        return [(state, states.count(state)) for state in State if state in shown or state in states]

    @property
    def hands(self) -> int:
        """Return the number of raised hands."""
        return sum(row.hand is not None for row in self.rows)

    @property
    def open_count(self) -> int:
        """Return the number of open scenarios."""
        return sum(column.is_open for column in self.columns)

    @property
    def digest(self) -> str:
        """Return a digest that is equal for equal boards."""
        return digest_of(self)


def digest_of(*shown: object) -> str:
    """Return a digest that is equal for values with equal `repr`."""
    return blake2b(repr(shown).encode(), digest_size=8).hexdigest()


def board_of(session: TrainingSession, chosen: str = "") -> Board:
    """Return the board; task by task for the scenario with the key `chosen`. The query count is constant."""
    by_key = session_scenarios(session)
    columns = columns_of(session, by_key)
    close = next((column for column in columns if column.key == chosen), None)
    shown = (close,) if close else columns
    rows = []
    for trainee, runs in trainees_of(session):
        cells = tuple(_cell(column, by_key[column.key], runs.get(column.key)) for column in shown)
        rows.append(_row(trainee, cells))
    rows.sort(key=_rank)
    return Board(columns, close, tuple(rows))


def columns_of(session: TrainingSession, by_key: Mapping[str, Scenario]) -> tuple[Column, ...]:
    """Return the columns of the board."""
    return tuple(
        Column(
            number=number,
            key=key,
            title=str(scenario.title),
            minutes=scenario.minutes,
            tasks=_measures(session, scenario),
            is_open=session.is_open(key),
            points=scenario.points if session.is_assessed else (),
        )
        for number, (key, scenario) in enumerate(by_key.items(), start=1)
    )


def _measures(session: TrainingSession, scenario: Scenario) -> tuple[str, ...]:
    if session.is_assessed:
        return tuple(label_of(condition) for condition in scenario.end)
    return tuple(str(task.title) for task in scenario.tasks)


def trainees_of(
    session: TrainingSession, *, with_events: bool = False
) -> list[tuple[Trainee, dict[str, Run]]]:
    """Return every trainee by name, each with their runs by scenario. Defers the large fields of runs."""
    large = ("blueprint", "people", "fired", "refusals", *(() if with_events else ("events",)))
    runs: dict[int, dict[str, Run]] = {}
    for run in Run.objects.of_sessions([session.pk]).defer(*large):
        runs.setdefault(run.trainee_id, {})[run.scenario_key] = run
    trainees = sorted(session.trainees.all(), key=lambda trainee: (trainee.name.casefold(), trainee.pk))
    return [(trainee, runs.get(trainee.pk, {})) for trainee in trainees]


def _cell(column: Column, scenario: Scenario, run: Run | None) -> Cell:
    if run is None:
        return Cell(column, State.NOT_BEGUN, (Mark.TODO,) * len(column.tasks))
    state = _state(run, is_open=column.is_open)
    now = None if run.done_at else next((task for task in scenario.tasks if task.key not in run.tasks), None)
    return Cell(
        column=column,
        state=state,
        marks=_marks(column, scenario, run),
        number=scenario.tasks.index(now) + 1 if now else 0,
        step=_step(run, now),
        attempts=run.attempts,
        best=run.best_step,
        begun=run.started_at,
        moved=run.moved_at,
        finished=run.completed_at,
        run=run.pk if run.sandbox_id else None,
        points=run.earned if run.is_handed_in else None,
        ends=None if run.done_at else run.ends_at,
    )


def _marks(column: Column, scenario: Scenario, run: Run) -> tuple[Mark, ...]:
    if run.is_handed_in:
        return tuple(Mark.DONE if points else Mark.MISSED for points in run.points)
    if run.is_assessed:
        return (Mark.TODO,) * len(column.tasks)
    now = None if run.done_at else next((task for task in scenario.tasks if task.key not in run.tasks), None)
    return tuple(
        Mark.DONE if task.key in run.tasks else Mark.NOW if task is now else Mark.TODO
        for task in scenario.tasks
    )


def _step(run: Run, now: Task | None) -> str:
    if run.is_overdue:
        return str(_("The time is up"))
    if now is None:
        done = _("Not handed in yet") if run.is_assessed else _("The result is not right yet")
        return "" if run.done_at else str(done)
    return str(now.title)


def _state(run: Run, *, is_open: bool) -> State:
    if run.done_at:
        return State.DONE
    if not is_open or run.is_stuck:
        # Who repeats a finished scenario has nothing left to do there.
        left = State.STUCK if is_open else State.UNFINISHED
        return State.DONE if run.completed_at else left
    return State.WORKING


def _row(trainee: Trainee, cells: tuple[Cell, ...]) -> Row:
    live = [cell for cell in cells if cell.state in (State.WORKING, State.STUCK)]
    left = [cell for cell in cells if cell.state == State.UNFINISHED]
    begun = [cell for cell in cells if cell.moved]
    now = max(live or (left if not _any_open(cells) else []) or begun, key=_moved, default=None)
    waited = int((timezone.now() - _moved(now)).total_seconds()) // 60 if now and live else 0
    state = now.state if now and live else _resting(cells)
    run = now.run if now else None
    hand = trainee.hand_raised_at
    return Row(trainee.pk, trainee.name, trainee.joined_at, state, cells, now, waited, run, hand)


def _moved(cell: Cell) -> datetime:
    return cell.moved or datetime.min.replace(tzinfo=timezone.get_current_timezone())


def _resting(cells: tuple[Cell, ...]) -> State:
    """Return the state of a trainee with no live scenario: from open ones, or from all where none is open."""
    if all(cell.state == State.NOT_BEGUN for cell in cells):
        return State.NOT_BEGUN
    is_open = _any_open(cells)
    left = [cell for cell in cells if cell.state != State.DONE and cell.column.is_open >= is_open]
    if not left:
        return State.DONE
    return State.BETWEEN if is_open else State.UNFINISHED


def _any_open(cells: tuple[Cell, ...]) -> bool:
    return any(cell.column.is_open for cell in cells)


def _rank(row: Row) -> tuple[float, int, float]:
    asked = row.hand.timestamp() if row.hand else float("inf")
    stuck_since = _moved(row.now).timestamp() if row.now and row.state == State.STUCK else 0.0
    return asked, list(State).index(row.state), stuck_since
