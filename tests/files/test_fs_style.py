import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committees.files.fs_style import (
    CandidateLine,
    CommitteeLine,
    ExamKey,
    ExamLine,
    Reading,
    ResultLine,
    read_candidate_lines,
    read_committee_lines,
    read_exam_lines,
    read_result_lines,
    write_result_lines,
)
from committees.files.fs_style.dialect import MAX_EXAMS, join_fields, split_fields

KEY = ExamKey("194", "IN1000", "1", "MU", "HØST", "2026")
EXAM = "194;IN1000;1;MU;HØST;2026"


def problems(
    reading: Reading[ExamLine] | Reading[CommitteeLine] | Reading[CandidateLine],
) -> list[tuple[int, str]]:
    return [(problem.line, str(problem.sentence)) for problem in reading.problems]


def test_exams_are_read_without_access() -> None:
    reading = read_exam_lines(f"{EXAM};2026-12-01T09:00;R\\;9 \\\\ A;secret\n".encode())
    assert reading == Reading(((1, ExamLine(*KEY, "2026-12-01T09:00", "R;9 \\ A")),), ())
    assert reading.lines[0][1].key == KEY


def test_committees_have_a_line_per_grader() -> None:
    ((number, line),) = read_committee_lines(f"{EXAM};1;Kommisjon A;kari@ntnu.no;J\n".encode()).lines
    assert (number, line) == (1, CommitteeLine(*KEY, "1", "Kommisjon A", "kari@ntnu.no", "J"))
    assert line.is_external


def test_candidates_are_read_without_mobile() -> None:
    reading = read_candidate_lines(f"ola;{EXAM};0007;1;99999999\n;{EXAM};8;;\n".encode())
    assert reading.lines == (
        (1, CandidateLine(*KEY, "ola", "0007", "1")),
        (2, CandidateLine(*KEY, "", "8", "")),
    )


def test_byte_order_mark_crlf_and_blank_lines_are_accepted() -> None:
    content = b"\xef\xbb\xbf" + f"\r\n{EXAM};;;\r\n  \n{EXAM[:-1]}7;;;".encode()
    assert [number for number, _line in read_exam_lines(content).lines] == [2, 4]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2026-12-01T09:00", dt.date(2026, 12, 1)),
        ("2026-12-01 09:00", dt.date(2026, 12, 1)),
        ("2026-12-01", dt.date(2026, 12, 1)),
        ("01.12.2026", dt.date(2026, 12, 1)),
        ("01.12.2026 09:00", dt.date(2026, 12, 1)),
        ("", None),
    ],
)
def test_accepted_date_formats(written: str, date: dt.date | None) -> None:
    ((_number, line),) = read_exam_lines(f"{EXAM};{written};;".encode()).lines
    assert line.date == date


ONLY_NUMBERS = "but must be a number with the digits 0–9 only."
KEY_RULE = (
    "An FS key may contain only letters, digits, spaces and . / _ - and may not begin or end with a space."
)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            f"{EXAM};",
            "This line has 7 fields instead of 9: "
            "institusjonsnr;emnekode;versjonskode;vurdkombkode;vurdtidkode;arstall;datetime;place;access.",
        ),
        (
            "194",
            "This line has 1 field instead of 9: "
            "institusjonsnr;emnekode;versjonskode;vurdkombkode;vurdtidkode;arstall;datetime;place;access.",
        ),
        ("194;;1;MU;HØST;2026;;;", "Field emnekode is empty."),
        ("194;IN<b>;1;MU;HØST;2026;;;", f"Field emnekode is “IN<b>”. {KEY_RULE}"),
        ("194;IN1000 ;1;MU;HØST;2026;;;", f"Field emnekode is “IN1000 ”. {KEY_RULE}"),
        ("19400000000;IN1000;1;MU;HØST;2026;;;", "Field institusjonsnr has more than 10 characters."),
        ("194;IN1000;1;MU;HØST;26;;;", "Field arstall is “26”, but must be a year between 1990 and 2100."),
        (
            "194;IN1000;1;MU;HØST;٢٠٢٦;;;",
            "Field arstall is “٢٠٢٦”, but must be a year between 1990 and 2100.",
        ),
        (
            f"{EXAM};2026-13-01;;",
            "Field datetime is “2026-13-01”. Write a date such as 2026-12-01 or 2026-12-01 09:00.",
        ),
        (f"{EXAM};;;\\", "This line has a backslash that is not followed by ; or another backslash."),
        (f"{EXAM};;\\n;", "This line has a backslash that is not followed by ; or another backslash."),
        (f"{EXAM};;\0;", "This line contains a hidden character: U+0000."),
        (f"{EXAM};;\u202e;", "This line contains a hidden character: U+202E."),
        (f"{EXAM};;;{'x' * 1000}", "This line has more than 1000 characters."),
    ],
)
def test_bad_exam_line_is_reported_with_its_number(line: str, sentence: str) -> None:
    reading = read_exam_lines(f"{EXAM};;;\n{line}\n".encode())
    assert (problems(reading), len(reading.lines)) == ([(2, sentence)], 1)


