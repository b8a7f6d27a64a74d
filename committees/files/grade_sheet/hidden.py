"""Hidden rows, columns and sheets of a list, and grades beside its grade column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.files.xlsx import Cell, Sheet, UnreadableFile, Visibility, letters, shown

from .headers import GRADE_HEADERS, column_names, quoted
from .problems import FileProblem
from .text import glimpse

NAMED_AT_MOST = 20
"""Number of hidden rows that are named; others are only counted."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Hidden parts of a list that was read.

    The number of hidden rows, and the first of them with the content of their ID cells; hidden ones of the two
    columns ("B") with their headers; and hidden sheets with such columns, which were not read. `beside` are cells with
    a grade in other columns, where the row's grade cell is empty.
    """

    row_count: int = 0
    rows: tuple[tuple[int, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    sheets: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values; {} if nothing is hidden."""
        values = {
            "row_count": self.row_count,
            "rows": [list(row) for row in self.rows],
            "columns": [list(column) for column in self.columns],
            "sheets": list(self.sheets),
        }
        found = values if any(values.values()) else {}
        return found | {"beside": list(self.beside)} if self.beside else found


NOTHING_HIDDEN = Hidden()


def hidden_of(
    sheet: Sheet, ids: Mapping[int, Cell | None], headers: Mapping[int, str], others: Sequence[Sheet]
) -> Hidden:
    """Return the hidden parts of the list on `sheet`: of the rows with these `ids` and the columns with these
    `headers`. `others` are hidden sheets that have the columns too."""
    unseen = [row.number for row in sheet.rows if row.is_hidden and row.number in ids]
    named = [(number, _named(ids[number])) for number in unseen[:NAMED_AT_MOST]]
    columns = [
        (letters(column), shown(glimpse(text), 40))
        for column, text in sorted(headers.items())
        if sheet.is_hidden_column(column)
    ]
    return Hidden(len(unseen), tuple(named), tuple(columns), tuple(shown(other.name) for other in others))


def _named(cell: Cell | None) -> str:
    return shown(glimpse(cell.text), 40) if cell else ""


def explain_hidden(values: Mapping[str, Any], sheet: str) -> list[str]:
    """Return the sentences, in the active language, about `values`: the result of `Hidden.as_json` for the sheet
    named `sheet`."""
    sentences = []
    if values.get("row_count"):
        sentences.append(_hidden_rows(values["row_count"], values["rows"]))
    for column, header in values.get("columns", ()):
        sentences.append(
            _(
                "Column %(column)s (%(header)s) is hidden in the file, but was read. Check that it is "
                "the right one."
            )
            % {"column": column, "header": header}
        )
    for hidden in values.get("sheets", ()):
        sentences.append(
            _(
                "The hidden sheet “%(hidden)s” also has the two columns, but was not read. The grades "
                "are from “%(sheet)s”."
            )
            % {"hidden": hidden, "sheet": sheet}
        )
    if beside := values.get("beside"):
        sentences.append(_grades_beside(beside))
    return sentences


def _grades_beside(cells: Sequence[str]) -> str:
    named = [*cells[:NAMED_AT_MOST], "…"] if len(cells) > NAMED_AT_MOST else cells
    return ngettext(
        "The grade in %(cells)s was not read, because it is not in the column “%(header)s”. Move it to that "
        "column, and upload the file again.",
        "The grades in %(cells)s were not read, because they are not in the column “%(header)s”. Move them to "
        "that column, and upload the file again.",
        len(cells),
    ) % {"cells": ", ".join(named), "header": GRADE_HEADERS[0]}


def only_hidden(found: Sequence[Sheet], sheets: Sequence[Sheet]) -> UnreadableFile:
    """Return the refusal of a workbook in which all sheets with the columns (`found`) are hidden."""
    visible = quoted(sheet.name for sheet in sheets if sheet.visibility is Visibility.VISIBLE)
    can_be_shown = any(sheet.visibility is Visibility.HIDDEN for sheet in found)
    return UnreadableFile(
        FileProblem.HIDDEN_SHEET if can_be_shown else FileProblem.VERY_HIDDEN_SHEET,
        columns=column_names(),
        hidden=quoted(sheet.name for sheet in found),
        visible=visible or "–",
    )


def _hidden_rows(count: int, rows: Sequence[Sequence[Any]]) -> str:
    named = [
        _("row %(row)s (%(candidate)s)") % {"row": row, "candidate": candidate}
        if candidate
        else _("row %(row)s") % {"row": row}
        for row, candidate in rows
    ]
    return ngettext(
        "%(count)s row in the file is hidden: %(rows)s. It was read like the others, so check its grade.",
        "%(count)s rows in the file are hidden: %(rows)s. They were read like the others, so check "
        "their grades.",
        count,
    ) % {"count": count, "rows": ", ".join([*named, "…"] if count > len(named) else named)}
