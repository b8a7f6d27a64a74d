"""Grade lists for Excel, with the signed ID that identifies a list when it is uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Subquery

from committees.files.grade_sheet import Results, SheetHead, write_grade_sheet
from committees.models import Grader, LogEntry

PRACTICE = "practice-"
"""Start of the fact in a list ID that the list is from a sandbox; the owner key of the sandbox follows."""


@dataclass(frozen=True, slots=True)
class IssuedList:
    """
    The content of a list ID: the committee, the newest log entry when the list was downloaded, and whether all of its
    grades were left out. `owner_key` is that of the sandbox of a practice list, None for a list of a real exam.
    """

    committee_id: int
    entry_id: int
    is_empty: bool = False
    owner_key: str | None = None


def record_download(grader: Grader, at: datetime) -> None:
    """Record that the grader has the list, so that co-graders and planners see it. Uploading ends it."""
    Grader.objects.filter(pk=grader.pk).update(downloaded_at=at)


def write_list(
    grader: Grader,
    at: datetime,
    *,
    grades: Mapping[str, str] | None = None,
    known: int | None = None,
    is_empty: bool = False,
    results: Results | None = None,
) -> bytes:
    """
    Return the list of the grader's committee as an .xlsx file with the current grades, downloaded `at` this time.

    `grades` (candidate number -> grade) replaces current grades; `known` replaces the newest log entry in the list ID.
    `is_empty` leaves all grades out.
    With `results` of an upload, the list shows them.
    """
    committee = grader.committee
    exam = committee.exam
    # One statement is one snapshot: the newest entry fits the grades, whatever is committed meanwhile.
    newest = LogEntry.objects.affecting(committee).order_by("-pk").values("pk")[:1]
    candidates: list[Any] = list(committee.candidates.by_number().annotate(newest_entry=Subquery(newest)))
    if known is None and candidates:
        known = candidates[0].newest_entry or 0
    head = SheetHead(
        exam=f"{exam} ({exam.term})",
        committee=str(committee),
        downloaded_by=str(grader.person),
        moment=at,
        list_id=list_id(grader, at, known, is_empty=is_empty),
        scale=exam.grade_scale,
        with_names=not exam.is_anonymous,
        is_practice=exam.sandbox_id is not None,
    )
    filled = grades or {}
    rows = [
        (
            one.number,
            "" if is_empty else filled.get(one.number, one.grade),
            "" if exam.is_anonymous else one.person,
        )
        for one in candidates
    ]
    return write_grade_sheet(head, rows, results)


def list_id(grader: Grader, at: datetime, known: int | None = None, *, is_empty: bool = False) -> str:
    """Return the signed ID of a list that `grader` downloads `at` this time."""
    newest = LogEntry.objects.affecting(grader.committee).newest_id() if known is None else known
    moment = int(at.astimezone(UTC).timestamp())
    sandbox = grader.committee.exam.sandbox
    more = [*(["empty"] if is_empty else []), *([f"{PRACTICE}{sandbox.owner_key}"] if sandbox else [])]
    facts = ["GR1", grader.committee_id, newest, grader.person_id, moment, *more]
    return _signer().sign(".".join(map(str, facts)))


def read_list_id(text: str) -> IssuedList | None:
    """Return the content of a list ID; None if neither SECRET_KEY nor one of SECRET_KEY_FALLBACKS signed it."""
    try:
        _version, committee, entry, _person, _at, *more = _signer().unsign(text).split(".")
    except BadSignature:
        return None
    owners = [fact.removeprefix(PRACTICE) for fact in more if fact.startswith(PRACTICE)]
    return IssuedList(
        int(committee), int(entry), is_empty="empty" in more, owner_key=owners[0] if owners else None
    )


def _signer() -> Signer:
    return Signer(sep=".", salt="gradereg.grade-list")
