"""Refusals of lists with merged cells that could be read differently."""

# Excel shows one value for all merged cells, a reader finds it only in the first, and values in the others
# are hidden.

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise

from committees.files.xlsx import Merge, Sheet, UnreadableFile, letters, shown

from .problems import FileProblem


def refuse_merged(sheet: Sheet, header: int, id_column: int, grade_column: int) -> None:
    """Refuse `sheet` if merged cells hide a value in the two columns from row `header` on, or spread one grade
    over several rows. Merged titles and merged cells in other columns are accepted."""
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
    """Refuse overlapping ranges, which no program writes, so that no row is checked twice."""
    for one, other in pairwise(merges):
        if other.first_row <= one.last_row:
            raise _merged(sheet, other)


def _merged(sheet: Sheet, merge: Merge) -> UnreadableFile:
    return UnreadableFile(
        FileProblem.MERGED_CELLS,
        sheet=shown(sheet.name),
        range=f"{letters(merge.first_column)}{merge.first_row}:{letters(merge.last_column)}{merge.last_row}",
    )
