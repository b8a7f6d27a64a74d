from hypothesis import given
from hypothesis import strategies as st

from fs.dialect import Line, join_fields, read_lines

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0\ufeff"))


def test_fields_are_separated_by_semicolons() -> None:
    assert read_lines("194;TDT4100;HØST\n".encode()) == [Line(1, ("194", "TDT4100", "HØST"))]


def test_escaped_semicolons_and_backslashes_are_content() -> None:
    assert read_lines(b"a\\;b;c\\\\;d\n") == [Line(1, ("a;b", "c\\", "d"))]


def test_empty_fields_are_kept() -> None:
    assert read_lines(b";;\n") == [Line(1, ("", "", ""))]


def test_empty_file_has_no_lines() -> None:
    assert read_lines(b"") == []


def test_last_line_without_its_end_is_read() -> None:
    assert read_lines(b"a\nb") == [Line(1, ("a",)), Line(2, ("b",))]


def test_byte_order_mark_and_carriage_returns_are_ignored() -> None:
    assert read_lines(b"\xef\xbb\xbfa;b\r\nc\r\n") == [Line(1, ("a", "b")), Line(2, ("c",))]


def test_invalid_escape_makes_the_line_unreadable() -> None:
    assert read_lines(b"a\\n\nb\\\nc\n") == [Line(1, None), Line(2, None), Line(3, ("c",))]


def test_null_character_makes_the_line_unreadable() -> None:
    assert read_lines(b"a\0\nb\n") == [Line(1, None), Line(2, ("b",))]


def test_lines_are_unreadable_if_not_utf_8() -> None:
    assert read_lines("VÅR\nok\n".encode("latin-1")) == [Line(1, None), Line(2, None)]


@given(st.lists(TEXT, min_size=1))
def test_joined_fields_can_be_split(fields: list[str]) -> None:
    assert read_lines(join_fields(fields).encode() + b"\n") == [Line(1, tuple(fields))]
