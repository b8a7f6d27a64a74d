"""
A grade sheet in pieces. Up to `CHUNK_THRESHOLD` candidates have all their rows in the page; of more only the first, and those that are
asked for. The others wait as places of the right height, and are fetched when somebody comes near them.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import QueryDict
from django.urls import reverse

from committees.models import Candidate, Committee
from committees.models.committees import CandidateQuerySet, CandidateRow

CHUNK_THRESHOLD = 1000
CHUNK_SIZE = 50
INITIAL_CHUNKS = 2
"""Pieces of a long sheet that are there from the beginning."""
ROW_HEIGHT = 53


class Member(NamedTuple):
    """As much of a candidate as a place knows."""

    pk: int
    number: str
    grade: str


@dataclass(frozen=True, slots=True)
class RowChunk:
    """A stretch of a grade sheet: its rows, or else what stands in their place."""

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
        return " ".join(str(one.pk) for one in self.members)

    @property
    def numbers(self) -> str:
        return " ".join(one.number for one in self.members)

    @property
    def ungraded(self) -> int | str:
        """Where somebody who types grades begins, "" if all have one."""
        return next((one.pk for one in self.members if not one.grade), "")

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.members)


def is_long(committee: Committee) -> bool:
    return committee.candidate_count > CHUNK_THRESHOLD


def row_url(committee: Committee, pk: int) -> str:
    """Where the candidate's row is: of a long sheet, its piece has to be asked for."""
    row_range = f"?from={pk}&to={pk}" if is_long(committee) else ""
    return f"{reverse('final-grading', args=[committee.pk])}{row_range}#c-{pk}"


def requested_range(committee: Committee, asked: QueryDict) -> tuple[Candidate, Candidate] | None:
    """The first and the last candidate of the stretch that an address asks for."""
    pks = [asked.get("from", ""), asked.get("to", "")]
    if not all(pk.isascii() and pk.isdigit() and len(pk) < 19 for pk in pks):
        return None
    found = committee.candidates.in_bulk([int(pk) for pk in pks])
    ends = [found.get(int(pk)) for pk in pks]
    return (ends[0], ends[1]) if ends[0] and ends[1] else None


def chunk_rows(
    rows: CandidateQuerySet, committee: Committee, row_range: tuple[Candidate, Candidate] | None
) -> list[RowChunk]:
    """`rows` of the committee in pieces; what `row_range` names is drawn in any case."""
    if not is_long(committee):
        drawn = rows.as_rows()
        return [RowChunk([], drawn[start : start + CHUNK_SIZE]) for start in range(0, len(drawn), CHUNK_SIZE)]
    members = [Member(*values) for values in rows.values_list("pk", "number", "grade")]
    parts = [members[start : start + CHUNK_SIZE] for start in range(0, len(members), CHUNK_SIZE)]
    asked = (
        set(rows.between(*row_range).values_list("pk", flat=True)[:CHUNK_THRESHOLD]) if row_range else set()
    )
    is_whole = len(members) <= CHUNK_THRESHOLD
    shown = [
        is_whole or place < INITIAL_CHUNKS or any(one.pk in asked for one in part)
        for place, part in enumerate(parts)
    ]
    wanted = [one.pk for part, is_shown in zip(parts, shown, strict=True) if is_shown for one in part]
    # By these keys alone: asked for the committee too, PostgreSQL, whose plan is for committees of usual length, would look
    # at each candidate of the long one.
    found = {one.pk: one for one in Candidate.objects.filter(pk__in=wanted).as_rows()}
    return [
        RowChunk(part, [found[one.pk] for one in part if one.pk in found] if is_shown else [])
        for part, is_shown in zip(parts, shown, strict=True)
    ]
