"""The summary of a training session as .xlsx: what each trainee did, and when they finished each task."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from committees.files.grade_sheet.writing import MAX_TITLE, write_text
from training.board import plots_of, trainees_of
from training.models import Run, TrainingSession
from training.scenario import Scenario

Value = str | int | datetime | None

HEAD = Font(name="Calibri", size=11, bold=True)
SHADE = PatternFill("solid", fgColor="E3E8EF")
MOMENT = "yyyy-mm-dd hh:mm"
NAME_WIDTH, TEXT_WIDTH, MOMENT_WIDTH, NUMBER_WIDTH = 28.0, 44.0, 17.0, 11.0
"""Of columns, in characters."""
HEAD_HEIGHT = 62
"""Points: a scenario's title above each of its columns takes some lines."""


def write_summary(session: TrainingSession) -> bytes:
    """The workbook, in the active language and the time zone of the site."""
    book = Workbook()
    book.properties.creator = "gradereg"
    trainees, tasks = book.worksheets[0], book.create_sheet()
    trainees.title, tasks.title = _("Trainees")[:MAX_TITLE], _("Tasks")[:MAX_TITLE]
    plots = plots_of(session)
    rows = [(trainee.name, trainee.joined_at, runs) for trainee, runs in trainees_of(session)]
    _write_table(
        trainees,
        _trainee_columns(list(plots.values())),
        (
            [name, joined, *(value for key, plot in plots.items() for value in _figures(plot, runs.get(key)))]
            for name, joined, runs in rows
        ),
    )
    _write_table(
        tasks,
        _task_columns(),
        (
            line
            for name, _joined, runs in rows
            for number, (key, plot) in enumerate(plots.items(), start=1)
            for line in _lines(name, number, plot, runs.get(key))
        ),
    )
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _trainee_columns(plots: list[Scenario]) -> list[tuple[str, float]]:
    columns = [(_("Name"), NAME_WIDTH), (_("Joined"), MOMENT_WIDTH)]
    for number, plot in enumerate(plots, start=1):
        title = f"{number}. {plot.title}"
        columns += [
            (f"{title}: " + _("tasks done"), NUMBER_WIDTH),
            (f"{title}: " + _("tasks in all"), NUMBER_WIDTH),
            (f"{title}: " + _("begun"), MOMENT_WIDTH),
            (f"{title}: " + _("finished"), MOMENT_WIDTH),
            (f"{title}: " + _("attempts"), NUMBER_WIDTH),
        ]
    return columns


def _figures(plot: Scenario, run: Run | None) -> list[Value]:
    if run is None:
        return [0, len(plot.tasks), None, None, 0]
    done = sum(task.key in run.tasks for task in plot.tasks)
    return [done, len(plot.tasks), run.started_at, run.done_at, run.attempts]


def _task_columns() -> list[tuple[str, float]]:
    return [
        (_("Name"), NAME_WIDTH),
        (_("Scenario"), TEXT_WIDTH),
        (_("Task number"), NUMBER_WIDTH),
        (_("Task"), TEXT_WIDTH),
        (_("Finished"), MOMENT_WIDTH),
    ]


def _lines(name: str, number: int, plot: Scenario, run: Run | None) -> Iterator[list[Value]]:
    """A line per task of a scenario that the trainee began."""
    for place, task in enumerate(plot.tasks if run else (), start=1):
        moment = run.finished_at(task.key) if run else None
        yield [name, f"{number}. {plot.title}", place, str(task.title), moment]


def _write_table(sheet: Worksheet, columns: list[tuple[str, float]], rows: Iterable[Iterable[Value]]) -> None:
    for place, (title, width) in enumerate(columns, start=1):
        cell = write_text(sheet, 1, place, title)
        cell.font, cell.fill = HEAD, SHADE
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = width
    last = 1
    for last, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            _write(sheet, last, place, value)
    sheet.row_dimensions[1].height = HEAD_HEIGHT
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"


def _write(sheet: Worksheet, row: int, place: int, value: Value) -> None:
    """Moments as those of the clock on the wall, whole minutes; what is not there stays empty."""
    if isinstance(value, datetime):
        wall = timezone.localtime(value).replace(tzinfo=None, second=0, microsecond=0)
        sheet.cell(row, place, wall).number_format = MOMENT
    elif isinstance(value, str):
        write_text(sheet, row, place, value)
    elif value is not None:
        sheet.cell(row, place, value)
