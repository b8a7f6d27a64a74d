"""Lists of candidates as they come from spreadsheets and mails."""

import pytest

from committees.files.candidate_list import (
    MAX_CANDIDATES,
    BadField,
    as_text,
    read_candidate_list,
    read_ranges,
)
from tests.files.build import book

pytestmark = pytest.mark.db_independent

Found = tuple[str, int | None, str, str]


def found(text: str) -> list[Found]:
    """Number, committee, Feide name and name of each candidate; the list has no problems."""
    listed = read_candidate_list(text)
    assert listed.problems == []
    return [(one.number, one.committee, one.feide_name, one.name) for one in listed.candidates]


def problem(text: str) -> tuple[int, str]:
    """Line and sentence of the only problem; the list has no candidates."""
    listed = read_candidate_list(text)
    assert listed.candidates == []
    (one,) = listed.problems
    return one.line, one.sentence


NAMED = [("10001", 1, "olah@ntnu.no", "Ola Hansen"), ("10002", 2, "", "Kari Ås")]
FROM_SPREADSHEETS = {
    "Excel, tabs and CRLF": "10001\t1\tolah@ntnu.no\tOla Hansen\r\n10002\t2\t\tKari Ås\r\n",
    "a byte order mark": "\ufeff10001\t1\tolah@ntnu.no\tOla Hansen\n10002\t2\t\tKari Ås\n",
    "LibreOffice, quoted cells": '"10001"\t"1"\t"olah@ntnu.no"\t"Ola Hansen"\n"10002"\t"2"\t""\t"Kari Ås"\n',
    "CSV of a Norwegian Excel": "10001;1;olah@ntnu.no;Ola Hansen\r\n10002;2;;Kari Ås\r\n",
    "CSV with commas": "10001,1,olah@ntnu.no,Ola Hansen\n10002,2,,Kari Ås\n",
    "headers in English": "Candidate ID\tCommittee\tFeide name\tName\n"
    "10001\t1\tolah@ntnu.no\tOla Hansen\n10002\t2\t\tKari Ås",
    "headers in bokmål": "Navn;Kandidatnr.;Kommisjon;Brukernavn\nOla Hansen;10001;1;olah@ntnu.no\nKari Ås;10002;2;\n",
    "headers in nynorsk": "Kandidatnummer\tNamn\tFeide-namn\tKommisjon\n"
    "10001\tOla Hansen\tolah@ntnu.no\t1\n10002\tKari Ås\t\t2",
    "names in two columns": "Kandidat-ID\tFornavn\tEtternavn\tKommisjon\tFeide\n10001\tOla\tHansen\t1\tolah@ntnu.no\n"
    "10002\tKari\tÅs\t2\t",
    "columns that mean nothing here": "Nr\tStudentnr\tKandidatnr\tKommisjon\tFeide\tNavn\tMobil\n"
    "1\t512345\t10001\t1\tolah@ntnu.no\tOla Hansen\t99887766\n2\t512346\t10002\t2\t\tKari Ås\t",
    "a cell with two lines": '10001\t1\tolah@ntnu.no\t"Ola\nHansen"\n10002\t2\t\tKari Ås',
    "å of a Mac": "10001\t1\tolah@ntnu.no\tOla Hansen\n10002\t2\t\tKari A\u030as",
}
FROM_MAILS = {
    "spaces": "10001 1 olah@ntnu.no Ola Hansen\n10002 2 Kari Ås",
    "no-break spaces": "10001\u00a01\u00a0olah@ntnu.no\u00a0Ola\u00a0Hansen\n10002\u00a02\u00a0Kari Ås",
    "quoted, with bullets": "> - 10001 1 olah@ntnu.no Ola Hansen\n> - 10002 2 Kari Ås\n",
    "addresses in angle brackets": "• 10001 1 Ola Hansen <olah@ntnu.no>\n• 10002 2 Kari Ås",
    "words around the numbers": "Kandidat 10001: Kommisjon 1 Ola Hansen (olah@ntnu.no)\n"
    "Kandidat nr. 10002 kommisjon 2 Kari Ås",
    "a numbered list": "1. 10001 1 olah@ntnu.no Ola Hansen\n2. 10002 2 Kari Ås",
    "a numbered list in Word": "1)\t10001\t1\tolah@ntnu.no\tOla Hansen\n2)\t10002\t2\t\tKari Ås",
    "a numbered list with commas": "(1) 10001, 1, olah@ntnu.no, Ola Hansen\n(2) 10002, 2, Kari Ås",
    "Word's bullets": "\uf0b7\t10001\t1\tolah@ntnu.no\tOla Hansen\n\uf0b7\t10002\t2\t\tKari Ås",
    "blank lines": "\n10001 1 olah@ntnu.no Ola Hansen\n \u00a0\n\n10002 2 Kari Ås\n\n",
    "zero-width characters": "10001\u200b 1 olah@ntnu.no Ola\u00ad Hansen\n\u200e10002 2 Kari Ås",
}


