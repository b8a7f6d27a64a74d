"""Refusals of worksheets whose rows or cells are not where their references place them."""

from .errors import Problem, UnreadableFile, shown


def cell_in_wrong_row(sheet: str, cell: str, row: int) -> UnreadableFile:
    return UnreadableFile(Problem.CELL_IN_WRONG_ROW, sheet=shown(sheet), cell=cell, row=row)


def row_out_of_order(sheet: str, row: int, before: int) -> UnreadableFile:
    """Return the refusal of row `row`, found after row `before`."""
    code = Problem.DUPLICATE_ROW if row == before else Problem.ROWS_OUT_OF_ORDER
    return UnreadableFile(code, sheet=shown(sheet), place=row)


def cell_out_of_order(sheet: str, cell: str, column: int, before: int) -> UnreadableFile:
    """Return the refusal of `cell` in `column`, found after a cell in column `before`."""
    code = Problem.DUPLICATE_CELL if column == before else Problem.CELLS_OUT_OF_ORDER
    return UnreadableFile(code, sheet=shown(sheet), place=cell)
