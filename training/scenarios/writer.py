"""Writer of scenarios as TOML, in the order and the layout of our own files. `loader.parse` reads it back unchanged."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from training.scenarios.fields import ACT, COMMITTEE, EXAM, FILE, HEAD, LANGUAGES, PERSON, TASK, Spec, Table

SECTIONS: Mapping[str, Spec] = {
    "people": PERSON,
    "exams": EXAM,
    "committees": COMMITTEE,
    "acts": ACT,
    "files": FILE,
    "tasks": TASK,
}
"""Lists that are written as [[name]], with the fields of each table in order."""
LONGEST_LINE = 100
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def write_toml(data: Table) -> str:
    """Return the TOML text of the scenario in `data`."""
    return "\n".join(_table(data, HEAD, "")) + "\n"


def inline(value: Any) -> str:
    """Return a value on one line, as it is written in a file."""
    return _value(value)


def _table(table: Table, spec: Spec, path: str) -> Iterator[str]:
    """Yield the lines of a table: its fields, its tables of texts, then its lists of tables."""
    names = sorted(table, key=lambda name: list(spec).index(name) if name in spec else len(spec))
    sections = [name for name in names if name in SECTIONS and _is_list_of_tables(table[name])]
    blocks = [name for name in names if path and name == "notes" and isinstance(table[name], Mapping)]
    for name in names:
        if name not in (*sections, *blocks):
            yield from _field(name, table[name])
    for name in blocks:
        yield f"[{path}.{name}]"
        yield from (f"{_key(key)} = {_value(value)}" for key, value in table[name].items())
    for name in sections:
        here = f"{path}.{name}" if path else name
        for row in table[name]:
            yield from ("", f"[[{here}]]")
            yield from _table(row, SECTIONS[name], here)


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _field(name: str, value: Any) -> Iterator[str]:
    line = f"{_key(name)} = {_value(value)}"
    if _is_text(value) and len(line) > LONGEST_LINE:
        yield from (f"{_key(name)}.{language} = {_value(text)}" for language, text in value.items())
    elif _is_list_of_tables(value) and len(line) > LONGEST_LINE:
        yield f"{_key(name)} = ["
        yield from (f"  {_value(one)}," for one in value)
        yield "]"
    else:
        yield line


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and value.keys() <= set(LANGUAGES)


def _key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(name)} = {_value(inner)}" for name, inner in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _text(text: str) -> str:
    is_long = "\n" in text and "'''" not in text and not text.endswith("'")
    if is_long and not re.search(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]", text):
        return f"'''\n{text}'''"
    # JSON escapes as TOML does, except for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
