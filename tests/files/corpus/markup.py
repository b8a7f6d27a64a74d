"""XML with declarations, hidden content or missing ends."""

from collections.abc import Callable

from tests.files.build import MAIN, OFFICE

from .case import Case
from .listing import (
    BOOK,
    BOOK_RELATIONS,
    GOOD,
    HEADER,
    NEVER_PARSED,
    ONE_CELL,
    ROWS,
    SHEET,
    STRINGS,
    TYPES,
    files,
    good,
    listed,
    odd_grade,
    odd_id,
    packed_with,
    refused,
    replaced,
    worksheet,
)

DOCTYPE = "<!DOCTYPE x>"
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>{}]>".format(
    "".join(f"<!ENTITY {chr(98 + level)} '{f'&{chr(97 + level)};' * 10}'>" for level in range(12))
)
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
ELSEWHERE = {
    "the theme": "xl/theme/theme1.xml",
    "the comments": "xl/comments1.xml",
    "the properties": "docProps/core.xml",
    "a drawing": "xl/drawings/drawing1.xml",
    "an old drawing": "xl/drawings/vmlDrawing1.vml",
    "custom XML": "customXml/item1.xml",
    "a picture": "xl/media/image1.svg",
    "a part of unknown kind": "xl/unknown.dat",
}


def declared(part: str, doctype: str = DOCTYPE, encoding: str = "utf-8") -> Callable[[], bytes]:
    """Build a list with `doctype` at the start of `part`."""

    def build() -> bytes:
        return packed_with({part: (doctype + str(files().get(part, "<x/>"))).encode(encoding)})

    return build


def utf_16(part: str) -> Callable[[], bytes]:
    """Build a list with `part` in UTF-16, as Power Query stores its mashups in customXml."""
    return lambda: packed_with({part: '<?xml version="1.0" encoding="utf-16"?><x/>'.encode("utf-16")})


def no_xml(part: str) -> Callable[[], bytes]:
    """Build a list with `part` as invalid markup, as Excel writes in old drawings."""
    return lambda: packed_with({part: b"<xml><br>\xff&nbsp;</xml>"})


def in_book(text: str, own: str = '<workbookPr date1904="0"/>') -> Callable[[], bytes]:
    """Build a list with `own` before its sheets and `text` after them."""
    return lambda: packed_with(
        {
            BOOK: str(files()[BOOK])
            .replace("<sheets", f"{own}<sheets")
            .replace("</workbook>", f"{text}</workbook>")
        }
    )


def extended(text: str, own: str = '<workbookPr date1904="0"/>') -> Callable[[], bytes]:
    """Build a list whose workbook has `text` in an extension."""
    names = f'xmlns:x14="{X14}" xmlns:x15="{X15}" xmlns:r="{OFFICE}"'
    return in_book(
        f'<extLst><ext uri="{{140A7094-0E35-4892-8432-C4D2E57EDEB5}}" {names}>{text}</ext></extLst>', own
    )


