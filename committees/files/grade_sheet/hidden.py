"""What of a list people don't see: hidden rows, columns and sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from committees.files.xlsx import Cell, Sheet, UnreadableFile, Visibility, letters, shown

from .headers import column_names, quoted
from .text import glimpse

NAMED_AT_MOST = 20
"""Hidden rows that are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden of a list that was read: how many of its rows, the first of them with what is in their ID cells,
    those of its two columns ("B") with their headers; and hidden sheets with such columns, which were not read."""

    row_count: int = 0
    rows: tuple[tuple[int, str], ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    sheets: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON values; {} where nothing is hidden."""
        said = {
            "row_count": self.row_count,
            "rows": [list(row) for row in self.rows],
            "columns": [list(column) for column in self.columns],
            "sheets": list(self.sheets),
        }
        return said if any(said.values()) else {}


NOTHING_HIDDEN = Hidden()


def hidden_of(
    sheet: Sheet, ids: Mapping[int, Cell | None], headers: Mapping[int, str], others: Sequence[Sheet]
) -> Hidden:
    """What is hidden of the list on `sheet`: of its rows, whose numbers have these `ids`, and of the columns with these
    `headers`; `others` are the hidden sheets that have the columns too."""
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


def explain_hidden(said: Mapping[str, Any], sheet: str) -> list[str]:
    """The sentences about `said`, which `Hidden.as_json` made of the list on the sheet named `sheet`, in the active
    language."""
    sentences = []
    if said.get("row_count"):
        sentences.append(_hidden_rows(said["row_count"], said["rows"]))
    for column, header in said.get("columns", ()):
        sentences.append(
            _(
                "Column %(column)s (%(header)s) is hidden in the file, but was read. Check that it is "
                "the right one."
            )
            % {"column": column, "header": header}
        )
    for hidden in said.get("sheets", ()):
        sentences.append(
            _(
                "The hidden sheet “%(hidden)s” also has the two columns, but was not read. The grades "
                "are from “%(sheet)s”."
            )
            % {"hidden": hidden, "sheet": sheet}
        )
    return sentences


def only_hidden(found: Sequence[Sheet], sheets: Sequence[Sheet]) -> UnreadableFile:
    """What to raise when the sheets with the columns, `found`, are all hidden."""
    visible = quoted(sheet.name for sheet in sheets if sheet.visibility is Visibility.VISIBLE)
    can_be_shown = any(sheet.visibility is Visibility.HIDDEN for sheet in found)
    return UnreadableFile(
        "hidden-sheet",
        UNHIDE if can_be_shown else START_ANEW,
        columns=column_names(),
        hidden=quoted(sheet.name for sheet in found),
        visible=visible or "–",
    )


UNHIDE = gettext_lazy(
    "Only the hidden sheet {hidden} has the columns {columns}. The visible sheets ({visible}) don’t. If "
    "the grades in the hidden sheet are right, right-click any sheet tab in Excel, choose Unhide, save, "
    "and upload the file again. Otherwise, download the list of your committee and fill in that one."
)
START_ANEW = gettext_lazy(
    "Only the hidden sheet {hidden} has the columns {columns}. The visible sheets ({visible}) don’t. The "
    "hidden sheet can’t be shown from the menus in Excel, so download the list of your committee and fill "
    "in that one."
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
