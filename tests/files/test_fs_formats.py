"""Files that are not UTF-8 text, and files in the place of another one."""

import pytest

from committees.files.fs_style import kind_of, read_candidate_lines, read_exam_lines

KEY = "194;ØKO1000;1;M1;HØST;2026"
EXAM = f"{KEY};2026-12-03T09:00;R7;\n"
COMMITTEE = f"{KEY};1;Panel;kari;N\n"
CANDIDATE = f"sofie;{KEY};1;1;\n"
RESULT = f"{KEY};1;1;A;\n"


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"PK\x03\x04rest", 1, "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", 1, "Excel workbook"),
        (b"%PDF-1.7", 1, "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), 1, "not a text file"),
        (EXAM.encode("utf-16"), 1, "UTF-16"),
        (EXAM.encode("utf-16-le"), 1, "UTF-16"),
        (EXAM.encode("utf-16-be"), 1, "UTF-16"),
        (("194;A;1;M;S;2026;2026-12-03;R;\n" + EXAM).encode("latin-1"), 2, "Latin-1"),
        (EXAM.encode() + b"\xff\xfe\n", 2, "not UTF-8"),
        (";".join(f'"{one}"' for one in EXAM.strip().split(";")).encode(), 1, "quotation marks"),
    ],
)
def test_other_formats_are_named(content: bytes, line: int, word: str) -> None:
    reading = read_exam_lines(content)
    assert (reading.lines, len(reading.problems)) == ((), 1)
    assert (reading.problems[0].line, word in str(reading.problems[0].sentence)) == (line, True)


@pytest.mark.parametrize(
    "content", [EXAM.encode(), EXAM.encode("utf-8-sig"), EXAM.replace("\n", "\r\n").encode()]
)
def test_utf_8_is_read(content: bytes) -> None:
    assert (len(read_exam_lines(content).lines), read_exam_lines(content).problems) == (1, ())


@pytest.mark.parametrize(("separator", "name"), [(",", "commas"), ("\t", "tabs"), ("|", "vertical bars")])
def test_other_separators_are_named(separator: str, name: str) -> None:
    (problem,) = read_candidate_lines(CANDIDATE.replace(";", separator).encode()).problems
    assert f"separated by {name}" in str(problem.sentence)


def test_header_is_skipped_and_reported() -> None:
    header = "institusjonsnr;emnekode;versjonskode;vurdkombkode;vurdtidkode;arstall;datetime;place;access\n"
    reading = read_exam_lines((header + EXAM).encode())
    assert [number for number, _line in reading.lines] == [2]
    assert "names of the fields" in str(reading.problems[0].sentence)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (EXAM, "exams"),
        (COMMITTEE, "committees"),
        (CANDIDATE, "candidates"),
        (RESULT, "results"),
        ("\n\nhalf;line\n" + CANDIDATE * 3, "candidates"),
        (f"{KEY};2026-12-03;Hall \\; stage;\n", "exams"),
        ("", ""),
        ("some text\n", ""),
        (EXAM + CANDIDATE, ""),
    ],
)
def test_kind_of_a_file_is_recognised(content: str, kind: str) -> None:
    assert kind_of(content.encode()) == kind


def test_spreadsheets_leave_out_the_empty_last_column() -> None:
    exam, candidate = EXAM.strip().removesuffix(";"), CANDIDATE.strip().removesuffix(";")
    assert [
        len(read_exam_lines(exam.encode()).lines),
        len(read_candidate_lines(candidate.encode()).lines),
    ] == [1, 1]
    assert [kind_of(exam.encode()), kind_of(candidate.encode())] == ["exams", "candidates"]
    assert not read_exam_lines(exam.rpartition(";")[0].encode()).lines
