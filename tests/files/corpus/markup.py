"""XML that declares, hides or cuts what it says."""

from collections.abc import Callable

from tests.files.build import MAIN

from .case import Case
from .listing import (
    BOOK,
    BOOK_RELATIONS,
    GOOD,
    HEADER,
    ROWS,
    SHEET,
    STRINGS,
    TYPES,
    files,
    good,
    listed,
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
    """Builds a list in which `doctype` stands in front of `part`."""

    def build() -> bytes:
        return packed_with({part: (doctype + str(files().get(part, "<x/>"))).encode(encoding)})

    return build


def with_sheet(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: packed_with({SHEET: text.encode(encoding)})


def prefixed(text: str) -> str:
    """`text` with every element in the prefix x."""
    plain = text.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
    return plain.replace("xmlns=", "xmlns:x=")


def strict() -> bytes:
    """A list as Excel saves it as Strict Open XML Spreadsheet."""
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
            **{f"DOCTYPE in {what}": declared(part) for what, part in ELSEWHERE.items()},
        },
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
            "comment in a number": lambda: listed(HEADER + ROWS.replace("1001", "10<!-- -->01")),
            "comment in a string": lambda: replaced(STRINGS, ">A<", ">A<!-- -->B<"),
            "instruction in a number": lambda: listed(HEADER + ROWS.replace("1001", "10<?x?>01")),
            "CDATA in a number": lambda: listed(HEADER + ROWS.replace("1001", "<![CDATA[1001]]>")),
            "CDATA in a string": lambda: replaced(STRINGS, ">A<", "><![CDATA[A]]><"),
            "element in a number": lambda: listed(HEADER + ROWS.replace("1001", "10<b/>01")),
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
                after=f"<extLst><ext><sheetData>{HEADER}{ROWS}</sheetData></ext></extLst>"
            ),
            "rows in an extension": lambda: listed(f"{HEADER}<extLst>{ROWS}</extLst>"),
            "a text in how a text looks": lambda: replaced(
                STRINGS, ">A</t>", ">A</t><phoneticPr><t>B</t></phoneticPr>"
            ),
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
            "a part without an element": lambda: packed_with({"xl/theme/theme1.xml": "<!-- -->"}),
        },
    ),
    *good(
        {
            "byte order mark": with_sheet(f"\ufeff<?xml version='1.0' encoding='UTF-8'?>{worksheet()}"),
            "comments between rows": lambda: listed(HEADER + "<!-- x --><?x?>" + ROWS),
            "character references": lambda: replaced(STRINGS, ">A<", ">&#65;<"),
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
    Case("every element in a prefix", with_sheet(prefixed(worksheet())), rows=GOOD),
    Case("Strict Open XML", strict, rows=GOOD, openpyxl="does not know the namespaces of Strict Open XML"),
]
