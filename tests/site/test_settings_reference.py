"""docs/reference/settings.md has every setting with its default."""

import ast

import pytest

from tests.browser.demo_site import ROOT

SOURCE = (ROOT / "gradereg" / "settings.py").read_text()
CALLS = {
    str(call.args[0].value): call
    for call in ast.walk(ast.parse(SOURCE))
    if isinstance(call, ast.Call)
    and isinstance(call.func, ast.Name)
    and call.func.id.startswith("env_")
    and isinstance(call.args[0], ast.Constant)
}
ROWS = {
    cells[0].strip("`"): cells[1:]
    for line in (ROOT / "docs" / "reference" / "settings.md").read_text().splitlines()
    if line.startswith("| `")
    for cells in [[cell.strip() for cell in line.strip("|").split(" | ")]]
}
DEFAULTS = {
    name: {"True": "on", "False": "off"}.get(str(call.args[1].value), f"`{call.args[1].value!s}`")
    for name, call in CALLS.items()
    if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
}


def test_settings_use_the_strict_readers_only() -> None:
    assert len(CALLS) > 40
    assert "import os" not in SOURCE


def test_settings_and_rows_match() -> None:
    assert sorted(ROWS) == sorted(CALLS)


def test_rows_are_complete() -> None:
    assert {name: cells for name, cells in ROWS.items() if len(cells) != 4 or not all(cells)} == {}


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_defaults_are_those_of_the_code(name: str, default: str) -> None:
    assert ROWS[name][1] == default
