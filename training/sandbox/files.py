"""Files that a scenario offers: grade lists of committees with cells typed over, and files in FS's format."""

from io import BytesIO

from django.utils import timezone
from openpyxl import load_workbook

from committees.actions.grade_lists import write_list
from training.models import Run
from training.sandbox.builder import fill_in
from training.sandbox.state import SandboxState
from training.scenarios.schema import File


def content_of(run: Run, file: File) -> bytes | None:
    """Return the bytes of `file`; None for the list of a committee that does not exist or has no grader."""
    if file.list is None:
        return fill_in(file.text, run.day).encode()
    state = SandboxState(run)
    committee = state.committee(file.list, file.exam)
    seats = [seat for seat in state.seats if committee and seat.committee_id == committee.pk]
    if not seats:
        return None
    # Downloaded by a colleague, if there is one.
    seat = next((seat for seat in seats if seat.person_id != state.trainee_pk), seats[0])
    grades = dict.fromkeys(committee_numbers(state, seat.committee_id), "") | dict(file.grades or {})
    content = write_list(seat, timezone.localtime(run.started_at), grades=grades)
    return _typed_over(content, dict(file.cells or {}))


def committee_numbers(state: SandboxState, committee: int) -> list[str]:
    """Return the numbers of the committee's candidates."""
    return [candidate.number for candidate in state.candidates if candidate.committee_id == committee]


def _typed_over(content: bytes, cells: dict[str, str]) -> bytes:
    """Return the list with these texts and formulas typed into its cells."""
    if not cells:
        return content
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    for place, text in cells.items():
        sheet[place] = text or None
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()
