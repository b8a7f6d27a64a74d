"""Values of the two columns."""

from .case import Case
from .cells import ESCAPES, rows, styled
from .listing import GOOD, ROWS, one_row

FORMULA = '<c r="{r}"><f>A9</f><v>1001</v></c>'

BAD_IDS = {
    "Arabic digits": "١٠٠١",
    "underscore": "1_001",
    "plus": "+1001",
    "minus": "-1001",
    "exponent": "1.001e3",
    "thousands": "1 001",
    "comma": "1,001",
    "full-width digits": "１００１",
    "superscripts": "100¹",
    "mathematical digits": "𝟏𝟎𝟎𝟏",
    "zero-width space": "1001\u200b",
    "right-to-left override": "\u202e1001",
    "byte order mark": "\ufeff1001",
    "apostrophe": "'1001",
    "hash": "#1001",
    "hexadecimal": "0x3E9",
    "letter O": "1OO1",
    "two numbers": "1001/1002",
    "line in between": "10\n01",
    "almost": "1000.9999999",
}
BAD_GRADES = {
    "lower case": ("a", "lower-case"),
    "with a dot": ("A.", "other-spelling"),
    "zero-width space": ("A\u200b", "invisible-character"),
    "zero-width joiner": ("\u200dA", "invisible-character"),
    "right-to-left override": ("\u202eA", "invisible-character"),
    "isolate": ("\u2066A\u2069", "invisible-character"),
    "soft hyphen": ("A\u00ad", "invisible-character"),
    "byte order mark": ("\ufeffA", "invisible-character"),
    "variation selector": ("A\ufe0f", "invisible-character"),
    "tag characters": ("A\U000e0041", "invisible-character"),
    "unit separator": ("A_x001F_", "invisible-character"),
    "Cyrillic A": ("А", "look-alike"),
    "Cyrillic Es": ("С", "look-alike"),
    "Greek Beta": ("Β", "look-alike"),
    "full width": ("Ａ", "look-alike"),
    "mathematical bold": ("𝐀", "look-alike"),
    "circled": ("Ⓐ", "look-alike"),
    "Roman hundred": ("Ⅽ", "look-alike"),
    "accent": ("Á", "strange-character"),
    "combining accent": ("B\u0301", "strange-character"),
    "blank of Braille": ("A\u2800", "strange-character"),
    "G": ("G", "not-in-scale"),
    "plus": ("A+", "not-in-scale"),
    "Pass": ("Pass", "not-in-scale"),
    "escape as text": ("_x005F_x0041_", "not-in-scale"),
}
SPACED = {
    "no-break space": "A\u00a0",
    "narrow no-break space": "\u202fA",
    "ideographic space": "\u3000A\u3000",
    "line ends": "\nA\n",
    "tab": "\tA",
}
NOT_TEXT = {
    "formula": (FORMULA, "formula"),
    "shared formula": ('<c r="{r}"><f t="shared" ref="{r}" si="0">A9</f><v>1001</v></c>', "formula"),
    "shared formula of nobody": ('<c r="{r}"><f t="shared" si="3"/><v>1001</v></c>', "formula"),
    "array formula": ('<c r="{r}" t="str"><f t="array" ref="{r}">A9</f><v>A</v></c>', "formula"),
    "formula that came to text": ('<c r="{r}" t="str"><f>"A"</f><v>A</v></c>', "formula"),
    "formula without a value": ('<c r="{r}"><f>A9</f></c>', "formula"),
    "error": ('<c r="{r}" t="e"><v>#N/A</v></c>', "error-value"),
    "truth value": ('<c r="{r}" t="b"><v>1</v></c>', "true-false"),
    "date in ISO form": ('<c r="{r}" t="d"><v>2026-12-01</v></c>', "date"),
}
NOT_FIRST = ("A2 rejected bad-candidate-id", "B3 updated 1002 B")


def _escapes_of(text: str) -> str:
    return ESCAPES if "_x" in text else ""


CASES = [
    *(
        Case(f"candidate with {what}", one_row(text, "A"), rows=("A2 rejected bad-candidate-id",))
        for what, text in BAD_IDS.items()
    ),
    *(
        Case(
            f"grade with {what}",
            one_row("1001", text),
            rows=(f"B2 rejected 1001 {reason}",),
            openpyxl=_escapes_of(text),
        )
        for what, (text, reason) in BAD_GRADES.items()
    ),
    *(
        Case(f"grade with {what} around", one_row("1001", text), rows=("B2 updated 1001 A",))
        for what, text in SPACED.items()
    ),
    *(
        Case(f"{what} as candidate", one_row(xml, "A"), rows=(f"A2 rejected {reason}",))
        for what, (xml, reason) in NOT_TEXT.items()
    ),
    *(
        Case(f"{what} as grade", one_row("1001", xml), rows=(f"B2 rejected 1001 {reason}",))
        for what, (xml, reason) in NOT_TEXT.items()
    ),
    Case(
        "number in a date's format as candidate",
        styled("0", "yyyy-mm-dd", data=ROWS.replace('r="A2"', 'r="A2" s="1"')),
        rows=("A2 rejected date", "B3 updated 1002 B"),
    ),
    Case(
        "candidate with no-break spaces around", one_row("\u00a01001\u202f", "A"), rows=("B2 updated 1001 A",)
    ),
    Case("candidate as text with zeros behind", one_row("1001.0", "A"), rows=("B2 updated 1001 A",)),
    Case("candidate with zeros in front", one_row("001001", "A"), rows=("B2 updated 1001 A",)),
    Case(
        "candidate as number 1.001E3",
        rows(ROWS.replace("1001", "1.001E3")),
        rows=GOOD,
    ),
    Case(
        "candidate as number 1000.9999999",
        rows(ROWS.replace("1001", "1000.9999999")),
        rows=NOT_FIRST,
    ),
    Case(
        "candidate as number, all but a hair",
        rows(ROWS.replace("1001", "1000.99999999999999999999")),
        rows=NOT_FIRST,
    ),
    Case(
        "candidate as number -1001",
        rows(ROWS.replace("1001", "-1001")),
        rows=NOT_FIRST,
    ),
    Case("candidate of somebody else", one_row("9999", "A"), rows=("A2 rejected unknown-candidate",)),
    Case("grade of nobody", one_row("", "A"), rows=("A2 rejected no-candidate-id",)),
    Case("number as grade", one_row("1001", '<c r="{r}"><v>5</v></c>'), rows=("B2 rejected 1001 number",)),
    Case(
        "a candidate twice, with two grades",
        rows(ROWS.replace("1002", "1001")),
        rows=("B2 rejected 1001 conflicting-rows", "B3 rejected 1001 conflicting-rows"),
    ),
]
