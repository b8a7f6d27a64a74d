"""Parts with wrong targets or types."""

from collections.abc import Callable

from tests.files.build import MAIN, OFFICE, PACKAGE, SHEET_TYPES, content_types, packed, relations

from .case import Case
from .listing import (
    BOOK,
    BOOK_RELATIONS,
    GOOD,
    SHEET,
    STRINGS,
    TYPES,
    Files,
    files,
    good,
    packed_with,
    refused,
    replaced,
    worksheet,
)

SHEET_RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"
LINKED = ("s1", "worksheet", "worksheets/sheet1.xml"), ("t", "sharedStrings", "/xl/sharedStrings.xml")


def sheet_at(target: str, mode: str = "") -> Callable[[], bytes]:
    """Build a list whose sheet is referenced at `target`."""
    mode = f' TargetMode="{mode}"' if mode else ""
    return lambda: replaced(BOOK_RELATIONS, 'Target="worksheets/sheet1.xml"', f'Target="{target}"{mode}')


def sheets(
    *named: tuple[str, str],
    kind: str = "worksheet",
    data: str = "",
    state: str = "visible",
    first: str = "",
) -> bytes:
    """Return a list with more sheets: title and part of each, with the rows `data`; `first` replaces the list."""
    links = [(f"m{number}", kind, f"worksheets/{part}.xml") for number, (_title, part) in enumerate(named)]
    listed = "".join(
        f'<sheet name="{title}" sheetId="{number + 2}" state="{state}" r:id="m{number}"/>'
        for number, (title, _part) in enumerate(named)
    )
    return packed_with(
        {
            BOOK: str(files()[BOOK]).replace("</sheets>", f"{listed}</sheets>"),
            BOOK_RELATIONS: relations(*LINKED, *links),
            TYPES: content_types(**{part: kind for _title, part in named if part != "sheet1"}),
            SHEET: first or worksheet(),
            **{
                f"xl/worksheets/{part}.xml": data or worksheet("")
                for _title, part in named
                if part != "sheet1"
            },
        }
    )


def types_with(added: str, left_out: str = "", others: Files | None = None) -> bytes:
    """Return a list with other declared types, and the parts `others`."""
    types = content_types().replace(left_out, "").replace("</Types>", f"{added}</Types>")
    return packed_with({TYPES: types, **(others or {})})


def default(extension: str, kind: str) -> str:
    return f'<Default Extension="{extension}" ContentType="{kind}"/>'


