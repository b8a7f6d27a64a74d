"""Merged cells in a list: a person sees one value for all of them, a reader finds it in the first alone, and
what stands in the others is hidden. So a list in which the two differ is refused."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from committees.files.xlsx import Merge, Sheet, UnreadableFile, letters, shown


def refuse_merged(sheet: Sheet, header: int, id_column: int, grade_column: int) -> None:
    """Refuse `sheet` if merged cells hide a value in the two columns, from row `header` on, or make one grade
    stand for several rows below it. Merged titles, and cells merged in other columns, change nothing."""
    numbers = [row.number for row in sheet.rows]
    for column in (id_column, grade_column):
        merges = sorted(merge for merge in sheet.merges if _covers(merge, column, header))
        _refuse_overlaps(sheet, merges)
        for merge in merges:
            first = bisect_left(numbers, merge.first_row)
            filled = [
                row.number
                for row in sheet.rows[first : bisect_right(numbers, merge.last_row)]
                if column in row.cells
            ]
            corner = (merge.first_row, merge.first_column)
            hides = any((number, column) != corner for number in filled)
            shares = bool(filled) and column == grade_column and header < merge.first_row < merge.last_row
            if hides or shares:
                raise _merged(sheet, merge)


def _covers(merge: Merge, column: int, header: int) -> bool:
    return merge.first_column <= column <= merge.last_column and merge.last_row >= header


def _refuse_overlaps(sheet: Sheet, merges: Iterable[Merge]) -> None:
    """No program writes them; and so no row is looked at twice."""
    for one, other in pairwise(merges):
        if other.first_row <= one.last_row:
            raise _merged(sheet, other)


def _merged(sheet: Sheet, merge: Merge) -> UnreadableFile:
    return UnreadableFile(
        "merged-cells",
        _(
            "Sheet “{sheet}”: the cells {range} of the list are merged, so what one sees there is not what each "
            "cell holds. Unmerge them, write into each row what it should say, and upload the file again."
        ),
        sheet=shown(sheet.name),
        range=f"{letters(merge.first_column)}{merge.first_row}:{letters(merge.last_column)}{merge.last_row}",
    )
