"""Refusals in a practice copy with the sentence that the trainee read, for the debrief."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.models import Run, moment_text

KEPT, LONGEST = 50, 300
"""Number of refusals kept per run, and characters of a sentence."""
VOID = {"br", "hr", "img", "input", "use", "path"}
"""Elements without an end tag, and those of icons."""
WHAT: dict[str, Promise] = {
    "upload-sheet": _("Upload"),
    "confirm": _("Confirm Final Grading"),
    "set-grade": _("Grade"),
    "reset-grade": _("Grade"),
    "set-attendance": _("Attendance"),
    "mark-attendance": _("Attendance"),
    "note-absence": _("Attendance"),
    "exam-transfer": _("Transfer to FS"),
    "reopen": _("Reopen"),
    "remind": _("Reminder"),
    "seat": _("Add a grader"),
    "invite": _("Add a grader"),
    "add-person": _("Add a grader"),
    "unseat": _("Remove grader"),
    "new-committee": _("Add a committee"),
    "add-candidates": _("Add candidates"),
    "apply-candidates": _("Add candidates"),
    "move-candidates": _("Move"),
    "delete-candidates": _("Delete"),
    "delete-exam": _("Delete"),
    "delete-committee": _("Delete"),
    "cancel-exam": _("Cancel the exam"),
    "edit-exam": _("Edit exam"),
    "import": _("Import from FS"),
    "apply-import": _("Import from FS"),
}
"""What was refused, by URL name. The sentences of other refusals are enough."""


@dataclass(frozen=True, slots=True)
class PracticeRefusal:
    """A refusal: when, of what ("" if unknown), and the sentence that the trainee read ("" if there was none)."""

    at: datetime
    what: str
    sentence: str


class _AlertParser(HTMLParser):
    """Collects the text of the first alert of a page, without its headings and buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self._open: list[str] = []
        self._is_over = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_alert = ("role", "alert") in attrs and not self._is_over
        if tag not in VOID and (self._open or is_alert):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in VOID:
            self._open.pop()
            self._is_over = not self._open

    def handle_data(self, data: str) -> None:
        if self._open and not {"h2", "button", "svg"} & set(self._open):
            self.words += data.split()


def sentence_of(response: HttpResponse) -> str:
    """Return the sentence of a response to a refused act; "" if it has none."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return ""
    return " ".join(_AlertParser(response.content.decode()).words)[:LONGEST]


def record_refusal(run: Run, route: str, response: HttpResponse) -> None:
    """Keep the refusal that the response to a request at the URL name `route` is. Locks the run."""
    with transaction.atomic():
        fresh = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        new = {"at": moment_text(timezone.now()), "route": route, "sentence": sentence_of(response)}
        fresh.refusals = [*fresh.refusals, new][-KEPT:]
        fresh.save(update_fields=["refusals"])
    run.refusals = fresh.refusals


def refusals_of(run: Run) -> Iterator[PracticeRefusal]:
    """Yield the refusals of the run, oldest first."""
    for one in run.refusals:
        yield PracticeRefusal(
            datetime.fromisoformat(one["at"]), str(WHAT.get(one["route"], "")), one["sentence"]
        )
