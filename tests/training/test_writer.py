"""Scenarios written as TOML are read back unchanged."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.scenarios.loader import file_blueprints, parse
from training.scenarios.writer import write_toml

pytestmark = pytest.mark.db_independent

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("key", file_blueprints())
def test_our_scenarios_are_written_and_read_unchanged(key: str) -> None:
    data = file_blueprints()[key]
    assert parse(write_toml(data)) == (data, [])


@given(
    st.dictionaries(
        st.sampled_from(["title", "exams", "tasks", "end", "notes", "a b"]) | TEXTS, VALUES, max_size=4
    )
)
def test_any_table_is_read_unchanged(data: dict[str, Any]) -> None:
    read, wrong = parse(write_toml(data))
    assert wrong or read == data  # deep or large ones are refused


def test_layout_is_that_of_our_files() -> None:
    data = {
        "tasks": [{"key": "a", "text": {"en": "Go"}}],
        "role": "grader",
        "order": 3,
        "end": [{"notes": 1}],
    }
    assert write_toml(data).splitlines() == [
        "order = 3",
        'role = "grader"',
        "end = [{ notes = 1 }]",
        "",
        "[[tasks]]",
        'key = "a"',
        'text = { en = "Go" }',
    ]


def test_long_texts_have_a_line_per_language() -> None:
    text = {"en": "a" * 60, "nb": "b" * 60}
    assert write_toml({"about": text}).splitlines() == [
        f'about.en = "{text["en"]}"',
        f'about.nb = "{text["nb"]}"',
    ]


def test_values_without_a_place_in_scenarios_are_kept() -> None:
    data = {"day": date(2026, 12, 3), "half": 0.5, "file": "a\nb\n", "bell": "\x07\x7f"}
    assert parse(write_toml(data)) == (data, [])