@pytest.mark.parametrize("text", FROM_SPREADSHEETS.values(), ids=FROM_SPREADSHEETS.keys())
def test_lists_from_spreadsheets(text: str) -> None:
    assert found(text) == NAMED


@pytest.mark.parametrize("text", FROM_MAILS.values(), ids=FROM_MAILS.keys())
def test_lists_from_mails(text: str) -> None:
    assert found(text) == NAMED


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("10001", ["10001"]),
        ("10001\n10002", ["10001", "10002"]),
        ("10001, 10002, 10003", ["10001", "10002", "10003"]),
        ("10001 10002", ["10001", "10002"]),
        ("10001;10002;", ["10001", "10002"]),
        ("10001–10003", ["10001", "10002", "10003"]),
        ("10001 - 10002", ["10001", "10002"]),
        ("00098-00101", ["00098", "00099", "00100", "00101"]),
        ("0007", ["0007"]),
        ("'0007", ["0007"]),
        ("Kandidatnr\n10001", ["10001"]),
        ("Kandidater:\n10001", ["10001"]),
    ],
)
def test_rows_of_numbers_and_ranges(text: str, numbers: list[str]) -> None:
    assert found(text) == [(number, None, "", "") for number in numbers]


@pytest.mark.parametrize(
    ("text", "committees"),
    [
        ("10001 1", [1]),
        ("10001;2", [2]),
        ("1\t1\n2\t1", [1, 1]),
        ("10001-10002 3", [3, 3]),
        ("10001\tKommisjon 4", [4]),
        ("10001 Committee no. 4", [4]),
    ],
)
def test_a_committee_follows_the_number(text: str, committees: list[int]) -> None:
    assert [committee for _number, committee, _feide_name, _name in found(text)] == committees


@pytest.mark.parametrize(
    ("text", "feide_name", "name"),
    [
        ("10001 olah Ola Hansen", "olah", "Ola Hansen"),
        ("10001 1 olah Ola Hansen", "olah", "Ola Hansen"),
        ("10001\tolah\tOla Hansen", "olah", "Ola Hansen"),
        ("10001;1;ola-h;Ola;Hansen", "ola-h", "Ola Hansen"),
        ("10001 ola.h Ola Hansen", "ola.h", "Ola Hansen"),
        ("10001 Ola Hansen olah2", "olah2", "Ola Hansen"),
        ("10001 olah2", "olah2", ""),
    ],
)
def test_a_feide_name_without_realm_is_no_part_of_the_name(text: str, feide_name: str, name: str) -> None:
    assert [one[2:] for one in found(text)] == [(feide_name, name)]


@pytest.mark.parametrize("text", ["1. 2 Eva", "1. 101 Eva", "2001. 2002 Eva", "•\t2\tEva", "-\t2\tEva"])
def test_a_number_that_may_be_the_numbering_of_the_list_is_refused(text: str) -> None:
    assert problem(text)[0] == 1


@pytest.mark.parametrize("text", ["1. Eva", "1.", "1.20005 Eva", "10001. 200055 Eva"])
def test_numbering_alone_is_no_candidate(text: str) -> None:
    assert problem(text)[0] == 1


@pytest.mark.parametrize("text", ["10001 olah", "10001 1 olah ola hansen", "10001 Ola Hansen olah"])
def test_a_word_that_may_be_a_feide_name_or_a_name_is_refused(text: str) -> None:
    sentence = (
        "“olah” could be a Feide name or a person’s name. Write a Feide name as olah@institution.no, and begin a "
        "person’s name with a capital letter."
    )
    assert problem(text) == (1, sentence)


