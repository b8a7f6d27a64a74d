"""Writer of the list that graders download: one row per candidate, and a second sheet with instructions."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from committees.grade_scales import GradeScale

from .headers import GRADE_HEADERS, ID_HEADERS
from .results import Results, write_notes, write_others
from .workbook import HEADER, MAX_TITLE, NOT_IN_XML, TEXT, new_book, write_text

WIDTHS = (16.0, 12.0, 36.0)
RESULT_WIDTH = 70.0
"""Column widths in characters."""
ABOUT_WIDTHS = (18.0, 80.0)
LINE_HEIGHT = 16
"""Points of a line of text. Set, because LibreOffice takes the height of a wrapped line from the file."""
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
PRACTICE_COLOR = "#6a2c91"
"""Color of the first sheet's tab in a practice list."""
PATTERN = 2
"""Row of the first candidate, the pattern for all others."""
FIRST_SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
PATTERN_ROW = re.compile(f'<row r="{PATTERN}".*?</row>')
STYLE = re.compile(' s="([0-9]+)"')
EMPTY_ROW = re.compile('<row r="[0-9]+"[^>]*/>')
"""A row that has only notes."""
DIMENSION = re.compile("<dimension [^>]*>")
STRING_COUNTS = re.compile('count="([0-9]+)" uniqueCount="([0-9]+)"')


@dataclass(frozen=True, slots=True)
class SheetHead:
    """Facts about a list. `moment` is aware, in the zone to show. A practice list says so on both sheets."""

    exam: str
    committee: str
    downloaded_by: str
    moment: datetime
    list_id: str
    scale: GradeScale
    with_names: bool
    is_practice: bool = False


def write_grade_sheet(
    head: SheetHead, rows: Iterable[tuple[str, str, str]], results: Results | None = None
) -> bytes:
    """Return an .xlsx file with `rows` (candidate number, grade or "", name) in the active language, except for
    the two headers, which `read_grade_sheet` searches for. Names are left out unless `head.with_names`. With `results`,
    it has them in a last column, with notes at the grade cells, and on a third sheet."""
    file = BytesIO()
    book = new_book(file, head.moment.astimezone(UTC).replace(tzinfo=None, microsecond=0))
    grades = book.add_worksheet((_("Practice grades") if head.is_practice else _("Grades"))[:MAX_TITLE])
    about = book.add_worksheet(_("About this list")[:MAX_TITLE])
    headers = [ID_HEADERS[0], GRADE_HEADERS[0], _("Name")][: 3 if head.with_names else 2]
    texts = [row[: len(headers)] for row in rows]
    widths = WIDTHS[: len(headers)]
    if results is not None:
        numbers = [text[0] for text in texts]
        texts = [(*text, results.text_of(number)) for text, number in zip(texts, numbers, strict=True)]
        headers, widths = [*headers, _("Result")], (*widths, RESULT_WIDTH)
        write_notes(grades, results, numbers, first=PATTERN - 1)
    columns = "ABCD"[: len(headers)]
    _write_head(book, grades, headers, widths, len(texts))
    _protect(grades)
    if head.is_practice:
        grades.set_tab_color(PRACTICE_COLOR)
    _offer_grades(grades, head.scale, len(texts))
    _write_about(book, about, head)
    if results is not None and results.others:
        write_others(book, results)
    book.close()
    return _with_rows(file, columns, texts) if texts else file.getvalue()


def _write_head(
    book: Workbook, sheet: Worksheet, headers: Sequence[str], widths: Sequence[float], count: int
) -> None:
    """Write the headers and, for `count` candidates, the blank row with the styles of all rows."""
    header, locked, unlocked = map(book.add_format, (HEADER, TEXT, {**TEXT, "locked": False}))
    for column, text in enumerate(headers):
        write_text(sheet, 0, column, text, header)
        write_text(sheet, PATTERN - 1, column, "", unlocked if column == 1 else locked)
    _set_widths(sheet, widths)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(headers) - 1)
    if count:
        # Excel would mark each ID with a green corner: "number stored as text".
        sheet.ignore_errors({"number_stored_as_text": f"A{PATTERN}:A{1 + count}"})


def _protect(sheet: Worksheet) -> None:
    """Protect candidate IDs from accidental changes. Without a password, as this is not a security measure."""
    allowed = ("objects", "scenarios", "sort", "autofilter", "format_columns", "format_rows")
    sheet.protect(options=dict.fromkeys(allowed, True))


def _offer_grades(sheet: Worksheet, scale: GradeScale, count: int) -> None:
    if not count:
        return
    grades = ", ".join(scale.codes)
    offer = {
        "validate": "list",
        "source": list(scale.codes),
        "error_title": _("Not a grade in this exam")[:32],
        "error_message": _("Write one of %(grades)s, or leave the cell empty.") % {"grades": grades},
    }
    sheet.data_validation(1, 1, count, 1, offer)


