"""Sentences for hints, each with the next step."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.enums import HintKind
from committees.grade_scales import grade_label
from committees.second_look.hints import Hint

Facts = Mapping[str, Any]
Line = tuple[str, str]
"""A candidate's number, "" if the line is about none, and a sentence."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A hint in the active language."""

    hint: Hint
    sentence: str
    lines: list[Line]


def named_in(hints: Iterable[Explained]) -> set[str]:
    """Return the numbers of the candidates that these hints are about."""
    return {number for one in hints for number, _line in one.lines if number}


def explain_hint(hint: Hint) -> Explained:
    sentence, lines = EXPLAIN[hint.kind](hint.facts)
    return Explained(hint, sentence, lines)


def _row_shift(facts: Facts) -> tuple[str, list[Line]]:
    rows = facts["rows"]
    figures = {"rows": abs(rows), "explained": facts["explained"], "changed": facts["changed"]}
    if rows > 0:
        sentence = ngettext(
            "The grades may be %(rows)s row too low: %(explained)s of %(changed)s changed grades are those "
            "of the candidate one row above.",
            "The grades may be %(rows)s rows too low: %(explained)s of %(changed)s changed grades are those "
            "of the candidate %(rows)s rows above.",
            rows,
        )
    else:
        sentence = ngettext(
            "The grades may be %(rows)s row too high: %(explained)s of %(changed)s changed grades are those "
            "of the candidate one row below.",
            "The grades may be %(rows)s rows too high: %(explained)s of %(changed)s changed grades are those "
            "of the candidate %(rows)s rows below.",
            -rows,
        )
    parts = [sentence % figures]
    if facts["who"]:
        parts.append(_("They are compared with the grades that %(who)s set.") % {"who": facts["who"]})
    else:
        parts.append(_("They are compared with the grades before the upload."))
    if facts.get("weak"):
        parts.append(_("With so few grades, this may be a coincidence."))
    if facts["order"] == "file":
        parts.append(_("Rows are counted as in the file."))
    pair = _("%(number)s has %(grade)s, which %(source)s had before.")
    lines = [
        (number, pair % {"number": number, "grade": grade_label(grade), "source": source})
        for number, grade, source in facts["pairs"]
    ]
    if more := facts["explained"] - len(lines):
        lines.append(("", ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}))
    return " ".join(parts), lines


def _attendance_shift(facts: Facts) -> tuple[str, list[Line]]:
    rows = facts["rows"]
    if rows > 0:
        sentence = ngettext(
            "The grades may be %(rows)s row too low: absent candidates have a grade, and those one row below "
            "have none.",
            "The grades may be %(rows)s rows too low: absent candidates have a grade, and those %(rows)s "
            "rows below have none.",
            rows,
        )
    else:
        sentence = ngettext(
            "The grades may be %(rows)s row too high: absent candidates have a grade, and those one row above "
            "have none.",
            "The grades may be %(rows)s rows too high: absent candidates have a grade, and those %(rows)s "
            "rows above have none.",
            -rows,
        )
    pair = _("%(number)s was absent and has a grade. %(other)s has none.")
    return sentence % {"rows": abs(rows)}, [
        (number, pair % {"number": number, "other": other}) for number, other in facts["pairs"]
    ]


def _overhang(facts: Facts) -> tuple[str, list[Line]]:
    rows = facts["rows"]
    sentence = ngettext(
        "The grades may be %(rows)s row too low: in the file %(file)s, the last grade is below the last "
        "candidate, and the first candidate has none.",
        "The grades may be %(rows)s rows too low: in the file %(file)s, the last %(rows)s grades are below the "
        "last candidate, and the first %(rows)s candidates have none.",
        rows,
    )
    return sentence % {"rows": rows, "file": facts["file"]}, []


def _control_totals(facts: Facts) -> tuple[str, list[Line]]:
    line = _("%(grade)s: %(counted)s on paper, %(registered)s here")
    return _("Your control totals differ from the registered grades."), [
        (
            "",
            line
            % {
                "grade": grade_label(grade) or _("Without a grade"),
                "counted": counted,
                "registered": registered,
            },
        )
        for grade, counted, registered in facts["differences"]
    ]


def _spot_check(facts: Facts) -> tuple[str, list[Line]]:
    line = _("%(number)s has %(registered)s here and %(typed)s in your notes.")
    return _("Some grades differ from your notes. Open the row to correct it."), [
        (
            number,
            line
            % {
                "number": number,
                "registered": grade_label(registered) or _("no grade"),
                "typed": grade_label(typed) or _("no grade"),
            },
        )
        for number, typed, registered in facts["pairs"]
    ]


def _drift(facts: Facts) -> tuple[str, list[Line]]:
    line = _("%(grade)s: %(now)s%% now, %(earlier)s%% in earlier terms")
    return _("The distribution of grades is unlike that of earlier terms of this course."), [
        ("", line % {"grade": grade_label(grade), "now": now, "earlier": facts["earlier"][grade]})
        for grade, now in facts["now"].items()
    ]


def _same_column(facts: Facts) -> tuple[str, list[Line]]:
    sentence = _("Committee %(number)s has the same grades in the same order. Is this the right list?")
    return sentence % {"number": facts["committee"]}, []


def _numbers_sorted(facts: Facts) -> tuple[str, list[Line]]:
    sentence = _(
        "The grades are in the same order as in the file %(file)s, but the candidates are not. Was only one "
        "of the columns sorted?"
    )
    return sentence % {"file": facts["file"]}, []


def _grades_sorted(_facts: Facts) -> tuple[str, list[Line]]:
    return _("The grades are sorted in order of candidate number. Was the grade column sorted alone?"), []


def _one_grade(facts: Facts) -> tuple[str, list[Line]]:
    return _("All %(n)s graded candidates have %(grade)s.") % {
        "n": facts["graded"],
        "grade": grade_label(facts["grade"]),
    }, []


def _spot_check_missing(_facts: Facts) -> tuple[str, list[Line]]:
    return _(
        "A spot check is expected in this exam. Compare the five candidates below with your "
        "notes. If you skip it, this is recorded in the log."
    ), []


EXPLAIN: Mapping[HintKind, Callable[[Facts], tuple[str, list[Line]]]] = {
    HintKind.ROW_SHIFT: _row_shift,
    HintKind.ATTENDANCE_SHIFT: _attendance_shift,
    HintKind.OVERHANG: _overhang,
    HintKind.CONTROL_TOTALS: _control_totals,
    HintKind.SAME_COLUMN: _same_column,
    HintKind.NUMBERS_SORTED: _numbers_sorted,
    HintKind.GRADES_SORTED: _grades_sorted,
    HintKind.ONE_GRADE: _one_grade,
    HintKind.DRIFT: _drift,
    HintKind.SPOT_CHECK: _spot_check,
    HintKind.SPOT_CHECK_MISSING: _spot_check_missing,
}
