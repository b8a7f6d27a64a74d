"""Refusals of worksheets whose rows and cells are too many, or don't stand where they say."""

from django.utils.translation import gettext_lazy as _

from .errors import UnreadableFile, shown, too_much


def too_many(code: str, most: int) -> UnreadableFile:
    sentence = {
        "too-many-rows": _(
            "More than {most} rows in this file are filled in, far more than in a list of candidates."
        ),
        "too-many-cells": _("More than {most} cells in this file are filled in."),
        "too-many-merges": _("This file has more than {most} merged cells."),
    }
    return too_much(code, sentence[code], most=most)


def cell_in_wrong_row(sheet: str, cell: str, row: int) -> UnreadableFile:
    return UnreadableFile(
        "cell-in-wrong-row",
        _(
            "Sheet “{sheet}”: cell {cell} stands in row {row}. Copy the list into a new workbook and "
            "upload that."
        ),
        sheet=shown(sheet),
        cell=cell,
        row=row,
    )


def out_of_order(is_double: bool, what: str, sheet: str, place: str) -> UnreadableFile:
    code = f"duplicate-{what}" if is_double else f"{what}s-out-of-order"
    sentence = {
        "duplicate-row": _(
            "Sheet “{sheet}” holds row {place} twice. Copy the list into a new workbook and upload that."
        ),
        "duplicate-cell": _(
            "Sheet “{sheet}” holds cell {place} twice. Copy the list into a new workbook and upload that."
        ),
        "rows-out-of-order": _(
            "Sheet “{sheet}” holds its rows out of order at row {place}. Open it, choose Save as, and upload "
            "the new file."
        ),
        "cells-out-of-order": _(
            "Sheet “{sheet}” holds its cells out of order at {place}. Open it, choose Save as, and upload "
            "the new file."
        ),
    }
    return UnreadableFile(code, sentence[code], sheet=shown(sheet), place=place)
