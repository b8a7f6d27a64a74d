"""Readers and writer of FS's files. `dialect` has the syntax of lines, `columns` their fields."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from .columns import Column
from .dialect import (
    MAX_EXAMS,
    OTHER_SEPARATOR,
    BrokenLine,
    LineProblem,
    UnreadableBytes,
    fill_in,
    join_fields,
    split_fields,
    split_lines,
)
from .formats import kind_of
from .lines import CandidateLine, CommitteeLine, ExamKey, ExamLine, Line, ResultLine

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = [
    "CandidateLine",
    "CommitteeLine",
    "ExamKey",
    "ExamLine",
    "LineProblem",
    "Reading",
    "ResultLine",
    "kind_of",
    "read_candidate_lines",
    "read_committee_lines",
    "read_exam_lines",
    "read_result_lines",
    "write_result_lines",
]

SHOWN_LENGTH = 40
L = TypeVar("L", bound=Line)
Said = tuple[int, Mapping[str, str]]
"""Number of a line, and its values by field."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[L]):
    """Valid lines and problems of a file, each with its line number, counted from 1."""

    lines: tuple[tuple[int, L], ...]
    problems: tuple[LineProblem, ...]


def read_exam_lines(content: bytes) -> Reading[ExamLine]:
    return _read(ExamLine, content)


def read_committee_lines(content: bytes) -> Reading[CommitteeLine]:
    """Read a file of committees, which has a line per grader."""
    return _read(CommitteeLine, content)


def read_candidate_lines(content: bytes) -> Reading[CandidateLine]:
    return _read(CandidateLine, content)


def read_result_lines(content: bytes) -> Reading[ResultLine]:
    return _read(ResultLine, content)


def write_result_lines(lines: Iterable[ResultLine]) -> bytes:
    """Return the file of results. Raises ValueError for a line that would be read back differently."""
    written: dict[Hashable, str] = {}
    for line in lines:
        text = join_fields(getattr(line, column.name) for column in ResultLine.columns)
        if _line_of(ResultLine, split_fields(text)) != line or line.identity in written:
            raise ValueError(line.key)
        written[line.identity] = text + "\n"
    return "".join(written.values()).encode()


def _read(kind: type[L], content: bytes) -> Reading[L]:
    lines: list[tuple[int, L]] = []
    problems: list[LineProblem] = []
    exams: set[ExamKey] = set()
    try:
        for number, text in split_lines(content):
            try:
                line = _line_of(kind, split_fields(text))
            except BrokenLine as error:
                problems.append(LineProblem(number, error.sentence))
                continue
            except BadFields as error:
                problems += [LineProblem(number, sentence) for sentence in error.sentences]
                continue
            exams.add(line.key)
            if len(exams) > MAX_EXAMS:
                sentence = _(
                    "This file has more than {most} exams. Split it and import the parts one by one."
                )
                raise UnreadableBytes(number, fill_in(sentence, most=MAX_EXAMS))
            lines.append((number, line))
    except UnreadableBytes as error:
        return Reading((), (error.problem,))
    left_out = _repetitions(lines) | _contradictions(lines)
    problems += left_out.values()
    problems.sort(key=lambda problem: problem.line)
    return Reading(tuple(line for line in lines if line[0] not in left_out), tuple(problems))


def _repetitions(lines: list[tuple[int, L]]) -> dict[int, LineProblem]:
    """Return the lines that repeat an earlier line."""
    sentence = _("This line repeats line {first}, which was used instead.")
    first: dict[Hashable, int] = {}
    return {
        number: LineProblem(number, fill_in(sentence, first=first[line.identity]))
        for number, line in lines
        if first.setdefault(line.identity, number) != number
    }


def _contradictions(lines: list[tuple[int, L]]) -> dict[int, LineProblem]:
    """Return the lines that contradict others. None of them is read, as it is unknown which one is right."""
    whole: dict[Hashable, list[Said]] = defaultdict(list)
    common: dict[Hashable, list[Said]] = defaultdict(list)
    for number, line in lines:
        whole[line.identity].append((number, line.facts))
        if line.common:
            what, facts = line.common
            common[what].append((number, facts))
    found: dict[int, LineProblem] = {}
    for group in (*common.values(), *whole.values()):
        first = group[0]
        other = next((item for item in group if item[1] != first[1]), None)
        for item in group if other else ():
            found[item[0]] = _contradiction(item, other if item[1] == first[1] and other else first)
    return found


def _contradiction(line: Said, other: Said) -> LineProblem:
    sentence = _("This line does not agree with line {other} ({differences}), so neither was used.")
    differences = [
        f"{name}: “{mine}”, “{other[1][name]}”" for name, mine in line[1].items() if mine != other[1][name]
    ]
    return LineProblem(line[0], fill_in(sentence, other=other[0], differences="; ".join(differences)))


class BadFields(ValueError):
    """A line with invalid fields; `sentences` has one for each."""

    def __init__(self, sentences: "list[StrOrPromise]") -> None:
        super().__init__(len(sentences))
        self.sentences = sentences


def _line_of(kind: type[L], fields: list[str]) -> L:
    names = [column.name for column in kind.columns]
    if fields[:4] == names[:4]:
        raise BrokenLine(_("This line has the names of the fields. It is not needed and was skipped."))
    if len(fields) == len(kind.columns) - 1 and not kind.columns[-1].kept:
        fields = [*fields, ""]  # Spreadsheets leave out empty columns at the end.
    if len(fields) != len(kind.columns):
        if len(fields) == 1 and (name := _other_separator(fields[0], len(names))):
            raise BrokenLine(OTHER_SEPARATOR, name=name)
        raise BrokenLine(
            ngettext_lazy(
                "This line has {found} field instead of {expected}: {columns}.",
                "This line has {found} fields instead of {expected}: {columns}.",
                len(fields),
            ),
            found=len(fields),
            expected=len(kind.columns),
            columns=";".join(names),
        )
    kept = [(column, field) for column, field in zip(kind.columns, fields, strict=True) if column.kept]
    problems = list(_problems(kept))
    if problems:
        raise BadFields(problems)
    return kind(**{column.name: field for column, field in kept})


def _other_separator(line: str, count: int) -> "StrOrPromise":
    """Return the name of the character that separates `count` fields of `line`, "" if there is none."""
    names = {",": _("commas"), "|": _("vertical bars")}
    return next((name for character, name in names.items() if line.count(character) == count - 1), "")


def _problems(fields: Iterable[tuple[Column, str]]) -> "Iterator[StrOrPromise]":
    for column, value in fields:
        if not value:
            if column.required:
                yield fill_in(_("Field {field} is empty."), field=column.name)
        elif len(value) > column.most:
            too_long = _("Field {field} has more than {most} characters.")
            yield fill_in(too_long, field=column.name, most=column.most)
        elif not column.allows(value):
            yield fill_in(column.sentence, field=column.name, value=value[:SHOWN_LENGTH])
