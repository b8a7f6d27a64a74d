"""Reasons for refusing a whole file: codes and sentences."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from committees.files.xlsx import UnreadableFile


class FileProblem(TextChoices):
    """Codes and sentences. The codes of `files.xlsx.Problem` are included, because that package has no sentences."""

    # Other kinds of files
    EMPTY_FILE = "empty-file", _("This file is empty (0 bytes). Save the list again and upload the new file.")
    NOT_DOWNLOADED = (
        "not-downloaded",
        _(
            "This file contains only zeros, so the download was probably cut off. Open it in Excel or "
            "LibreOffice. If the list is there, save it and upload it again. If not, download the file again."
        ),
    )
    LOCK_FILE = (
        "lock-file",
        _(
            "This is a temporary file that Excel creates while a workbook is open (its name begins with ~$). "
            "Upload the workbook itself."
        ),
    )
    SHORTCUT = "shortcut", _("This is only a shortcut to a file. Upload the Excel Workbook (.xlsx) itself.")
    GOOGLE_SHORTCUT = (
        "google-shortcut",
        _(
            "This is only a shortcut to a Google file. Open it in Google Sheets, choose File, Download, "
            "Microsoft Excel (.xlsx), and upload the downloaded file."
        ),
    )
    OLD_XLS = (
        "old-xls",
        _("This is an old Excel file (.xls). Open it, choose Save as, and pick Excel Workbook (.xlsx)."),
    )
    OLD_OFFICE = (
        "old-office",
        _(
            "This file is in an old Office format and is not an Excel file. Upload the list as an Excel Workbook (.xlsx)."
        ),
    )
    PASSWORD = (
        "password",
        _(
            "This file is protected with a password. Open it in Excel, choose File, Info, Protect Workbook, "
            "Encrypt with Password (on a Mac: File, Passwords), delete the password, save, and upload the "
            "file again."
        ),
    )
    SENSITIVITY_LABEL = (
        "sensitivity-label",
        _(
            "This file is encrypted by a sensitivity label or by rights management, so only Office can open "
            "it. Open it in Excel, choose a label without encryption under Sensitivity (or File, Info, "
            "Protect Workbook, Restrict Access, Unrestricted Access), save, and upload the file again. If you "
            "can’t change that, download your committee’s list and fill in that one."
        ),
    )
    ODS = (
        "ods",
        _(
            "This is an OpenDocument spreadsheet (.ods). Open it, choose Save as, and pick Excel Workbook "
            "(.xlsx)."
        ),
    )
    OPENDOCUMENT = (
        "opendocument",
        _(
            "This is an OpenDocument file, but not a spreadsheet. Upload the list as an Excel Workbook (.xlsx)."
        ),
    )
    XLSM = (
        "xlsm",
        _(
            "This Excel file has macros (.xlsm). Open it, choose Save as, and pick Excel Workbook (.xlsx), "
            "which has none."
        ),
    )
    ADD_IN = (
        "add-in",
        _("This is an Excel add-in (.xlam), not a workbook. Upload the list as an Excel Workbook (.xlsx)."),
    )
    XLSB = (
        "xlsb",
        _("This is a binary Excel file (.xlsb). Open it, choose Save as, and pick Excel Workbook (.xlsx)."),
    )
    TEMPLATE = (
        "template",
        _("This is an Excel template. Open it, choose Save as, and pick Excel Workbook (.xlsx)."),
    )
    NUMBERS = (
        "numbers",
        _("This is a Numbers file. Open it in Numbers, choose File, Export To, Excel, and pick .xlsx."),
    )
    TEXT = (
        "text",
        _(
            "This is a text file (for example .csv). Open it in Excel, choose Save as, and pick Excel "
            "Workbook (.xlsx)."
        ),
    )
    WEB_PAGE = (
        "web-page",
        _(
            "This is a web page or XML file, even if its name ends like an Excel file. Open it in Excel, "
            "choose Save as, and pick Excel Workbook (.xlsx)."
        ),
    )
    PDF = "pdf", _("This is a PDF file. Upload the grades as an Excel Workbook (.xlsx).")
    OTHER_OFFICE = (
        "other-office",
        _("This is an Office file, but not a workbook. Upload the list as an Excel Workbook (.xlsx)."),
    )
    ZIP = (
        "zip",
        _("This is a zip archive, not a workbook. Unpack it and upload the Excel Workbook (.xlsx) in it."),
    )
    UNKNOWN = "unknown", _("This is not an Excel file. Upload the list as an Excel Workbook (.xlsx).")

    # More than a list of grades
    TOO_LARGE = (
        "too-large",
        _(
            "This file is larger than %(most)s MB. Copy the columns with candidate IDs and grades into a new "
            "workbook (Paste Special, Values), and upload that workbook."
        ),
    )
    TOO_LARGE_UNPACKED = (
        "too-large-unpacked",
        _(
            "This file is larger than %(most)s MB when unpacked. Copy the columns with candidate IDs and grades "
            "into a new workbook (Paste Special, Values), and upload that workbook."
        ),
    )
    TOO_MANY_PARTS = (
        "too-many-parts",
        _(
            "This file has more than %(most)s parts, such as pictures and charts. Copy the columns with "
            "candidate IDs and grades into a new workbook (Paste Special, Values), and upload that workbook."
        ),
    )
    TOO_MANY_SHEETS = (
        "too-many-sheets",
        _("This file has more than %(most)s sheets. Copy the list into a new workbook and upload that."),
    )
    TOO_MANY_ROWS = (
        "too-many-rows",
        _(
            "This file has more than %(most)s filled-in rows, far more than a list of candidates. Copy the "
            "columns with candidate IDs and grades into a new workbook (Paste Special, Values), and upload "
            "that workbook."
        ),
    )
    TOO_MANY_CELLS = (
        "too-many-cells",
        _(
            "This file has more than %(most)s filled-in cells. Copy the columns with candidate IDs and grades "
            "into a new workbook (Paste Special, Values), and upload that workbook."
        ),
    )
    TOO_MANY_MERGES = (
        "too-many-merges",
        _(
            "This file has more than %(most)s merged cells. Copy the columns with candidate IDs and grades "
            "into a new workbook (Paste Special, Values), and upload that workbook."
        ),
    )
    TOO_MANY_STRINGS = (
        "too-many-strings",
        _(
            "This file has more than %(most)s text values. Copy the columns with candidate IDs and grades "
            "into a new workbook (Paste Special, Values), and upload that workbook."
        ),
    )
    TOO_MUCH_MARKUP = (
        "too-much-markup",
        _(
            "This file contains far more than a list of grades. Copy the columns with candidate IDs and "
            "grades into a new workbook (Paste Special, Values), and upload that workbook."
        ),
    )
    TOO_MUCH_TEXT = (
        "too-much-text",
        _(
            "This file contains more than %(most)s million characters of text. Copy the columns with "
            "candidate IDs and grades into a new workbook (Paste Special, Values), and upload that workbook."
        ),
    )

    TOO_SLOW = (
        "too-slow",
        _(
            "Reading this file takes too long. Copy the columns with candidate IDs and grades into a new "
            "workbook (Paste Special, Values), and upload that workbook."
        ),
    )

    # Damaged, or readable in two ways
    BROKEN_ZIP = (
        "broken-zip",
        _(
            "This file is damaged and can’t be unpacked. It may not have been copied completely. Save or copy "
            "it again. If that doesn’t help, download your committee’s list and fill in that one."
        ),
    )
    DAMAGED = (
        "damaged",
        _(
            "This Excel file is damaged at %(place)s. Open it in Excel or LibreOffice, choose Save as, pick "
            "Excel Workbook (.xlsx), and upload the new file."
        ),
    )
    DOCTYPE = (
        "doctype",
        _(
            "This file contains a DOCTYPE in %(place)s, which is not allowed in Excel files. Open it in Excel "
            "or LibreOffice, choose Save as, pick Excel Workbook (.xlsx), and upload the new file."
        ),
    )
    ODD_PART_NAME = (
        "odd-part-name",
        _(
            "This file contains a part named %(part)s, which could be mistaken for another part. Open it in "
            "Excel or LibreOffice, choose Save as, pick Excel Workbook (.xlsx), and upload the new file."
        ),
    )
    DUPLICATE_PARTS = (
        "duplicate-parts",
        _(
            "This file contains two parts with the same name. Open it in Excel or LibreOffice, choose Save "
            "as, pick Excel Workbook (.xlsx), and upload the new file."
        ),
    )
    OVERLAPPING_PARTS = (
        "overlapping-parts",
        _(
            "The parts of this file overlap. Open it in Excel or LibreOffice, choose Save as, pick Excel "
            "Workbook (.xlsx), and upload the new file."
        ),
    )
    AMBIGUOUS_ARCHIVE = (
        "ambiguous-archive",
        _(
            "The table of contents of this file does not match its contents, so programs could read different "
            "grades from it. Open it in Excel or LibreOffice, choose Save as, pick Excel Workbook (.xlsx), "
            "and upload the new file."
        ),
    )
    OUTSIDE_LINK = (
        "outside-link",
        _(
            "A part of this workbook (%(kind)s) is outside the file, at %(target)s. Copy the list into a new "
            "workbook and upload that."
        ),
    )
    CELL_IN_WRONG_ROW = (
        "cell-in-wrong-row",
        _(
            "Cell %(cell)s of sheet “%(sheet)s” is stored in the wrong row (row %(row)s). Copy the list "
            "into a new workbook and upload that."
        ),
    )
    DUPLICATE_ROW = (
        "duplicate-row",
        _(
            "Sheet “%(sheet)s” contains row %(place)s twice. Copy the list into a new workbook and upload "
            "that."
        ),
    )
    DUPLICATE_CELL = (
        "duplicate-cell",
        _(
            "Sheet “%(sheet)s” contains cell %(place)s twice. Copy the list into a new workbook and upload "
            "that."
        ),
    )
    ROWS_OUT_OF_ORDER = (
        "rows-out-of-order",
        _(
            "Row %(place)s of sheet “%(sheet)s” is out of order. Open the file in Excel or LibreOffice, "
            "choose Save as, pick Excel Workbook (.xlsx), and upload the new file."
        ),
    )
    CELLS_OUT_OF_ORDER = (
        "cells-out-of-order",
        _(
            "Cell %(place)s of sheet “%(sheet)s” is out of order. Open the file in Excel or LibreOffice, "
            "choose Save as, pick Excel Workbook (.xlsx), and upload the new file."
        ),
    )

    # Workbooks without one clear list of grades
    NO_FILE = "no-file", _("No file was chosen. Click Browse, or drop the file into the box.")
    BLANK_WORKBOOK = (
        "blank-workbook",
        _("This workbook is empty. Download your committee’s list and fill in that one."),
    )
    NO_COLUMNS = (
        "no-columns",
        _(
            "None of the first %(most)s rows has the headers %(columns)s. Row %(row)s of sheet “%(sheet)s” "
            "contains %(found)s. Rename the two columns, or download your committee’s list and fill in that "
            "one."
        ),
    )
    ODD_HEADERS = (
        "odd-headers",
        _(
            "None of the first %(most)s rows has the headers %(columns)s. These cells in row %(row)s of sheet "
            "“%(sheet)s” can’t be read: %(odd)s. Clear them, type the text again, save, and upload the file "
            "again. If that doesn’t help, download your committee’s list and fill in that one."
        ),
    )
    REPEATED_HEADER = (
        "repeated-header",
        _(
            "Row %(row)s of sheet “%(sheet)s” has more than one column for the same thing: %(found)s. Rename "
            "or delete all but the right one, save, and upload the file again."
        ),
    )
    SEVERAL_LISTS = (
        "several-lists",
        _(
            "More than one sheet has the columns %(columns)s: %(sheets)s. Delete all but the right one, save, "
            "and upload the file again."
        ),
    )
    SEVERAL_LIST_IDS = (
        "several-list-ids",
        _(
            "This file contains the IDs of more than one list. Download your committee’s list again and fill "
            "in that one."
        ),
    )
    HIDDEN_SHEET = (
        "hidden-sheet",
        _(
            "Only the hidden sheet %(hidden)s has the columns %(columns)s. The visible sheets (%(visible)s) "
            "don’t. If the grades in the hidden sheet are right, right-click any sheet tab in Excel, choose "
            "Unhide, save, and upload the file again. If not, download your committee’s list and fill in that "
            "one."
        ),
    )
    VERY_HIDDEN_SHEET = (
        "very-hidden-sheet",
        _(
            "Only the hidden sheet %(hidden)s has the columns %(columns)s. The visible sheets (%(visible)s) "
            "don’t. The menus in Excel can’t show the hidden sheet, so download your committee’s list and "
            "fill in that one."
        ),
    )
    MERGED_CELLS = (
        "merged-cells",
        _(
            "Sheet “%(sheet)s”: the cells %(range)s of the list are merged, so Excel doesn’t show what each "
            "cell contains. Unmerge them, fill in each row, and upload the file again."
        ),
    )


def sentence_of(error: UnreadableFile) -> str:
    """Return the sentence about `error` in the active language."""
    return str(FileProblem(error.code).label) % error.params
