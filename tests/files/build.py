"""Builders of .xlsx files for tests: good files from rows, and bad ones with replaced parts."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
BOOK_TYPE = f"{SHEET_TYPES}sheet.main+xml"


def relations(*found: tuple[str, str, str]) -> str:
    inside = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{k}" Target="{t}"/>' for i, k, t in found)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def worksheet(data: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>{data}</sheetData></worksheet>'


def content_types(book_type: str = BOOK_TYPE, **others: str) -> str:
    """Return [Content_Types].xml; `others` has more types by the end of the part name (sheet2="worksheet")."""
    types = {
        "workbook": book_type,
        "worksheets/sheet1": f"{SHEET_TYPES}worksheet+xml",
        "sharedStrings": f"{SHEET_TYPES}sharedStrings+xml",
        "styles": f"{SHEET_TYPES}styles+xml",
    }
    types |= {f"worksheets/{name}": f"{SHEET_TYPES}{kind}+xml" for name, kind in others.items()}
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}"/>' for name, kind in types.items()
    )
    return f'<Types xmlns="{PACKAGE}/content-types">{overrides}</Types>'


def parts(data: str = "") -> dict[str, str | bytes]:
    """
    Return the parts of the smallest workbook: a sheet "S" with the rows `data`, and the shared strings a, b and c.
    """
    strings = "".join(f"<si><t>{text}</t></si>" for text in "abc")
    sheets = f'<sheets xmlns:r="{OFFICE}"><sheet name="S" sheetId="1" r:id="s1"/></sheets>'
    return {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(("b", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("s1", "worksheet", "worksheets/sheet1.xml"), ("t", "sharedStrings", "/xl/sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": worksheet(data),
    }


def packed(files: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, data)
    return out.getvalue()


def raw_book(data: str, **replaced: str | bytes) -> bytes:
    """
    Return a workbook with the rows `data`; `replaced` has other texts for parts by the end of their names (sheet1,
    rels).
    """
    files = parts(data)
    for end, text in replaced.items():
        name = next(name for name in files if name.endswith(f"{end}.xml"))
        files[name] = text
    return packed(files)


def book(*sheets: Iterable[Iterable[object]]) -> bytes:
    """Return a workbook written by openpyxl, with a sheet for each list of rows."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(list(row))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def grade_list(*rows: Iterable[object]) -> bytes:
    """Return a list with the two headers and `rows` from row 2."""
    return book([("Candidate ID", "Grade"), *rows])
