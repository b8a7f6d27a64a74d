"""Chunks of a grade sheet, so that the page of a long sheet renders only some of its rows."""

# Up to `CHUNK_THRESHOLD` candidates, the page has all rows. Beyond that it has the first chunks and the
# requested ones. The others are placeholders of the same height, fetched when they come near the visible
# part of the page.

from dataclasses import dataclass
from typing import NamedTuple

from django.http import QueryDict
from django.urls import reverse

from committees.models import Candidate, Committee
from committees.models.candidates import CandidateQuerySet, CandidateRow
from committees.requests import parse_id

CHUNK_THRESHOLD = 1000
CHUNK_SIZE = 50
INITIAL_CHUNKS = 2
"""Chunks of a long sheet that are rendered from the beginning."""
ROW_HEIGHT = 53


class Member(NamedTuple):
    """The fields of a candidate that a placeholder needs."""

    pk: int
    number: str
    grade: str


@dataclass(frozen=True, slots=True)
class RowChunk:
    """A range of a grade sheet: its rows, or none for a placeholder."""

    members: list[Member]
    rows: list[CandidateRow]

    @property
    def first(self) -> Member:
        return self.members[0]

    @property
    def last(self) -> Member:
        return self.members[-1]

    @property
    def ids(self) -> str:
        return " ".join(str(candidate.pk) for candidate in self.members)

    @property
    def requested_ids(self) -> str:
        """The ids of the candidates, for the query parameter `rows` of a page that is not sorted by number."""
        return self.ids.replace(" ", ".")

    @property
    def numbers(self) -> str:
        return " ".join(candidate.number for candidate in self.members)

    @property
    def ungraded(self) -> int | str:
        """The first candidate without a grade, where typing begins; "" if all have one."""
        return next((candidate.pk for candidate in self.members if not candidate.grade), "")

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.members)


def is_long(committee: Committee) -> bool:
    return committee.candidate_count > CHUNK_THRESHOLD


def row_url(committee: Committee, pk: int) -> str:
    """Return the URL of the candidate's row. On a long sheet it requests the row's chunk."""
    row_range = f"?from={pk}&to={pk}" if is_long(committee) else ""
    return f"{reverse('final-grading', args=[committee.pk])}{row_range}#c-{pk}"


def requested_rows(
    rows: CandidateQuerySet, committee: Committee, asked: QueryDict
) -> CandidateQuerySet | None:
    """
    Return the requested candidates, None if the query is invalid: those among `rows` whose ids are in `asked["rows"]`,
    or else all from the one with the id `from` to the one with the id `to`.
    """
    if chosen := asked.get("rows", ""):
        pks = [parse_id(pk) for pk in chosen.split(".")]
        return rows.filter(pk__in=[pk for pk in pks if pk is not None])
    first, last = parse_id(asked.get("from", "")), parse_id(asked.get("to", ""))
    if first is None or last is None:
        return None
    found = committee.candidates.in_bulk([first, last])
    return rows.between(found[first], found[last]) if first in found and last in found else None


def chunk_rows(
    rows: CandidateQuerySet, committee: Committee, requested: CandidateQuerySet | None
) -> list[RowChunk]:
    """Return `rows` of the committee in chunks. Those with `requested` candidates are always rendered."""
    if not is_long(committee):
        drawn = rows.as_rows()
        return [RowChunk([], drawn[start : start + CHUNK_SIZE]) for start in range(0, len(drawn), CHUNK_SIZE)]
    members = [Member(*values) for values in rows.values_list("pk", "number", "grade")]
    parts = [members[start : start + CHUNK_SIZE] for start in range(0, len(members), CHUNK_SIZE)]
    asked = set() if requested is None else set(requested.values_list("pk", flat=True)[:CHUNK_THRESHOLD])
    is_whole = len(members) <= CHUNK_THRESHOLD
    shown = [
        is_whole or place < INITIAL_CHUNKS or any(candidate.pk in asked for candidate in part)
        for place, part in enumerate(parts)
    ]
    wanted = [
        candidate.pk for part, is_shown in zip(parts, shown, strict=True) if is_shown for candidate in part
    ]
    # Filter by primary key only: with the committee too, PostgreSQL uses a plan for committees of usual
    # length and reads every candidate of the long one.
    found = {candidate.pk: candidate for candidate in Candidate.objects.filter(pk__in=wanted).as_rows()}
    return [
        RowChunk(
            part, [found[candidate.pk] for candidate in part if candidate.pk in found] if is_shown else []
        )
        for part, is_shown in zip(parts, shown, strict=True)
    ]
