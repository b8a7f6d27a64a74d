"""Written files are harmless: texts never become formulas, and fields of FS files can't forge lines."""

import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committees.files.fs_style import ExamKey, ResultLine, read_result_lines, write_result_lines
from committees.files.grade_sheet import SheetHead, read_grade_sheet, write_grade_sheet
from committees.files.xlsx import CellKind, read_workbook
from committees.grade_scales import LETTERS

SOFFICE = shutil.which("soffice")
MOMENT = datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
HARMFUL = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org";"x")',
    '=WEBSERVICE("http://example.org")',
    "{=1+1}",
    "'=1+1",
    "#N/A",
    "TRUE",
    "1e3",
    "_x003D_1+1",
    "2026-12-01",
    'a;b,c"d\n=1+1',
]


def grade_sheet(texts: list[str], title: str = "=1+1") -> bytes:
    """
    Return a list with `texts` as names, and `title` as the name of the exam, the committee and the downloading
    person.
    """
    head = SheetHead(title, title, title, MOMENT, "GR1.7.x", LETTERS, with_names=True)
    return write_grade_sheet(head, [(str(1001 + number), "A", text) for number, text in enumerate(texts)])


def cells(content: bytes, column: int) -> list[tuple[CellKind, str]]:
    """Return kind and text of the cells in `column` of the first sheet, below its header."""
    sheet = read_workbook(content)[0]
    return [(row.cells[column].kind, row.cells[column].text) for row in sheet.rows[1:] if column in row.cells]


def converted(content: bytes, folder: Path, form: str, *, suffix: str) -> list[Path]:
    """Return `content` as saved by LibreOffice in another `form`."""
    if SOFFICE is None:
        pytest.skip("needs LibreOffice: apt-get install libreoffice-calc-nogui")
    source = folder / "list.xlsx"
    source.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    out = folder / "out"
    command = [SOFFICE, profile, "--headless", "--convert-to", form, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return sorted(out.glob(f"*.{suffix}"))


@pytest.mark.parametrize("text", HARMFUL)
def test_texts_are_texts_whatever_their_first_character(text: str) -> None:
    assert cells(grade_sheet([text]), 3) == [(CellKind.TEXT, text)]
    about = read_workbook(grade_sheet([], text))[1]
    kinds = {cell.kind for row in about.rows for cell in row.cells.values()}
    assert (kinds, sum(cell.text == text for row in about.rows for cell in row.cells.values())) == (
        {CellKind.TEXT},
        3,
    )


@pytest.mark.xdist_group("soffice")
def test_texts_are_no_formulas_in_libreoffice(tmp_path: Path) -> None:
    (saved,) = converted(grade_sheet(HARMFUL), tmp_path, "xlsx", suffix="xlsx")
    content = saved.read_bytes()
    assert cells(content, 3) == [(CellKind.TEXT, text) for text in HARMFUL]
    kinds = {
        cell.kind for sheet in read_workbook(content) for row in sheet.rows for cell in row.cells.values()
    }
    assert kinds == {CellKind.TEXT}
    assert [row.grade_cell and row.grade_cell.text for row in read_grade_sheet(content).rows] == ["A"] * len(
        HARMFUL
    )


@pytest.mark.xdist_group("soffice")
def test_libreoffice_shows_texts_unchanged(tmp_path: Path) -> None:
    form = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,1"
    (saved,) = converted(grade_sheet(HARMFUL), tmp_path, form, suffix="csv")
    shown = saved.read_text(encoding="utf-8")
    for text in HARMFUL:
        assert text.replace('"', '""').replace("\r", "\n") in shown
    assert "\t2\n" not in shown


anything = st.text(max_size=40)


@settings(deadline=None, max_examples=60)
@given(anything, anything)
def test_texts_are_read_back_if_xml_allows_them(name: str, title: str) -> None:
    unwritable = {
        *map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)),
        *map(chr, range(0xD800, 0xE000)),
    }
    said = "".join("\ufffd" if character in unwritable else character for character in name)
    assert cells(grade_sheet([name], title), 3) == ([(CellKind.TEXT, said)] if said else [])


# FS-style

KEY = ExamKey("194", "IN1000", "1", "MU", "HØST", "2026")
LINE = ResultLine(*KEY, "1001", "1", "A", "FEILREG")
FIELDS = [*ExamKey._fields, "kandidatlopenr", "kommislopenr", "karakter", "endringsstatus"]
FORGING = [*"\n\r;\\\t\0\x1b\x85\u2028\u2029\u202e\u2066\u200b\ufeff=+@\"'<|%\u00a0\u0660ＡА", "\r\n", "\\n"]
DIGITS, CAPITALS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LATIN = f"{CAPITALS}{CAPITALS.lower()}ÆØÅæøå"
ALPHABETS = {
    **dict.fromkeys(ExamKey._fields[:5], f"{DIGITS}{LATIN}./_- "),
    **dict.fromkeys(("arstall", "kandidatlopenr", "kommislopenr"), DIGITS),
    "karakter": f"{LATIN} ",
    "endringsstatus": CAPITALS,
}


def written(line: ResultLine) -> bytes | None:
    """Return the file of `line`, or None if it is not written."""
    try:
        return write_result_lines([line])
    except ValueError:
        return None


@pytest.mark.parametrize("forging", FORGING)
@pytest.mark.parametrize("field", FIELDS)
def test_result_fields_cannot_forge_lines(field: str, forging: str) -> None:
    value = getattr(LINE, field)
    for place in range(len(value) + 1):
        assert written(replace(LINE, **{field: value[:place] + forging + value[place:]})) is None


@pytest.mark.parametrize("field", FIELDS)
def test_result_fields_accept_their_alphabet_only(field: str) -> None:
    around = {"arstall": ("202", ""), "karakter": ("A", "a")}.get(field, ("1", "1"))
    around = ("A", "A") if field == "endringsstatus" else around
    every = map(chr, (*range(0x250), *range(0x400, 0x460), *range(0x660, 0x66A), *range(0xFF00, 0xFF60)))
    taken = {letter for letter in every if written(replace(LINE, **{field: letter.join(around)})) is not None}
    assert taken == set(ALPHABETS[field])


@settings(max_examples=400)
@given(st.sampled_from(FIELDS), st.text(max_size=24))
def test_lines_are_read_back_or_not_written(field: str, value: str) -> None:
    line = replace(LINE, **{field: value})
    content = written(line)
    if content is not None:
        assert (content.count(b"\n"), content.count(b";"), b"\\" in content) == (1, 9, False)
        assert [found for _number, found in read_result_lines(content).lines] == [line]