def _write_about(book: Workbook, sheet: Worksheet, head: SheetHead) -> None:
    facts = (
        (_("Exam"), head.exam),
        (_("Committee"), head.committee),
        (_("Downloaded by"), head.downloaded_by),
        (_("Downloaded at"), head.moment.isoformat(sep=" ", timespec="minutes")),
        (_("List ID"), head.list_id),
    )
    steps = [(f"{number}.", step) for number, step in enumerate(_steps(head.scale), start=1)]
    practice = [(_("Practice"), _("This list is from training. Nothing in it is real."))]
    lines = [*(practice if head.is_practice else []), (_("What to do"), ""), *steps, ("", ""), *facts]
    top = {**TEXT, "valign": "top"}
    plain, bold, wrapped = map(book.add_format, (top, {**top, "bold": True}, {**top, "text_wrap": True}))
    for row, (label, text) in enumerate(lines):
        write_text(sheet, row, 0, label, plain if (label, text) in steps else bold)
        write_text(sheet, row, 1, text, wrapped)
        sheet.set_row(row, LINE_HEIGHT * (1 + len(text) // int(ABOUT_WIDTHS[1])))
    _set_widths(sheet, ABOUT_WIDTHS)


def _steps(scale: GradeScale) -> Sequence[str]:
    return (
        _(
            "Fill in the Grade column on the first sheet: one grade for each candidate, including failing grades."
        ),
        str(scale.instruction),
        _(
            "Leave the cell empty if a candidate should have no grade, for example because they did not "
            "attend."
        ),
        _("Save the file as an Excel Workbook (.xlsx). Keep both sheets."),
        _("Upload the file where you downloaded the list: Upload → Grades from Excel."),
    )


def _set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.fit_to_pages(1, 0)  # one page wide, any number of pages long


def _with_rows(file: BytesIO, columns: str, texts: Sequence[Sequence[str]]) -> bytes:
    """Return the workbook in `file` with a row for each of `texts` in place of its pattern row, identical to
    XlsxWriter's rows but in a fourth of the time."""
    packed = BytesIO()
    with ZipFile(file) as parts, ZipFile(packed, "w") as archive:
        data = {part: parts.read(part) for part in parts.infolist()}
        text_of = {part.filename: content.decode() for part, content in data.items()}
        strings, sheet = _filled(text_of[STRINGS], text_of[FIRST_SHEET], columns, texts)
        for part, content in data.items():
            changed = {STRINGS: strings, FIRST_SHEET: sheet}.get(part.filename)
            archive.writestr(part, content if changed is None else changed, ZIP_DEFLATED)
    return packed.getvalue()


def _filled(strings: str, sheet: str, columns: str, texts: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Return the shared strings and the first sheet with a row for each of `texts`."""
    pattern = PATTERN_ROW.search(sheet)
    counts = STRING_COUNTS.search(strings)
    assert pattern  # noqa: S101 XlsxWriter has just written both
    assert counts  # noqa: S101
    first = int(counts[2])
    begin = [f'" s="{style}"' for style in STYLE.findall(pattern[0])]
    places: dict[str, int] = {}
    rows, used = [], 0
    for number, row in enumerate(texts, start=PATTERN):
        cells = []
        for column, start, text in zip(columns, begin, row, strict=True):
            if text:
                place = places.setdefault(text, first + len(places))
                cells.append(f'<c r="{column}{number}{start} t="s"><v>{place}</v></c>')
                used += 1
            else:
                cells.append(f'<c r="{column}{number}{start}/>')
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    total = f'count="{int(counts[1]) + used}" uniqueCount="{first + len(places)}"'
    strings = strings.replace(counts[0], total).replace("</sst>", f"{''.join(map(_item, places))}</sst>")
    covered = f'<dimension ref="A1:{columns[-1]}{1 + len(texts)}"/>'
    before, after = sheet[: pattern.start()], EMPTY_ROW.sub("", sheet[pattern.end() :])
    return strings, f"{DIMENSION.sub(covered, before)}{''.join(rows)}{after}"


def _item(text: str) -> str:
    """Return `text` as a shared string."""

    # R's openxlsx reads `xml:space` as text, so it is set only where XML would drop space.
    space = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    return f"<si><t{space}>{escape(_escaped(text))}</t></si>"


def _escaped(text: str) -> str:
    """Return `text` as written in a file (ECMA-376 part 1, 22.9.2.19): characters that XML would change become
    escapes, the underscore of text that looks like an escape is escaped, and characters that XML can't contain
    become U+FFFD."""
    text = LOOKS_ESCAPED.sub("_x005F_", NOT_IN_XML.sub("\ufffd", text))
    return text.replace("\r", "_x000D_")