@pytest.mark.parametrize(
    "name", ["Hansen, Ola", "Ola d’Arc-Ås jr.", "Нина Å", "van der Berg, Jan", "O. de la"]
)
def test_a_name_is_kept(name: str) -> None:
    assert found(f"10001\t{name}") == [("10001", None, "", name)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hei og takk", "“Hei” is not a candidate number."),
        ("10\u00a0001\tOla", "“10\u00a0001” has spaces between its digits. Write the number as 10001."),
        ("10\u202f001 Ola", "“10\u202f001” has spaces between its digits. Write the number as 10001."),
        ("10001,00", "“10001,00” is not a candidate number."),
        ("10001.0", "“10001.0” is not a candidate number."),
        ("1,0001E+04", "“0001E+04” is not a name. Type it again."),
        ("1.0001E+04", "“1.0001E+04” is not a candidate number."),
        ("١٠٠٠١", "“١٠٠٠١” is not a candidate number."),
        ("#N/A", "“#N/A” is not a candidate number."),
        ("1" * 21, f"“{'1' * 21}” is not a candidate number."),
        ("Kandidatnr\tNavn\n\tOla", "There is no candidate number."),
        ("Kandidatnr\tKommisjon\n10001\tA", "“A” is not a committee number."),
        ("10001\tola@ntnu", "“ola@ntnu” is not a Feide name such as name@institution.no."),
        (
            "10001\tOla\t512345",
            "It is not clear which column is which. Add a header row, or leave columns out.",
        ),
        (
            "10001 Ola 99887766",
            "It is not clear which column is which. Add a header row, or leave columns out.",
        ),
        ("10001\t=B2&C2", "“=B2&C2” is not a name. Type it again."),
        ("10001\tO\x07la", "“O�la” is not a name. Type it again."),
        ("10001\t" + "a" * 201, "The name is longer than 200 characters."),
        ("10003-10001", "The range 10003–10001 ends before it begins."),
        ("1-99999999", f"A range can have at most {MAX_CANDIDATES} numbers."),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, sentence: str) -> None:
    assert problem(text) == (text.count("\n") + 1, sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("10001\n10001", "10001 is already on line 1."),
        ("00123\n123", "123 is the same as 00123 on line 1, except for leading zeros."),
    ],
)
def test_a_number_counts_once(text: str, sentence: str) -> None:
    listed = read_candidate_list(text)
    assert (
        [one.line for one in listed.candidates],
        [(one.line, one.sentence) for one in listed.problems],
    ) == (
        [1],
        [(2, sentence)],
    )


def test_a_list_has_an_end() -> None:
    listed = read_candidate_list("1-9999\n10000\n10001\n10002\n")
    assert (len(listed.candidates), [one.line for one in listed.problems]) == (MAX_CANDIDATES, [3])


@pytest.mark.parametrize(
    "text",
    ['"' * 50_001, "-" * 100_000, "1 " * 50_000, "\t" * 100_000, "é" * 200_000],
    ids=lambda text: repr(text[:2]),
)
def test_odd_texts_take_little_time(text: str) -> None:
    assert len(read_candidate_list(text).problems) <= 11_001


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("10001–10003, 10007", [range(10001, 10004), range(10007, 10008)]),
        ("10001 - 10003;10007\n", [range(10001, 10004), range(10007, 10008)]),
        ("0007", [range(7, 8)]),
    ],
)
def test_numbers_and_ranges(text: str, ranges: list[range]) -> None:
    assert read_ranges(text) == ranges


@pytest.mark.parametrize("text", ["10001, x", "9-", "3-1", "1.5"])
def test_other_texts_are_no_ranges(text: str) -> None:
    with pytest.raises(BadField):
        read_ranges(text)


# Workbooks


def test_a_workbook_is_read_like_a_pasted_list() -> None:
    text = as_text(
        book(
            [
                ["List of 1 December"],
                ["Kandidatnr", "Kommisjon", "Navn"],
                [10001, 1, "Ola"],
                ["0007", None, "Kari"],
            ]
        )
    )
    listed = read_candidate_list(text)
    assert [(one.line, one.number, one.committee, one.name) for one in listed.candidates] == [
        (3, "10001", 1, "Ola"),
        (4, "0007", None, "Kari"),
    ]
    assert [one.line for one in listed.problems] == [1]
