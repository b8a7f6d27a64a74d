"""Headers of the columns of a list, in the three languages of the interface."""

import re
from enum import StrEnum


class Column(StrEnum):
    NUMBER = "number"
    COMMITTEE = "committee"
    FEIDE_NAME = "feide name"
    NAME = "name"
    OTHER = "other"


HEADERS = {
    Column.NUMBER: (
        "candidate|candidates|candidateid|candidateno|candidatenumber|number|no|id|"
        "kandidat|kandidater|kandidatar|kandidatid|kandidatnr|kandidatnummer|kandidatlopenr|nr|nummer"
    ),
    Column.COMMITTEE: (
        "committee|committeeno|committeenumber|kommisjon|kommisjonnr|kommisjonsnr|kommisjonsnummer|kommislopenr"
    ),
    Column.FEIDE_NAME: (
        "feide|feideid|feidename|feidenavn|feidenamn|feidebruker|feidebrukar|username|brukernavn|brukarnamn"
    ),
    Column.NAME: (
        "name|fullname|firstname|lastname|surname|givenname|familyname|student|studentname|candidatename|"
        "navn|namn|fornavn|fornamn|etternavn|etternamn|mellomnavn|mellomnamn|studentnavn|studentnamn|"
        "kandidatnavn|kandidatnamn"
    ),
}
"""Words of headers without case, spaces and punctuation. Several columns may belong to the name."""

COLUMN_OF = {word.casefold(): column for column, words in HEADERS.items() for word in words.split("|")}
_LETTERS = re.compile(r"[^a-zæøå]+")


def column_of(header: str) -> Column:
    """Return the column with this header: "Kandidat-ID", "KANDIDATNR." and "Candidate no" all are NUMBER."""
    return COLUMN_OF.get(_LETTERS.sub("", header.casefold().replace("ø", "o")), Column.OTHER)


def columns_of(cells: list[str]) -> list[Column] | None:
    """Return the columns of a row of headers; None for other rows: those with digits or without candidate numbers."""
    columns = [column_of(cell) for cell in cells]
    if columns.count(Column.NUMBER) > 1:  # "Nr." of the row, and "Kandidatnr."
        certain = [cell.casefold().startswith(("cand", "kand")) for cell in cells]
        columns = [
            Column.OTHER if one is Column.NUMBER and any(certain) and not is_certain else one
            for one, is_certain in zip(columns, certain, strict=True)
        ]
    is_header = Column.NUMBER in columns and not any(
        character.isdigit() for cell in cells for character in cell
    )
    return columns if is_header else None
