"""The files that a scenario offers: lists of committees with something typed into them, and texts of FS."""

from io import BytesIO

from django.utils import timezone
from openpyxl import load_workbook

from committees.actions.grade_lists import write_list
from training.models import Run
from training.sandbox.builder import fill_in
from training.sandbox.state import SandboxState
from training.scenarios.schema import File


def content_of(run: Run, file: File) -> bytes | None:
    """The bytes of `file` in the sandbox of `run`; None for the list of a committee that is not there, or has no grader."""
    if file.list is None:
        return fill_in(file.text, run.day).encode()
    state = SandboxState(run)
    committee = state.committee(file.list, file.exam)
    seats = [seat for seat in state.seats if committee and seat.committee_id == committee.pk]
    if not seats:
        return None
    # As somebody else downloaded it, where there is somebody else.
    seat = next((one for one in seats if one.person_id != state.trainee_pk), seats[0])
    grades = dict.fromkeys(committee_numbers(state, seat.committee_id), "") | dict(file.grades or {})
    content = write_list(seat, timezone.localtime(run.started_at), grades=grades)
    return _typed_over(content, dict(file.cells or {}))


def committee_numbers(state: SandboxState, committee: int) -> list[str]:
    """The numbers of the committee's candidates."""
    return [one.number for one in state.candidates if one.committee_id == committee]


def _typed_over(content: bytes, cells: dict[str, str]) -> bytes:
    """The list with these texts typed into its cells, formulas among them."""
    if not cells:
        return content
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    for place, text in cells.items():
        sheet[place] = text or None
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()
