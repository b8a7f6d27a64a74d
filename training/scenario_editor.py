"""
The form of a scenario: a tree of texts that comes from the table of a scenario or from a request, and becomes a table again.

Nothing is refused here: what can't be read as a number stays a text, and the checker names it. What the form does not show
(other languages, files, unknown fields) is kept from the saved table.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from training.scenario_fields import FORM, Field, Group, Kind, Label
from training.scenarios.fields import CONDITIONS, LANGUAGES, PAIRS, WORDS, Table, condition_of
from training.scenarios.loader import parse
from training.scenarios.writer import inline

MOST_ROWS = 60
"""Rows of a list in a request; the checker allows fewer."""
ORIGIN = "of"
"""Hidden field: which table a row of the form was made from."""


@dataclass(slots=True)
class Value:
    """A field of a row with its text, and its name in the form."""

    field: Field
    name: str
    text: str

    @property
    def kind(self) -> str:
        return self.field.kind.value

    @property
    def choices(self) -> tuple[tuple[str, Label], ...]:
        """Return the choices, with the present value if it is none of them, so that saving does not change it."""
        known = [code for code, _label in self.field.choices]
        return (
            self.field.choices if self.text in known else ((self.text, self.text or "–"), *self.field.choices)
        )


@dataclass(slots=True)
class Row:
    """A table as texts. `origin` is the key of the saved table that it comes from, "" for a new one."""

    group: Group
    name: str
    texts: dict[str, str]
    origin: str = ""
    lists: list["Rows"] = field(default_factory=list)
    is_new: bool = False

    @property
    def values(self) -> Iterator[Value]:
        for one in self.group.fields:
            yield Value(one, f"{self.name}-{one.name}".lstrip("-"), self.texts.get(one.name, ""))

    def add(self, name: str) -> None:
        """Add an empty row to the list of this name."""
        for rows in self.all_lists():
            if rows.name == name and len(rows.rows) < MOST_ROWS:
                rows.rows.append(
                    Row(rows.group, "", {}, lists=[Rows(one, "") for one in rows.group.groups], is_new=True)
                )
        self.rename()

    def remove(self, name: str) -> None:
        for rows in self.all_lists():
            rows.rows = [row for row in rows.rows if row.name != name]
        self.rename()

    def move_up(self, name: str) -> None:
        for rows in self.all_lists():
            names = [row.name for row in rows.rows]
            if name in names[1:]:
                place = names.index(name)
                rows.rows[place - 1 : place + 1] = [rows.rows[place], rows.rows[place - 1]]
        self.rename()

    def all_lists(self) -> Iterator["Rows"]:
        for rows in self.lists:
            yield rows
            for row in rows.rows:
                yield from row.all_lists()

    def rename(self) -> None:
        """Number the rows anew."""
        for rows in self.lists:
            rows.name = f"{self.name}-{rows.group.name}".lstrip("-")
            for number, row in enumerate(rows.rows):
                row.name = f"{rows.name}-{number}"
                row.rename()


@dataclass(slots=True)
class Rows:
    """A list of rows."""

    group: Group
    name: str
    rows: list[Row] = field(default_factory=list)


# From a table


def form_of(table: Table, language: str) -> Row:
    """Return the form with the texts of `table` in one language."""
    form = _row_of(FORM, table, language, "")
    form.rename()
    return form


def _row_of(group: Group, table: Table, language: str, origin: str) -> Row:
    texts = (
        _condition_texts(table)
        if _is_condition(group)
        else {one.name: _text_of(one, table.get(one.name), language) for one in group.fields}
    )
    lists = []
    for inner in group.groups:
        tables = _tables(table, inner.name)
        rows = [
            _row_of(inner, one, language, _origin(inner, one, number)) for number, one in enumerate(tables)
        ]
        lists.append(Rows(inner, "", rows))
    return Row(group, "", texts, origin, lists)


def _is_condition(group: Group) -> bool:
    return any(one.name == "word" for one in group.fields)


def _tables(table: Table, name: str) -> list[Table]:
    listed = table.get(name)
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def _origin(group: Group, table: Table, number: int) -> str:
    return str(table.get(group.origin, "")) if group.origin else str(number)


def _text_of(one: Field, value: Any, language: str) -> str:
    if one.is_translated:
        value = value.get(language, "") if isinstance(value, Mapping) else value
    if isinstance(value, Mapping):
        return "\n".join(f"{key} {inner}".strip() for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _condition_texts(table: Table) -> dict[str, str]:
    word = condition_of(table) or ""
    shown = ("is", "committee", "exam")
    value = table.get(word)
    text = (
        ", ".join(f"{key} {one}".strip() for key, one in value.items())
        if isinstance(value, Mapping)
        else None
    )
    texts = {"word": word, "value": text if text is not None else _text_of(Field("", ""), value, "")}
    texts |= {name: str(table[name]) for name in shown if name in table and name != word}
    more = {
        name: inner
        for name, inner in table.items()
        if name not in (word, *shown) or (name in shown and not word)
    }
    unread = more.pop("more", "")
    listed = [f"{name} = {inline(inner)}" for name, inner in more.items()]
    return texts | {"more": ", ".join([*listed, *([str(unread)] if unread else [])])}


# From a request


def posted_form(data: QueryDict) -> Row:
    """Return the form with the texts that were sent."""
    names = set(data)
    form = _posted_row(FORM, "", data, names)
    form.rename()
    return form


def _posted_row(group: Group, name: str, data: QueryDict, names: set[str]) -> Row:
    texts = {
        one.name: data.get(f"{name}-{one.name}".lstrip("-"), "").replace("\r\n", "\n") for one in group.fields
    }
    lists = []
    for inner in group.groups:
        start = f"{name}-{inner.name}".lstrip("-")
        numbers = {int(found[1]) for one in names if (found := re.match(rf"{start}-([0-9]{{1,3}})-", one))}
        rows = [
            _posted_row(inner, f"{start}-{number}", data, names) for number in sorted(numbers)[:MOST_ROWS]
        ]
        lists.append(Rows(inner, "", rows))
    return Row(group, name, texts, data.get(f"{name}-{ORIGIN}", ""), lists)


# To a table


def table_of(form: Row, saved: Table, language: str) -> dict[str, Any]:
    """Return the table that the form describes, with everything that it does not show from the `saved` one."""
    return _table_of(form, saved, language)


def _table_of(row: Row, saved: Table, language: str) -> dict[str, Any]:
    if _is_condition(row.group):
        return _condition_of(row.texts)
    table = dict(saved)
    for one in row.group.fields:
        value = _value_of(one, row.texts[one.name], saved.get(one.name), language)
        table.pop(one.name, None)
        if value is not None:
            table[one.name] = value
    for rows in row.lists:
        before = {
            _origin(rows.group, one, number): one
            for number, one in enumerate(_tables(saved, rows.group.name))
        }
        found = [_table_of(inner, before.get(inner.origin, {}), language) for inner in rows.rows]
        found = [one for one in found if one]
        table.pop(rows.group.name, None)
        if found or rows.group.name in saved or rows.group.name in ("tasks", "end", "done"):
            table[rows.group.name] = found
    return table


def _value_of(one: Field, text: str, saved: Any, language: str) -> Any:
    """Return the value for the file; None if it is left out."""
    if one.is_translated:
        others = (
            {name: inner for name, inner in saved.items() if name != language}
            if isinstance(saved, Mapping)
            else {}
        )
        texts = others | ({language: text} if text.strip() else {})
        return {name: texts[name] for name in (*LANGUAGES, *texts) if name in texts} or None
    text = text if one.kind == Kind.LONG else text.strip()
    if one.kind == Kind.PAIRS:
        return _pairs(text) or None
    if not text:
        return None
    match one.kind:
        case Kind.NUMBER:
            return _number(text)
        case Kind.YES_NO | Kind.FLAG:
            return {"true": True, "on": True, "false": False}.get(text, text)
        case Kind.WORDS:
            return re.split(r"[\s,;]+", text.strip(" ,;"))
    return text


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def _pairs(text: str) -> dict[str, str]:
    """Return the pairs in lines such as "10001 B", or separated by commas."""
    parts = [part.split(None, 1) for part in re.split(r"[\n,]", text) if part.strip()]
    return {key: rest[0].strip() if rest else "" for key, *rest in parts}


def _condition_of(texts: Mapping[str, str]) -> dict[str, Any]:
    word, more = texts["word"], texts["more"].strip()
    if word not in CONDITIONS:
        return _more(more)
    spec = CONDITIONS[word]
    table: dict[str, Any] = {word: _typed(spec[word][0], texts["value"].strip())}
    for name in ("is", "committee", "exam"):
        text = texts.get(name, "").strip()
        is_required = name in spec and spec[name][1]
        if name != word and (text or (is_required and name == "is")):
            table[name] = _number(text) if name == "committee" else text
    return table | _more(more)


def _typed(kind: type | str, text: str) -> Any:
    if kind is int:
        return _number(text)
    if kind == PAIRS:
        return _pairs(text)
    return [one for one in re.split(r"[\s,;]+", text) if one] if kind == WORDS else text


def _more(text: str) -> dict[str, Any]:
    """Return the fields written as in the file; {"more": text} if they can't be read."""
    data, wrong = parse(f"more = {{ {text} }}")
    more = data.get("more")
    return more if not wrong and isinstance(more, dict) else {"more": text}


def missing_texts(table: Table) -> dict[str, int]:
    """Return how many texts are missing in each language, for languages in which some are."""
    texts = [one for one in _translated(FORM, table) if any(one.get(language) for language in LANGUAGES)]
    counts = {
        language: sum(not str(one.get(language, "")).strip() for one in texts) for language in LANGUAGES
    }
    return {language: count for language, count in counts.items() if count}


def _translated(group: Group, table: Table) -> Iterator[Table]:
    for one in group.fields:
        value = table.get(one.name)
        if one.is_translated and isinstance(value, Mapping):
            yield value
    for inner in group.groups:
        for row in _tables(table, inner.name):
            yield from _translated(inner, row)
