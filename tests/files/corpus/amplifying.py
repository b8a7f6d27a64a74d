"""
Files that cause much work with few bytes: texts shared by thousands of cells, rich texts, wide rows, rejected rows,
invisible characters, formulas, merged cells, attributes. `tests/files/test_work_per_byte.py` makes more of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from committees.files.xlsx.references import letters
from tests.files.build import MAIN, content_types, relations

from .case import Case
from .listing import BOOK, BOOK_RELATIONS, SHEET, STRINGS, TYPES, files, packed_with, strings, worksheet
from .packages import LINKED

MANY = 10_400
"""Number of rows below the headers, nearly the most allowed."""
STYLES = "xl/styles.xml"

CELLS = {
    "none": "",
    "number": '<c r="{r}"><v>{n}</v></c>',
    "long number": '<c r="{r}"><v>{n}e390</v></c>',
    "shared": '<c r="{r}" t="s"><v>0</v></c>',
    "shared, walked": '<c t="s" r="{r}"><v>0</v></c>',
    "own": '<c r="{r}" t="inlineStr"><is><t>{own}{n}</t></is></c>',
    "own, walked": '<c t="inlineStr" r="{r}"><is><t>{own}{n}</t></is></c>',
    "own, in runs": '<c r="{r}" t="inlineStr"><is><r><t>{own}</t></r><r><t>{n}</t></r></is></c>',
    "formula": '<c r="{r}"><f>{own}{n}</f><v>1</v></c>',
    "shared formula": '<c r="{r}"><f t="shared" si="0">{once}</f></c>',
    "error": '<c r="{r}" t="e"><v>#N/A</v></c>',
    "truth value": '<c r="{r}" t="b"><v>1</v></c>',
    "date": '<c r="{r}" s="1"><v>{n}.25</v></c>',
    "grade": '<c r="{r}" t="inlineStr"><is><t>A</t></is></c>',
}
"""Cells by content: `{own}` and `{n}`, the row number, make a text that no other cell has."""
ALPHABET = (
    "x",
    "1",
    " ",
    "é",
    "А",
    "\u200b",
    "😀",
    "e\u0301\u0323",
    "ﷺ",
    "_x0041_",
    "_xD83D_",
    "&amp;",
    "&#65;",
)
"""Characters that a text repeats: plain, foreign, invisible, wide, of many code points, and escaped."""


@dataclass(frozen=True)
class Recipe:
    """
    How a file is made. `candidate`, `grade` and `beside` are the cells of each of `rows`; a text of `length` repeats
    `letter`. Around them: rows of `wide` headers, `passed_over` elements of so many `attributes`, `merges`, `styles`, more
    `sheets` and, at last, a fault.
    """

    candidate: str = "number"
    grade: str = "grade"
    beside: str = "none"
    letter: str = "x"
    length: int = 32_767
    own_length: int = 50
    runs: int = 1
    rows: int = MANY
    repeats: int = 2 * MANY
    """The largest number of different candidate numbers."""
    wide: int = 0
    passed_over: int = 0
    attributes: int = 0
    merges: int = 0
    styles: int = 1
    sheets: int = 1
    has_fault: bool = False

    def build(self) -> bytes:
        once = self._text(self.length // self.runs)
        text = f"<t>{once}</t>" if self.runs == 1 else f"<r><t>{once}</t></r>" * self.runs
        headers = "<si><t>Candidate ID</t></si><si><t>Grade</t></si>"
        rows = "".join(self._rows(once))
        sheet = worksheet(rows, before=self._passed_over(), after="".join(self._merges()))
        parts: dict[str, str | bytes | None] = {
            STRINGS: strings(inside=f"<si>{text}</si>{headers}"),
            SHEET: sheet.replace("</worksheet>", "<x") if self.has_fault else sheet,
            STYLES: self._styles(),
        }
        return packed_with(parts | self._other_sheets())

    def _text(self, length: int) -> str:
        unit = len(self.letter) if not self.letter.startswith(("_", "&")) else 1
        return self.letter * (length // unit)

    def _rows(self, once: str) -> Iterator[str]:
        columns = [letters(column) for column in range(1, 257)]
        for line in range(1, self.wide + 1):
            cells = "".join(f'<c r="{column}{line}" t="s"><v>0</v></c>' for column in columns)
            yield f'<row r="{line}">{cells}</row>'
        begin = self.wide + 1
        yield f'<row r="{begin}"><c r="A{begin}" t="s"><v>1</v></c><c r="B{begin}" t="s"><v>2</v></c></row>'
        own = self._text(self.own_length)
        for line in range(begin + 1, begin + 1 + self.rows):
            number = 1000 + line % self.repeats
            cells = "".join(
                CELLS[cell].format(
                    r=f"{column}{line}", n=number, own=own, once=once if line == begin + 1 else ""
                )
                for column, cell in zip("ABC", (self.candidate, self.grade, self.beside), strict=True)
            )
            yield f'<row r="{line}">{cells}</row>'

    def _passed_over(self) -> str:
        attributes = "".join(f' a{number}=""' for number in range(self.attributes))
        return f"<a{attributes}/>" * self.passed_over

    def _merges(self) -> Iterator[str]:
        if self.merges:
            yield "<mergeCells>"
            yield from (f'<mergeCell ref="D{line}:E{line}"/>' for line in range(1, self.merges + 1))
            yield "</mergeCells>"

    def _styles(self) -> str:
        cell_styles = '<xf numFmtId="0"/>' + '<xf numFmtId="14"/>' * self.styles
        formats = f'<numFmt numFmtId="200" formatCode="{"[a]" * 100}yy"/>'
        return f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{cell_styles}</cellXfs></styleSheet>'

    def _other_sheets(self) -> dict[str, str | bytes | None]:
        names = [f"more{number}" for number in range(self.sheets - 1)]
        links = [(name, "worksheet", f"worksheets/{name}.xml") for name in names]
        listed = "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="{name}"/>'
            for number, name in enumerate(names, start=2)
        )
        wide = '<c t="s"><v>0</v></c>' * 20
        data = worksheet(f"<row>{wide}</row>" * 20)
        return {
            BOOK: str(files()[BOOK]).replace("</sheets>", f"{listed}</sheets>"),
            BOOK_RELATIONS: relations(*LINKED, ("y", "styles", "styles.xml"), *links),
            TYPES: content_types(**dict.fromkeys(names, "worksheet")),
            **{f"xl/worksheets/{name}.xml": data for name in names},
        }


def rejected(reason: str, cell: str, *, candidates: bool = False) -> tuple[str, ...]:
    """
    Return the results of the rows of a recipe if all are rejected: only 1001 to 1003 are candidates of the corpus.
    """
    found = []
    for line in range(2, MANY + 2):
        number = f"{1000 + line}"
        if candidates and number not in ("1002", "1003"):
            found.append(f"A{line} rejected unknown-candidate")
        else:
            found.append(f"{cell}{line} rejected " + (f"{number} {reason}" if candidates else reason))
    return tuple(found)


def taken(name: str, recipe: Recipe, rows: tuple[str, ...]) -> Case:
    return Case(name, recipe.build, rows=rows)


def refused(code: str, recipes: dict[str, Recipe]) -> list[Case]:
    return [Case(name, recipe.build, refused=code) for name, recipe in recipes.items()]


CASES = [
    *refused(
        "too-much-text",
        {
            "one long text as every ID and grade": Recipe("shared", "shared"),
            "the same, invisible": Recipe("shared", "shared", letter="\u200b"),
            "the same, walked": Recipe("shared, walked", "shared, walked"),
            "the same, in 1,000 runs": Recipe("shared", "shared", runs=1000),
            "one long text beside every row": Recipe(beside="shared"),
            "one long formula as every ID and grade": Recipe("shared formula", "shared formula"),
            "the same, escaped": Recipe("shared formula", "shared formula", letter="_x0041_", length=4000),
            "twenty wide rows of one long text": Recipe(wide=20, rows=10),
        },
    ),
    *refused(
        "no-columns",
        {
            "twenty wide rows of one text above the headers": Recipe(
                wide=20, rows=10, letter=" é", length=3000
            )
        },
    ),
    *refused(
        "damaged",
        {
            "full to the brim of runs and escapes, with a fault at its end": Recipe(
                "own, in runs",
                "own",
                letter="_x0041_",
                own_length=25,
                passed_over=20_000,
                merges=9_000,
                has_fault=True,
            )
        },
    ),
    *refused(
        "too-much-markup",
        {
            "as many elements as there may be, of 11 attributes": Recipe(
                rows=10, passed_over=115_000, attributes=9
            )
        },
    ),
    taken(
        "750 invisible characters as every ID",
        Recipe("shared", letter="\u200b", length=750),
        rejected("bad-candidate-id", "A"),
    ),
    taken(
        "an emoji 39 times as every ID",
        Recipe("shared", letter="😀", length=39),
        rejected("bad-candidate-id", "A"),
    ),
    taken(
        "a foreign text of its own as each ID",
        Recipe("own", letter="é", own_length=150),
        rejected("bad-candidate-id", "A"),
    ),
    taken(
        "a short formula as every ID",
        Recipe("shared formula", length=700),
        rejected("formula", "A"),
    ),
    taken(
        "a foreign word of its own as each grade",
        Recipe("number", "own", letter="А", own_length=30),
        rejected("look-alike", "B", candidates=True),
    ),
]
