"""Summary of a training session as .xlsx: progress per trainee, and the moment of each finished task."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from committees.files.grade_sheet.workbook import HEADER, MAX_TITLE, TEXT, new_book, write_text
from training.board import trainees_of
from training.catalogue import session_scenarios
from training.models import Run, TrainingSession
from training.scenarios.schema import Scenario

Value = str | int | datetime | None

MOMENT = {"num_format": "yyyy-mm-dd hh:mm"}
NAME_WIDTH, TEXT_WIDTH, MOMENT_WIDTH, NUMBER_WIDTH = 28.0, 44.0, 17.0, 11.0
"""Column widths in characters."""
HEAD_HEIGHT = 62
"""Height of the head in points; a scenario's title wraps to several lines."""


def write_summary(session: TrainingSession) -> bytes:
    """Return the workbook in the active language, with moments in the time zone of the site."""
    file = BytesIO()
    book = new_book(file, timezone.now().replace(tzinfo=None, microsecond=0))
    trainees, tasks = (book.add_worksheet(title[:MAX_TITLE]) for title in (_("Trainees"), _("Tasks")))
    scenarios = session_scenarios(session)
    rows = [(trainee.name, trainee.joined_at, runs) for trainee, runs in trainees_of(session)]
    _write_table(
        book,
        trainees,
        _trainee_columns(list(scenarios.values()), is_assessed=session.is_assessed),
        (
            [
                name,
                joined,
                *(
                    value
                    for key, scenario in scenarios.items()
                    for value in _figures(scenario, runs.get(key), is_assessed=session.is_assessed)
                ),
            ]
            for name, joined, runs in rows
        ),
    )
    _write_table(
        book,
        tasks,
        _task_columns(),
        (
            line
            for name, _joined, runs in rows
            for number, (key, scenario) in enumerate(scenarios.items(), start=1)
            for line in _lines(name, number, scenario, runs.get(key))
        ),
    )
    book.close()
    return file.getvalue()


def _point_labels(is_assessed: bool) -> list[str]:
    return [_("points"), _("possible points")] if is_assessed else []


def _trainee_columns(scenarios: list[Scenario], *, is_assessed: bool) -> list[tuple[str, float]]:
    columns = [(_("Name"), NAME_WIDTH), (_("Joined"), MOMENT_WIDTH)]
    for number, scenario in enumerate(scenarios, start=1):
        title = f"{number}. {scenario.title}"
        columns += [
            (f"{title}: " + _("tasks done"), NUMBER_WIDTH),
            (f"{title}: " + _("total tasks"), NUMBER_WIDTH),
            *[(f"{title}: {label}", NUMBER_WIDTH) for label in _point_labels(is_assessed)],
            (f"{title}: " + _("started"), MOMENT_WIDTH),
            (f"{title}: " + _("finished"), MOMENT_WIDTH),
            (f"{title}: " + _("attempts"), NUMBER_WIDTH),
        ]
    return columns


def _figures(scenario: Scenario, run: Run | None, *, is_assessed: bool) -> list[Value]:
    points = [run.earned if run and run.is_handed_in else None, scenario.total] if is_assessed else []
    if run is None:
        return [0, len(scenario.tasks), *points, None, None, 0]
    done = sum(task.key in run.tasks for task in scenario.tasks)
    return [
        max(done, run.best),
        len(scenario.tasks),
        *points,
        run.started_at,
        run.completed_at,
        run.attempts,
    ]


def _task_columns() -> list[tuple[str, float]]:
    return [
        (_("Name"), NAME_WIDTH),
        (_("Scenario"), TEXT_WIDTH),
        (_("Task number"), NUMBER_WIDTH),
        (_("Task"), TEXT_WIDTH),
        (_("Finished"), MOMENT_WIDTH),
        (_("Steps of help"), NUMBER_WIDTH),
    ]


def _lines(name: str, number: int, scenario: Scenario, run: Run | None) -> Iterator[list[Value]]:
    """Yield a line per task of a started scenario."""
    for place, task in enumerate(scenario.tasks if run else (), start=1):
        moment = run.finished_at(task.key) if run else None
        helped = run.help_with(task.key) if run else 0
        yield [name, f"{number}. {scenario.title}", place, str(task.title), moment, helped]


def _write_table(
    book: Workbook, sheet: Worksheet, columns: list[tuple[str, float]], rows: Iterable[Iterable[Value]]
) -> None:
    header = book.add_format({**HEADER, "text_wrap": True, "valign": "top"})
    text, moment = book.add_format(TEXT), book.add_format(MOMENT)
    for place, (title, width) in enumerate(columns):
        write_text(sheet, 0, place, title, header)
        sheet.set_column(place, place, width)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            _write(sheet, last, place, value, text, moment)
    sheet.set_row(0, HEAD_HEIGHT)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _write(sheet: Worksheet, row: int, place: int, value: Value, text: Format, moment: Format) -> None:
    """Write one cell: moments in local time, cut to minutes; None as an empty cell."""
    if isinstance(value, datetime):
        wall = timezone.localtime(value).replace(tzinfo=None, second=0, microsecond=0)
        sheet.write_datetime(row, place, wall, moment)
    elif isinstance(value, str):
        write_text(sheet, row, place, value, text)
    elif value is not None:
        sheet.write_number(row, place, value)