def with_sheet(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: packed_with({SHEET: text.encode(encoding)})


def prefixed(text: str) -> str:
    """Return `text` with the prefix x for every element."""
    plain = text.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
    return plain.replace("xmlns=", "xmlns:x=")


def strict() -> bytes:
    """Return a list as Excel saves it as Strict Open XML Spreadsheet."""
    return packed_with(
        {
            name: str(data)
            .replace(MAIN, STRICT)
            .replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            for name, data in files().items()
        }
    )


CASES = [
    *refused(
        "doctype",
        {
            "DOCTYPE in the sheet": declared(SHEET),
            "DOCTYPE in the workbook": declared(BOOK),
            "DOCTYPE in the strings": declared(STRINGS),
            "DOCTYPE in the relations": declared(BOOK_RELATIONS),
            "DOCTYPE in the types": declared(TYPES),
            "DOCTYPE behind a comment": declared(SHEET, f"<?xml version='1.0'?>\n<!-- x -->\n<?y?>{DOCTYPE}"),
            "DOCTYPE behind a byte order mark": declared(SHEET, f"\ufeff{DOCTYPE}"),
            "DOCTYPE in UTF-16": declared(SHEET, DOCTYPE, "utf-16"),
            "DOCTYPE in UTF-16, big end first": declared(SHEET, DOCTYPE, "utf-16-be"),
            "DOCTYPE from elsewhere": declared(SHEET, "<!DOCTYPE x SYSTEM 'http://example.org/x.dtd'>"),
            "entity from a file": declared(STRINGS, "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"),
            "parameter entity": declared(SHEET, "<!DOCTYPE x [<!ENTITY % a 'b'> %a;]>"),
            "billion laughs": declared(SHEET, LAUGHS),
            "billion laughs in the strings": declared(STRINGS, LAUGHS),
        },
    ),
    *good(
        {
            **{f"DOCTYPE in {what}": declared(part) for what, part in ELSEWHERE.items()},
            **{f"{what} in UTF-16": utf_16(part) for what, part in ELSEWHERE.items()},
            "a part without an element": lambda: packed_with({"xl/theme/theme1.xml": "<!-- -->"}),
            "a picture with a DOCTYPE in its metadata": lambda: packed_with(
                {"xl/media/image1.jpeg": b"\xff\xd8\xff\xe1 <!DOCTYPE html><x:xmpmeta/> \xff\xd9"}
            ),
        },
        because=NEVER_PARSED,
    ),
    *(
        Case(
            f"{what} that is no XML",
            no_xml(part),
            rows=GOOD,
            openpyxl="looks into the properties" if part == "docProps/core.xml" else "",
            because=NEVER_PARSED,
        )
        for what, part in ELSEWHERE.items()
    ),
    *odd_id(
        {
            "comment in a number": lambda: listed(HEADER + ROWS.replace("1001", "10<!-- -->01")),
            "instruction in a number": lambda: listed(HEADER + ROWS.replace("1001", "10<?x?>01")),
            "CDATA in a number": lambda: listed(HEADER + ROWS.replace("1001", "<![CDATA[1001]]>")),
            "element in a number": lambda: listed(HEADER + ROWS.replace("1001", "10<b/>01")),
            "value of another namespace": lambda: listed(
                HEADER + ROWS.replace("<v>1001</v>", '<v>1001</v><v xmlns="urn:other">1003</v>')
            ),
            "value in an extension of the cell": lambda: listed(
                HEADER
                + ROWS.replace(
                    "<v>1001</v>",
                    '<v>1001</v><extLst><ext uri="x"><v xmlns="urn:other">1003</v></ext></extLst>',
                )
            ),
        },
        because=ONE_CELL,
    ),
    *odd_grade(
        {
            "comment in a string": lambda: replaced(STRINGS, ">A<", ">A<!-- -->B<"),
            "CDATA in a string": lambda: replaced(STRINGS, ">A<", "><![CDATA[A]]><"),
            "a text in how a text looks": lambda: replaced(
                STRINGS, ">A</t>", ">A</t><phoneticPr><t>B</t></phoneticPr>"
            ),
        },
        because=ONE_CELL,
    ),
    *refused(
        "damaged",
        {
            "entity that nobody declared": lambda: listed(HEADER + ROWS.replace("1001", "&a;")),
            "sheet in UTF-16": with_sheet(worksheet(), "utf-16"),
            "sheet in UTF-32": with_sheet(worksheet(), "utf-32"),
            "sheet in Latin-1": with_sheet(
                f"<?xml version='1.0' encoding='latin-1'?>{worksheet()}", "latin-1"
            ),
            "sheet in UTF-7": with_sheet(f"<?xml version='1.0' encoding='utf-7'?>{worksheet()}"),
            "sheet in EBCDIC": with_sheet(f"<?xml version='1.0' encoding='cp037'?>{worksheet()}", "cp037"),
            "bytes that are no UTF-8": lambda: packed_with(
                {SHEET: worksheet().encode().replace(b"1001", b"\xff")}
            ),
            "sheet in another namespace": with_sheet(worksheet().replace(MAIN, "urn:other")),
            "sheet in no namespace": with_sheet(worksheet().replace(f' xmlns="{MAIN}"', "")),
            "sheet in the namespace of relations": with_sheet(
                worksheet().replace(MAIN, "http://schemas.openxmlformats.org/package/2006/relationships")
            ),
            "row in another namespace": lambda: listed(HEADER + ROWS + '<row xmlns="urn:other" r="4"/>'),
            "row in the strict namespace": lambda: listed(HEADER + ROWS + f'<row xmlns="{STRICT}" r="4"/>'),
            "rows of another namespace beside": lambda: listed(
                after=f'<sheetData xmlns="urn:other">{HEADER}{ROWS}</sheetData>'
            ),
            "rows hidden in an extension": lambda: listed(
                after=f'<extLst><ext uri="x"><sheetData>{HEADER}{ROWS}</sheetData></ext></extLst>'
            ),
            "workbookPr of another namespace beside": in_book('<workbookPr xmlns="urn:other" date1904="1"/>'),
            "workbookPr in an extension with the dates of 1904": extended('<x15:workbookPr date1904="1"/>'),
            "workbookPr in an extension with other dates": extended('<x15:workbookPr date1904="0"/>'),
            "workbookPr in an extension, of our own namespace": extended("<workbookPr/>"),
            "a sheet in an extension": extended('<x15:sheet name="T" sheetId="9" r:id="s1"/>'),
            "rows of another namespace in an extension before": with_sheet(
                worksheet(
                    before=f'<extLst><ext uri="x"><sheetData xmlns="urn:other">{HEADER}{ROWS}</sheetData></ext></extLst>'
                )
            ),
            "rows in an extension": lambda: listed(f"{HEADER}<extLst>{ROWS}</extLst>"),
            "a row beside the rows": with_sheet(worksheet(ROWS, before=HEADER)),
            "rows a second time": lambda: listed(HEADER + ROWS + "</sheetData><sheetData>"),
            "rows to choose from": with_sheet(
                f'<worksheet xmlns="{MAIN}"><mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x14">'
                f"<sheetData>{HEADER}{ROWS}</sheetData></mc:Choice></mc:AlternateContent></worksheet>"
            ),
            "a row to choose": lambda: listed(
                f'{HEADER}<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice>{ROWS}</mc:Choice></mc:AlternateContent>'
            ),
            "a row in a row": lambda: listed(HEADER + ROWS.replace("</row>", '<row r="9"/></row>', 1)),
            "no rows element": with_sheet(f'<worksheet xmlns="{MAIN}"/>'),
            "another root": with_sheet(f'<chartsheet xmlns="{MAIN}"/>'),
            "not closed": with_sheet(worksheet().replace("</row>", "", 1)),
            "two roots": with_sheet(worksheet() + "<x/>"),
            "text behind the root": with_sheet(worksheet() + "x"),
            "an attribute twice": lambda: listed(HEADER + ROWS.replace('r="A2"', 'r="A2" r="A2"')),
            "control character": lambda: replaced(STRINGS, ">A<", ">&#1;<"),
            "NUL in the sheet": with_sheet(worksheet() + "\0"),
        },
    ),
    *good(
        {
            "byte order mark": with_sheet(f"\ufeff<?xml version='1.0' encoding='UTF-8'?>{worksheet()}"),
            "comments between rows": lambda: listed(HEADER + "<!-- x --><?x?>" + ROWS),
            "character references": lambda: replaced(STRINGS, ">A<", ">&#65;<"),
            "what Excel 2013 to 365 write into every workbook": extended(
                '<x15:workbookPr chartTrackingRefBase="1"/>'
            ),
            "what Excel for Mac writes into every workbook": extended(
                '<x14:workbookPr defaultImageDpi="32767"/>'
            ),
            "the same without one of our own": extended("<x15:workbookPr/><x14:workbookPr/>", own=""),
            "both, once more": extended(
                '<x15:workbookPr/><x14:workbookPr defaultImageDpi="0"/><x15:workbookPr/>'
            ),
            "rows of another namespace in an extension": lambda: listed(
                after='<extLst><ext uri="x"><sheetData xmlns="urn:other"/><mergeCells xmlns="urn:other"/></ext></extLst>'
            ),
            "formulas of another namespace in an extension": lambda: listed(
                after='<extLst><ext uri="x"><x14:dataValidations xmlns:x14="urn:x14" xmlns:xm="urn:xm"><x14:dataValidation>'
                "<x14:formula1><xm:f>S!$A$1</xm:f></x14:formula1><xm:sqref>B2:B3</xm:sqref></x14:dataValidation>"
                "</x14:dataValidations></ext></extLst>"
            ),
            "extension beside the rows": lambda: listed(
                after='<extLst><ext uri="x"><a xmlns="urn:a"/></ext></extLst>'
            ),
            "choice beside the rows": lambda: listed(
                after=f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x14"/></mc:AlternateContent>'
            ),
            "attributes of other namespaces": lambda: listed(
                HEADER + ROWS.replace('r="A2"', 'r="A2" x:r="B9" x:t="b" xmlns:x="urn:x"')
            ),
        }
    ),
    Case(
        "extensions of a row and a cell",
        lambda: listed(
            HEADER
            + ROWS.replace("</v></c>", '</v><extLst><ext uri="x"/></extLst></c>', 1).replace(
                "</row>", '<extLst><ext uri="x"/></extLst></row>', 1
            )
        ),
        rows=GOOD,
        calamine="refuses the file for the extension of a cell, which the standard allows",
        because="an extension without a value changes none",
    ),
    Case("every element in a prefix", with_sheet(prefixed(worksheet())), rows=GOOD),
    Case("Strict Open XML", strict, rows=GOOD, openpyxl="does not know the namespaces of Strict Open XML"),
]
