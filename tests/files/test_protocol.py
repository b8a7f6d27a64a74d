"""The protocol's code and PDF."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from committees.files.distribution import GradeShare, grade_distribution
from committees.files.protocol import (
    Line,
    Protocol,
    Reopening,
    Signature,
    read_code,
    write_code,
    write_protocol,
)
from committees.files.protocol.writing import UNSHOWN

AT = datetime(2026, 11, 23, 10, 20, 30, 123456, tzinfo=UTC)
CHECK_AT = "https://grades.example.org/protocol/"


# The code


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_written_code_can_be_read(number: int, proof: bytes) -> None:
    code = write_code(number, proof)
    assert read_code(code) == (number, code)


CODE = write_code(33, bytes(range(100, 132)))


def test_code_is_grouped_for_typing() -> None:
    assert CODE == "GP-0000-11CH-JPCS-V8D5-N6PV"


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        CODE.removeprefix("GP-"),
        CODE.replace("0", "O"),
        CODE.replace("1", "l"),
        f"  {CODE}\n",
        CODE.replace("-", "–"),
    ],
)
def test_typed_variants_of_a_code_are_read(typed: str) -> None:
    assert read_code(typed) == (33, CODE)


@pytest.mark.parametrize(
    "typed", ["", "GP", CODE[:-1], CODE.replace("C", "U"), CODE + "A" * 30, "æ" * 20, "Ⅷ" * 20]
)
def test_other_texts_are_not_codes(typed: str) -> None:
    assert read_code(typed) is None


# The figures


def test_shares_are_of_all_candidates() -> None:
    assert [one.percent for one in grade_distribution(["A", "B"], {"A": 1, "B": 7})] == [13, 88, 0]
    assert grade_distribution(["A", "B"], {"A": 1, "": 2}) == [
        GradeShare("A", 1, 33),
        GradeShare("B", 0, 0),
        GradeShare("", 2, 67),
    ]


# The PDF


def protocol(*lines: Line, **other: Any) -> Protocol:
    """Return a protocol with these candidates."""
    told: dict[str, Any] = {
        "course": "TDT4100",
        "exam": "TDT4100 Programming",
        "committee": "Committee 1",
        "key": [("institusjonsnr", "194"), ("emnekode", "TDT4100")],
        "facts": [("Kind", "Oral"), ("Place", "Hall")],
        "graders": [Signature("Kari", False, AT), Signature("Ola", True, None)],
        "candidates": list(lines),
        "distribution": [GradeShare("A", 1, 50), GradeShare("", 1, 50)],
        "reopenings": [],
        "revision": 1,
        "digest": "0123456789abcdef" * 4,
        "code": CODE,
        "confirmed_at": AT,
        "has_names": False,
        "is_practice": False,
    }
    return Protocol(**told | other)


def read(made: Protocol) -> PdfReader:
    return PdfReader(BytesIO(write_protocol(made, check_at=CHECK_AT)))


def words(reader: PdfReader) -> list[str]:
    return [line.strip() for page in reader.pages for line in page.extract_text().splitlines()]


TWO = (Line("10001", "", "A", ""), Line("10002", "", "", "Did not attend"))


def test_pdf_is_tagged_with_language_and_title() -> None:
    reader = read(protocol(*TWO))
    root: Any = reader.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"], "/StructTreeRoot" in root) == (True, "en", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title == "Grading protocol TDT4100, Committee 1"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def roles(element: Any) -> list[str]:
    """Return the roles of the tags below `element`, in order."""
    kids = element.get("/K", [])
    found = [str(element["/S"])] if "/S" in element else []
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        found += roles(kid) if isinstance(kid, dict) else []
    return found


def test_tables_have_headers_and_headings_are_in_order() -> None:
    root: Any = read(protocol(*TWO)).trailer["/Root"]
    found = roles(root["/StructTreeRoot"])
    assert [role for role in found if role.startswith("/H")] == ["/H1", "/H2", "/H2", "/H2", "/H2", "/H2"]
    assert (found.count("/Table"), found.count("/TH"), found.count("/TD")) == (3, 9, 18)


def test_text_is_complete() -> None:
    told = words(read(protocol(*TWO)))
    start = told.index("Candidate ID Grade Attendance")
    assert told[start + 1 : start + 4] == [
        "10001 A",
        "10002 no grade Did not attend",
        "End of the protocol: 2 candidates.",
    ]
    for line in (
        "TDT4100 Programming",
        "Committee 1",
        "Confirmed 23 Nov 2026 11:20:30 (UTC+01:00)",
        f"{CODE} 1 / 1",
    ):
        assert line in told
    assert "Ola external has not confirmed" in told
    assert f"Code: {CODE}" in told


def test_reopenings_and_practice_are_mentioned() -> None:
    returned = Reopening(2, AT, "Per", "KLAGE", "An *appeal* #panic()")
    told = " ".join(words(read(protocol(*TWO, reopenings=[returned], revision=2, is_practice=True))))
    assert "2 23 Nov 2026 11:20:30 (UTC+01:00) Per KLAGE An *appeal* #panic()" in told
    assert told.count("Training – nothing here is real.") == 1


def test_protocol_is_reproducible() -> None:
    made = [write_protocol(protocol(*TWO), check_at=CHECK_AT) for _time in range(2)]
    assert made[0] == made[1]
    assert b"D:20261123" in made[0]


def test_active_language_is_used() -> None:
    with translation.override("nb"):
        root: Any = read(protocol(*TWO)).trailer["/Root"]
    assert root["/Lang"] == "nb"


def test_names_are_beside_their_numbers() -> None:
    line = Line("10001", "Åse Øđegård-Þórðardóttir", "A", "")
    told = words(read(protocol(line, has_names=True)))
    assert f"10001 {line.name} A" in told


def test_missing_glyph_is_a_box() -> None:
    told = words(read(protocol(Line("10001", "李 Ωмега \u202e\x07", "A", ""), has_names=True)))
    assert "10001 □ Ωмега □□ A" in told


def test_other_letters_are_shown() -> None:
    letters = [chr(code) for code in range(0x20, 0x2600) if not UNSHOWN.match(chr(code))]
    lines = [Line(str(code), letter, "A", "") for code, letter in enumerate(letters)]
    assert len(read(protocol(*lines, has_names=True)).pages) > 10


def test_long_protocol_repeats_headers_and_numbers_pages() -> None:
    reader = read(protocol(*(Line(str(number), "", "A", "") for number in range(10001, 10101))))
    told = words(reader)
    count = len(reader.pages)
    assert [line for line in told if " / " in line] == [f"{CODE} {n} / {count}" for n in range(1, count + 1)]
    assert told.count("Candidate ID Grade") == count
    assert [line for line in told if line.endswith(" A") and line[0] == "1"] == [
        f"{n} A" for n in range(10001, 10101)
    ]


def test_protocol_of_five_thousand_candidates() -> None:
    reader = read(protocol(*(Line(str(number), "", "A", "") for number in range(10001, 15001))))
    assert "14999 A\n15000 A\nEnd of the protocol: 5000 candidates." in reader.pages[-1].extract_text()
