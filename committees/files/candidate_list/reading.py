"""Reader of a list of candidates in a text. Lines that can't be read are reported, never guessed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .cells import Row, rows_of
from .fields import MAX_CANDIDATES, BadField, Candidate, Problem, by_header, by_look
from .headers import Column, columns_of

MAX_PROBLEMS = 1_000


@dataclass(slots=True)
class CandidateList:
    candidates: list[Candidate] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_candidate_list(text: str) -> CandidateList:
    """
    Return the candidates of `text`, one in a row, and the problems of other rows, by line.

    Columns are separated by tabs, semicolons, commas or spaces. Below a row of headers they are found by name;
    without one, digits come first and are the candidate number, then the committee; a text with @ is a Feide name, and
    so is a login before or after the name. A row of numbers only, or a range, is several candidates. A number may occur
    once, leading zeros ignored.
    """
    result, lines = CandidateList(), dict[int, tuple[int, str]]()
    for row, columns in _with_columns(text):
        if len(result.problems) > MAX_PROBLEMS:
            result.problems.append(
                Problem(row.line, _("The rest was not read: too many lines have problems."))
            )
            break
        try:
            found = list(by_look(row)) if columns is None else [by_header(row, columns)]
        except BadField as bad:
            result.problems.append(Problem(row.line, str(bad)))
            continue
        for candidate in found[: MAX_CANDIDATES + 1]:
            _add(result, candidate, lines)
    return result


def _add(result: CandidateList, candidate: Candidate, lines: dict[int, tuple[int, str]]) -> None:
    line, number = lines.setdefault(int(candidate.number), (candidate.line, candidate.number))
    if len(lines) > MAX_CANDIDATES:
        sentence = _("A list can have at most %(most)s candidates.") % {"most": MAX_CANDIDATES}
        lines.pop(int(candidate.number))
        if not result.problems or result.problems[-1].sentence != sentence:
            result.problems.append(Problem(candidate.line, sentence))
    elif len(lines) == len(result.candidates):
        sentence = (
            _("%(number)s is already on line %(line)s.")
            if number == candidate.number
            else _("%(number)s is the same as %(other)s on line %(line)s, except for leading zeros.")
        )
        params = {"number": candidate.number, "line": line, "other": number}
        result.problems.append(Problem(candidate.line, sentence % params))
    else:
        result.candidates.append(candidate)


def _with_columns(text: str) -> Iterator[tuple[Row, list[Column] | None]]:
    """Yield each row but headers, with the columns that the last headers give it, if it is split as they are."""
    columns, delimiter = None, ""
    for row in rows_of(text):
        if (header := columns_of(row.cells)) or (header := columns_of([" ".join(row.cells)])):
            columns, delimiter = header, row.delimiter
        else:
            yield row, columns if delimiter and row.delimiter == delimiter else None