def override(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="{SHEET_TYPES}{kind}+xml"/>'


SHEET_TYPE = override("/xl/worksheets/sheet1.xml", "worksheet")

CASES = [
    *refused(
        "outside-link",
        {
            "sheet marked as external": sheet_at("http://example.org/a.xml", "External"),
            "sheet marked as external, but inside": sheet_at("worksheets/sheet1.xml", "External"),
            "sheet marked as something else": sheet_at("worksheets/sheet1.xml", "external"),
            "sheet at an address": sheet_at("http://example.org/xl/worksheets/sheet1.xml"),
            "sheet in a file": sheet_at("file:///xl/worksheets/sheet1.xml"),
            "sheet on another host": sheet_at("//example.org/xl/worksheets/sheet1.xml"),
            "sheet on a share": sheet_at("\\\\host\\share\\sheet1.xml"),
            "sheet on a path out of the package": sheet_at("../../xl/worksheets/sheet1.xml"),
            "strings outside": lambda: replaced(
                BOOK_RELATIONS, 'sharedStrings.xml"', 'sharedStrings.xml" TargetMode="External"'
            ),
            "styles outside": lambda: packed_with(
                {BOOK_RELATIONS: relations(*LINKED, ("z", "styles", "http://example.org/styles.xml"))}
            ),
            "workbook outside": lambda: replaced(
                "_rels/.rels", 'workbook.xml"', 'workbook.xml" TargetMode="External"'
            ),
        },
    ),
    *refused(
        "damaged",
        {
            "sheet nowhere": sheet_at(""),
            "sheet that is not there": sheet_at("worksheets/sheet2.xml"),
            "sheet percent-encoded": sheet_at("worksheets/sheet%31.xml"),
            "two relations of one id": lambda: packed_with({BOOK_RELATIONS: relations(*LINKED, LINKED[0])}),
            "two tables of strings": lambda: packed_with(
                {BOOK_RELATIONS: relations(*LINKED, ("u", "sharedStrings", "other.xml"))}
            ),
            "two workbooks": lambda: packed_with(
                {
                    "_rels/.rels": relations(
                        ("b", "officeDocument", BOOK), ("c", "officeDocument", "xl/other.xml")
                    )
                }
            ),
            "another part that is there says that it is the workbook": lambda: types_with(
                override("/xl/other.xml", "sheet.main"), others={"xl/other.xml": files()[BOOK]}
            ),
            "another part that is there says that it is the strings": lambda: types_with(
                override("/xl/o.xml", "sharedStrings"), others={"xl/o.xml": files()[STRINGS]}
            ),
            "a sheet that says that it is a chart": lambda: types_with(
                SHEET_TYPE.replace("worksheet+", "chartsheet+"), SHEET_TYPE
            ),
            "two types of one part": lambda: types_with(SHEET_TYPE.replace("worksheet+", "chartsheet+")),
            "sheet by a relation of another family": lambda: replaced(
                BOOK_RELATIONS, f"{OFFICE}/worksheet", "urn:other/worksheet"
            ),
            "sheet of old macros": lambda: replaced(BOOK_RELATIONS, "/worksheet", "/xlMacrosheet"),
            "no relations": lambda: packed_with({BOOK_RELATIONS: None}),
            "no workbook": lambda: packed_with({BOOK: None}),
            "no relation to the workbook": lambda: packed_with({"_rels/.rels": relations()}),
            "one part as two sheets": lambda: sheets(("T", "sheet1")),
            "one title for two sheets": lambda: sheets(("s", "sheet2")),
            "two lists of sheets": lambda: replaced(BOOK, "</sheets>", "</sheets><sheets/>"),
            "sheet without relation": lambda: replaced(BOOK, 'r:id="s1"', ""),
            "sheet with two relations": lambda: replaced(
                BOOK,
                'r:id="s1"',
                'r:id="s1" p:id="s2" xmlns:p="http://purl.oclc.org/ooxml/officeDocument/relationships"',
            ),
        },
    ),
    *refused("too-many-sheets", {"51 sheets": lambda: sheets(*((f"T{n}", f"more{n}") for n in range(50)))}),
    *refused("several-lists", {"two lists": lambda: sheets(("T", "sheet2"), data=worksheet())}),
    *refused("blank-workbook", {"a workbook of empty sheets": lambda: packed_with({SHEET: worksheet("")})}),
    *good(
        {
            "another part says that it is the workbook": lambda: types_with(
                override("/xl/other.xml", "sheet.main")
            ),
            "another part says that it is the strings": lambda: types_with(
                override("/xl/o.xml", "sharedStrings")
            ),
            "types of SheetJS": lambda: types_with(
                default("bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main")
            ),
            "types of excelize": lambda: types_with(default("bin", "application/vnd.ms-office.vbaProject")),
            "types of macros, of an extension that nothing has": lambda: types_with(
                default("xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
            ),
            "types of settings of printers": lambda: types_with(
                default("bin", "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"),
                others={"xl/printerSettings/printerSettings1.bin": b"\0\xff"},
            ),
        },
        because="no part of the file is what is declared",
    ),
    *good(
        {
            "a sheet that says nothing": lambda: types_with("", SHEET_TYPE),
            "a sheet that says that it is XML": lambda: types_with(
                default("xml", "application/xml"), SHEET_TYPE
            ),
            "a sheet that itself says that it is XML": lambda: types_with(
                '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/xml"/>', SHEET_TYPE
            ),
            "a sheet whose extension is the workbook's": lambda: types_with(
                default("xml", f"{SHEET_TYPES}sheet.main+xml"), SHEET_TYPE
            ),
        },
        because="its relationship says what it is, and nothing says otherwise",
    ),
    *refused(
        "very-hidden-sheet",
        {"hidden sheet": lambda: replaced(BOOK, 'sheetId="1"', 'sheetId="1" state="veryHidden"')},
    ),
    *refused(
        "hidden-sheet",
        {
            "list on a hidden sheet, another sheet to see": lambda: sheets(
                ("T", "sheet2"), data=worksheet(), state="hidden", first=worksheet("")
            ),
        },
    ),
    *good(
        {
            "50 sheets": lambda: sheets(*((f"T{n}", f"more{n}") for n in range(49))),
            "list on a hidden sheet too": lambda: sheets(("T", "sheet2"), data=worksheet(), state="hidden"),
            "absolute targets": lambda: replaced(BOOK_RELATIONS, '"worksheets/', '"/xl/worksheets/'),
            "hyperlinks": lambda: packed_with(
                {
                    SHEET_RELATIONS: f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="h" '
                    f'Type="{OFFICE}/hyperlink" Target="http://example.org" TargetMode="External"/></Relationships>'
                }
            ),
            "types by extension": lambda: types_with(
                f'<Default Extension="xml" ContentType="{SHEET_TYPES}worksheet+xml"/>', SHEET_TYPE
            ),
        }
    ),
    Case(
        "a workbook that says nothing",
        lambda: types_with("", override("/xl/workbook.xml", "sheet.main")),
        rows=GOOD,
        openpyxl="finds the workbook by what it says",
        because="its relationship says what it is, and nothing says otherwise",
    ),
    Case(
        "part names in capitals",
        lambda: packed({name.upper(): data for name, data in files().items()}),
        rows=GOOD,
        openpyxl="looks for part names as they are usually spelt",
    ),
    Case(
        "targets with dots",
        lambda: replaced(BOOK_RELATIONS, '"worksheets/', '"./x/../worksheets/'),
        rows=GOOD,
        calamine="takes targets as they are written",
    ),
    Case(
        "sheet of a chart beside",
        lambda: sheets(("Chart", "chart1"), kind="chartsheet", data=f'<chartsheet xmlns="{MAIN}"/>'),
        rows=GOOD,
        openpyxl="wants a drawing for each chart",
    ),
]
