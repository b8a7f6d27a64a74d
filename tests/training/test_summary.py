from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from tests.training.rows import FIRST, SECOND, joined, session_of, tasks_of
from training.models import TrainingSession
from training.scenarios.loader import file_scenarios as scenarios
from training.summary import write_summary

ALL, OTHER = len(tasks_of(FIRST)), len(tasks_of(SECOND))


@pytest.fixture
def session(accounts: SimpleNamespace) -> TrainingSession:
    return session_of(accounts.nina)


def book_of(session: TrainingSession) -> Workbook:
    return load_workbook(BytesIO(write_summary(session)))


def rows(book: Workbook, sheet: int) -> list[tuple[Any, ...]]:
    return list(book.worksheets[sheet].iter_rows(min_row=2, values_only=True))


def wall(moment: Any) -> Any:
    """Return the moment in local time, as a cell has it."""
    return timezone.localtime(moment).replace(tzinfo=None, second=0, microsecond=0)


def test_row_per_trainee_with_figures_per_scenario(session: TrainingSession) -> None:
    bo = joined(session, "Bo", first=ALL, second=2)
    eva = joined(session, "Eva")
    first, second = bo.runs.order_by("pk")
    assert rows(book_of(session), 0) == [
        ("Bo", wall(bo.joined_at), ALL, ALL, wall(first.started_at), wall(first.done_at), 1, 2, OTHER,
         wall(second.started_at), None, 1),
        ("Eva", wall(eva.joined_at), 0, ALL, None, None, 0, 0, OTHER, None, None, 0),
    ]  # fmt: skip


def test_second_sheet_has_a_row_per_task(session: TrainingSession) -> None:
    run = joined(session, "Bo", second=1).runs.get()
    joined(session, "Eva")
    title = f"2. {scenarios()[SECOND].title}"
    finished = [wall(run.finished_at(scenarios()[SECOND].tasks[0].key))] + [None] * (OTHER - 1)
    assert rows(book_of(session), 1) == [
        ("Bo", title, number, task, moment, 0)
        for number, (task, moment) in enumerate(zip(tasks_of(SECOND), finished, strict=True), start=1)
    ]


def test_name_is_never_a_formula(session: TrainingSession) -> None:
    for name in ("=1+1", "+47", "-1", "@SUM(A1)"):
        joined(session, name, first=0)
    book = book_of(session)
    for sheet in book.worksheets:
        cells = [row[0] for row in sheet.iter_rows(min_row=2)]
        assert {cell.value for cell in cells} == {"=1+1", "+47", "-1", "@SUM(A1)"}
        assert {cell.data_type for cell in cells} == {"s"}


def test_moments_are_in_local_time(session: TrainingSession) -> None:
    trainee = joined(session, "Bo")
    midsummer = timezone.now().replace(month=6, day=21, hour=22, minute=30)
    type(trainee).objects.filter(pk=trainee.pk).update(joined_at=midsummer)
    cell = book_of(session).worksheets[0]["B2"]
    assert (cell.value.day, cell.value.hour, cell.number_format) == (22, 0, "yyyy-mm-dd hh:mm")
    assert wall(midsummer) - cell.value < timedelta(minutes=1)


def test_headers_are_frozen_and_translated(session: TrainingSession) -> None:
    joined(session, "Bo", first=1)
    with translation.override("nb"):
        trainees, tasks = book_of(session).worksheets
    title = scenarios()[FIRST].title["nb"]
    assert trainees["C1"].value.startswith(f"1. {title}: ")
    assert tasks["D2"].value == scenarios()[FIRST].tasks[0].title["nb"]
    assert (trainees.freeze_panes, tasks.freeze_panes) == ("B2", "B2")
    assert (trainees.auto_filter.ref, tasks.auto_filter.ref) == ("A1:L2", f"A1:F{ALL + 1}")
    assert int(trainees.column_dimensions["A"].width) == 28


def test_summary_without_trainees(session: TrainingSession) -> None:
    book = book_of(session)
    assert (rows(book, 0), rows(book, 1)) == ([], [])


def test_file_name_is_that_of_the_session(accounts: SimpleNamespace, session: TrainingSession) -> None:
    client = Client()
    client.force_login(accounts.nina)
    response = client.get(reverse("training-summary", args=[session.pk]))
    assert response.headers["Content-Disposition"] == f'attachment; filename="autumn-{session.date}.xlsx"'
    assert load_workbook(BytesIO(response.content)).sheetnames == ["Trainees", "Tasks"]