def test_each_bad_field_of_a_line_is_reported() -> None:
    assert problems(read_committee_lines(f"{EXAM};x;;;ja\n".encode())) == [
        (1, f"Field kommislopenr is “x”, {ONLY_NUMBERS}"),
        (1, "Field brukernavn is empty."),
        (1, "Field ekstern has more than 1 characters."),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (f"ola;{EXAM};1_0;1;", f"Field kandidatlopenr is “1_0”, {ONLY_NUMBERS}"),
        (f"ola;{EXAM};١;1;", f"Field kandidatlopenr is “١”, {ONLY_NUMBERS}"),
        (f"ola;{EXAM};10;A;", f"Field kommislopenr is “A”, {ONLY_NUMBERS}"),
        (
            f"ola n;{EXAM};10;1;",
            "Field brukernavn is “ola n”, but must be a user name such as kari or kari@ntnu.no.",
        ),
    ],
)
def test_bad_candidate_line_is_reported(line: str, sentence: str) -> None:
    assert problems(read_candidate_lines(line.encode())) == [(1, sentence)]


def test_repeated_line_is_reported() -> None:
    twice = "This line repeats line 1, which was used instead."
    assert problems(read_exam_lines(f"{EXAM};;R9;\n{EXAM};;R9;\n".encode())) == [(2, twice)]
    assert problems(read_candidate_lines(f"a;{EXAM};7;1;\nA;{EXAM};7;01;\n".encode())) == [(2, twice)]
    graders = f"{EXAM};1;;kari;J\n{EXAM};01;;Kari;J\n{EXAM};2;;kari;N\n"
    assert problems(read_committee_lines(graders.encode())) == [(2, twice)]


def test_contradicting_lines_are_both_reported() -> None:
    reading = read_candidate_lines(f"a;{EXAM};7;1;\nb;{EXAM};7;1;\nc;{EXAM};8;1;\n".encode())
    assert problems(reading) == [
        (
            1,
            "This line does not agree with line 2 (brukernavn: “a@ntnu.no”, “b@ntnu.no”), so neither was used.",
        ),
        (
            2,
            "This line does not agree with line 1 (brukernavn: “b@ntnu.no”, “a@ntnu.no”), so neither was used.",
        ),
    ]
    assert [line.kandidatlopenr for _number, line in reading.lines] == ["8"]


def test_first_byte_that_is_not_utf_8_is_reported() -> None:
    reading = read_exam_lines(f"{EXAM};;;\n".encode() + b"194;IN1000;1;MU;S;2025;\xff;;")
    sentence = "This file is not UTF-8: this line contains an invalid byte. Save the file as UTF-8."
    assert (reading.lines, problems(reading)) == ((), [(2, sentence)])


def test_first_exam_beyond_the_limit_is_reported() -> None:
    lines = [f"194;IN{number};1;MU;HØST;2026;2026-12-01;R;\n" for number in range(MAX_EXAMS + 1)]
    assert len(read_exam_lines("".join(lines[1:]).encode()).lines) == MAX_EXAMS
    assert problems(read_exam_lines("".join(lines).encode())) == [
        (MAX_EXAMS + 1, "This file has more than 10000 exams. Split it and import the parts one by one.")
    ]


def test_key_as_text_is_as_in_a_line() -> None:
    assert (str(KEY), str(KEY._replace(emnekode="A;B"))) == (EXAM, "194;A\\;B;1;MU;HØST;2026")


def test_results_are_written_in_order() -> None:
    lines = [ResultLine(*KEY, "7", "1", "Ikke bestått", "FEILREG"), ResultLine(*KEY, "8", "", "A")]
    assert write_result_lines(lines).decode() == f"{EXAM};7;1;Ikke bestått;FEILREG\n{EXAM};8;;A;\n"


@pytest.mark.parametrize(
    "line",
    [
        ResultLine(*KEY, "7", "1", ""),
        ResultLine(*KEY, "7", "1", "A\n194"),
        ResultLine(*KEY, "7;8", "1", "A"),
        ResultLine(*KEY._replace(emnekode="=1+1"), "7", "1", "A"),
    ],
)
def test_unreadable_result_is_not_written(line: ResultLine) -> None:
    with pytest.raises(ValueError, match=r".*"):
        write_result_lines([line])


def test_candidate_is_written_once() -> None:
    with pytest.raises(ValueError, match="IN1000"):
        write_result_lines([ResultLine(*KEY, "7", "1", "A"), ResultLine(*KEY, "7", "1", "B")])


key_parts = st.from_regex(r"[0-9A-ZÆØÅa-zæøå./_-]{1,10}", fullmatch=True)
digits = st.from_regex("[0-9]{1,9}", fullmatch=True)
results = st.builds(
    ResultLine,
    *[key_parts] * 5,
    st.integers(1990, 2100).map(str),
    digits,
    digits | st.just(""),
    st.sampled_from(["A", "F", "Bestått", "Ikke bestått"]),
    st.sampled_from(["", "FEILREG", "KLAGE", "NYINFO"]),
)


@given(st.lists(results, max_size=6, unique_by=lambda line: line.identity))
def test_written_results_can_be_read(lines: list[ResultLine]) -> None:
    assert read_result_lines(write_result_lines(lines)) == Reading(tuple(enumerate(lines, start=1)), ())


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])), min_size=1, max_size=8))
def test_joined_fields_can_be_split(fields: list[str]) -> None:
    line = join_fields(fields)
    if len(line) <= 1000:
        assert split_fields(line) == fields


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_give_lines_or_problems(content: bytes) -> None:
    for read in (read_exam_lines, read_committee_lines, read_candidate_lines, read_result_lines):
        reading = read(content)
        assert all(problem.line >= 1 and str(problem.sentence) for problem in reading.problems)
