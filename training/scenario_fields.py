"""Fields of the form for scenarios: their names in the file, kinds and labels, table by table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committees.enums import ConfirmationRule, ExamKind
from committees.grade_scales import scale_choices

Label = str | Promise


class Kind(Enum):
    """How a value is entered, and how it is written in the file."""

    LINE = "line"
    LONG = "long"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"
    FLAG = "flag"
    WORDS = "words"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `is_translated` texts are entered in one language at a time."""

    name: str
    label: Label
    kind: Kind = Kind.LINE
    is_translated: bool = False
    choices: tuple[tuple[str, Label], ...] = ()
    help: Label = ""
    width: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A list of tables: its name in the file, its fields and the lists in each table. `origin` names a table's key."""

    name: str
    label: Label
    add: Label
    fields: tuple[Field, ...]
    groups: tuple["Group", ...] = ()
    origin: str = ""
    is_ordered: bool = field(default=False)


def _choices(pairs: Any) -> tuple[tuple[str, Label], ...]:
    return (("", _("(default)")), *((str(value), label) for value, label in pairs))


NARROW = "narrow"
ROLES = (("grader", _("Grader")), ("planner", _("Planner")))
ACTIONS: Mapping[str, Label] = {
    "confirm": _("confirms"),
    "grade": _("changes grades"),
    "notes": _("sets the grades from the notes"),
    "upload": _("uploads a list"),
    "sign-in": _("signs in for the first time"),
}
WORDS: Mapping[str, Label] = {
    "notes": _("grades and attendance as in the notes of committee"),
    "grades": _("exactly these grades in a committee"),
    "graded": _("everybody is graded in committee"),
    "grade": _("grade of candidate"),
    "attendance": _("attendance of candidate"),
    "confirmed": _("trainee has confirmed committee"),
    "stage": _("status of committee"),
    "seen": _("page was opened"),
    "refused": _("refusal on page"),
    "did": _("action was done"),
    "settings": _("settings of exam"),
    "exam": _("the exam exists"),
    "committee": _("the committee exists"),
    "candidates": _("these candidates in a committee"),
    "graders": _("these graders in a committee"),
    "placed": _("committee of candidate"),
    "removed": _("deleted or cancelled: exam"),
    "seated": _("this grader in a committee"),
    "ready": _("ready for grading: exam"),
    "receipts": _("replies from FS"),
    "sent": _("result in FS for candidate"),
    "at_fs": _("all grades in FS: exam"),
}
"""Conditions in the order of the menu; each label is followed by the value."""
CONDITION = (
    Field("word", _("Condition"), Kind.CHOICE, choices=(("", "–"), *WORDS.items())),
    Field("value", _("Value"), width=NARROW),
    Field("is", _("is"), width=NARROW),
    Field("committee", _("Committee"), Kind.NUMBER, width=NARROW),
    Field("exam", _("Exam"), width=NARROW),
    Field("more", _("Anything else, as in the file")),
)
PERSON = (
    Field("key", _("Key"), width=NARROW),
    Field("name", _("Name")),
    Field("feide", _("Feide name")),
    Field("email", _("or e-mail, without Feide")),
    Field("external", _("External grader"), Kind.FLAG),
    Field("student", _("Student, whose pages the trainee can see"), Kind.FLAG),
)
COMMITTEE = (
    Field("number", _("Number"), Kind.NUMBER, width=NARROW),
    Field("name", _("Name")),
    Field("seats", _("Graders"), Kind.WORDS, help=_("Keys of people. “you” is the trainee.")),
    Field("candidates", _("Candidates"), help=_("For example 10001-10012.")),
    Field("absent", _("Recorded as absent at the start"), Kind.WORDS),
    Field(
        "notes", _("Notes"), Kind.PAIRS, help=_("One line per candidate: 10001 B. The others did not attend.")
    ),
    Field(
        "named",
        _("Candidates who are among the people above"),
        Kind.PAIRS,
        help=_("One line each: 10001 sofie."),
    ),
)
EXAM = (
    Field("code", _("Course code"), width=NARROW),
    Field("name", _("Name"), is_translated=True),
    Field("kind", _("Exam type"), Kind.CHOICE, choices=_choices(ExamKind.choices)),
    Field("scale", _("Grade scale"), Kind.CHOICE, choices=_choices(scale_choices())),
    Field("rule", _("Confirmation"), Kind.CHOICE, choices=_choices(ConfirmationRule.choices)),
    Field("anonymous", _("Anonymous"), Kind.YES_NO),
    Field(
        "date", _("Day of the exam"), Kind.NUMBER, width=NARROW, help=_("Days from today. -1 is yesterday.")
    ),
    Field("deadline", _("Deadline"), Kind.NUMBER, width=NARROW, help=_("Days from today.")),
    Field("unplaced", _("Candidates without a committee")),
    Field("withdrawn", _("Candidates that FS refuses"), Kind.WORDS),
)
ACT = (
    Field("who", _("Robot"), width=NARROW, help=_("Key of the person.")),
    Field("do", _("does"), Kind.CHOICE, choices=(("", "–"), *ACTIONS.items())),
    Field("when", _("when"), help=_("start, confirmed, task:confirm, …")),
    Field("after", _("after (seconds)"), Kind.NUMBER, width=NARROW),
    Field("committee", _("Committee"), Kind.NUMBER, width=NARROW),
    Field("exam", _("Exam"), width=NARROW),
    Field("times", _("from the n-th time on"), Kind.NUMBER, width=NARROW),
    Field("again", _("and every time after that"), Kind.FLAG),
    Field("grades", _("Grades"), Kind.PAIRS, help=_("One line per candidate: 10001 B.")),
)
TASK = (
    Field("key", _("Key"), width=NARROW),
    Field("title", _("Title"), is_translated=True),
    Field("text", _("Text"), Kind.LONG, is_translated=True),
    Field("hint", _("Hint"), Kind.LONG, is_translated=True),
    Field("hint_after", _("Seconds until the hint"), Kind.NUMBER, width=NARROW),
)
HEAD = (
    Field("title", _("Title"), is_translated=True),
    Field("about", _("Situation"), Kind.LONG, is_translated=True),
    Field(
        "assignment",
        _("Assignment"),
        Kind.LONG,
        is_translated=True,
        help=_(
            "Shown instead of the tasks in an assessment. Without it, the scenario can’t be used as an assessment."
        ),
    ),
    Field("role", _("Role of the trainee"), Kind.CHOICE, choices=ROLES),
    Field("minutes", _("Minutes"), Kind.NUMBER, width=NARROW),
    Field("order", _("Position in lists"), Kind.NUMBER, width=NARROW),
    Field("languages", _("Languages"), Kind.WORDS, width=NARROW, help=_("All of en, nb, nn if left empty.")),
)


def _conditions(name: str, label: Label) -> Group:
    return Group(name, label, _("Add a condition"), CONDITION)


FORM = Group(
    "",
    "",
    "",
    HEAD,
    (
        Group("people", _("People"), _("Add a person"), PERSON, origin="key"),
        Group(
            "exams",
            _("Exams"),
            _("Add an exam"),
            EXAM,
            (Group("committees", _("Committees"), _("Add a committee"), COMMITTEE, origin="number"),),
            origin="code",
        ),
        Group(
            "tasks",
            _("Tasks"),
            _("Add a task"),
            TASK,
            (_conditions("done", _("Done when")),),
            origin="key",
            is_ordered=True,
        ),
        Group(
            "acts", _("What the robots do"), _("Add an action"), ACT, (_conditions("needs", _("Only when")),)
        ),
        _conditions("end", _("“Well done” when")),
    ),
)
