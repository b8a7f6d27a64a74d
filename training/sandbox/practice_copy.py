"""Practice copy of a real exam: same committees and settings, with invented candidates and robots as colleagues."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committees.enums import ConfirmationRule
from committees.models import Committee, Exam, User
from training.sandbox.copy_keys import COPY_PREFIX
from training.scenarios.schema import TRAINEE

ROBOTS = ("Ada", "Bo", "Cleo", "Dag", "Eli", "Finn", "Gro", "Hauk", "Ida", "Jon", "Kim", "Liv")
"""Names of robots; never those of real colleagues."""
SAMPLE_GRADES = (1, 2, 0, 3, 2, 4, 1, 5, 2, 3)
"""Grades of invented candidates by their places on a scale of six, repeated in this order."""


def copy_key(exam: int, role: str) -> str:
    """Return the key of the practice copy of the exam with this pk; a new copy replaces the old."""
    return f"{COPY_PREFIX}{role}-{exam}"


def grader_copy(exam: Exam, person: User) -> dict[str, Any]:
    """Return the blueprint for a grader: the committees of which `person` is a grader."""
    mine = exam.committees.filter(graders__person=person).order_by("number")
    data = _practice_copy(exam, list(mine), "grader", person)
    committees = [part for part in data["exams"][0]["committees"] if part["candidates"]]
    right = [{"notes": committee["number"]} for committee in committees]
    confirmed = [{"confirmed": committee["number"]} for committee in committees]
    locked = [{"stage": committee["number"], "is": "confirmed"} for committee in committees]
    # Robots confirm only what is right, so that nobody is locked out by confirming too early.
    data["acts"] = [
        {
            "who": robot,
            "do": "confirm",
            "when": "confirmed",
            "committee": committee["number"],
            "after": 8,
            "needs": [{"notes": committee["number"]}, {"confirmed": committee["number"]}],
        }
        for committee in committees
        for robot in committee["seats"]
        if robot != TRAINEE and exam.rule == ConfirmationRule.ALL
    ]
    data["tasks"] = [
        _task(
            "grade",
            _("Set the grades"),
            _(
                "Set the grades from the notes below, in Excel or by clicking, as you will in the real exam. "
                "Candidates who did not attend get no grade."
            ),
            _("Open the “Grade” tab, choose the exam and click “Open Final Grading”."),
            right,
        ),
        _task(
            "confirm",
            _("Confirm Final Grading"),
            _(
                "Confirm the grades. Your robot co-graders confirm a few seconds after you, if the grades are right."
            )
            if exam.rule == ConfirmationRule.ALL
            else _(
                "Confirm the grades. In this exam one grader confirms for all, so the grades are locked when you confirm."
            ),
            _("Candidates who did not attend should have no grade. Tick the box to confirm this."),
            [*right, *confirmed],
        ),
        _task(
            "confirmed",
            _("See the grades locked"),
            _("When the last grader has confirmed, the grades are locked. See it on the Final Grading page."),
            _("If a grade changed after you confirmed, review the changes and confirm again."),
            locked,
        ),
    ]
    data["end"] = [*right, *locked]
    return data


def planner_copy(exam: Exam) -> dict[str, Any]:
    """Return the blueprint for a planner: robots grade and confirm, the last one after a reminder."""
    data = _practice_copy(exam, list(exam.committees.order_by("number")), "planner", None)
    committees = [
        committee
        for committee in data["exams"][0]["committees"]
        if committee["candidates"] and committee["seats"]
    ]
    right = [{"notes": committee["number"]} for committee in committees]
    data["acts"] = [act for committee in committees for act in _robots_of(committee)]
    reminding = []
    # The last grader of the last committee forgets; with “One grader can confirm” nobody waits for that one.
    if committees and exam.rule == ConfirmationRule.ALL:
        data["acts"][-1] |= {"when": "task:remind", "after": 5}
        reminding = [_reminding_task()]
    data["tasks"] = [
        *reminding,
        _task(
            "rehearse",
            _("Test transfer to FS"),
            _("Run a test transfer, and read what will be sent."),
            _("Open the exam, click “Transfer”, then “Test transfer to FS”."),
            [{"seen": "test-transfer"}],
        ),
        _task(
            "transfer",
            _("Transfer to FS"),
            _("Transfer the grades when every committee is confirmed. FS is simulated here, just for you."),
            _("Open the exam and click “Transfer”. The button appears when every committee is confirmed."),
            [*right, {"at_fs": exam.emnekode}],
        ),
    ]
    data["end"] = [{"settings": exam.emnekode}, *right, {"at_fs": exam.emnekode}]
    return data


def _robots_of(committee: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the acts of a planner's robots: the first grades, and all confirm whenever the grades are right."""
    number = committee["number"]
    graded = {"who": committee["seats"][0], "do": "notes", "when": "start", "committee": number}
    confirmed = [
        {
            "who": robot,
            "do": "confirm",
            "when": "start",
            "committee": number,
            "after": 10,
            "needs": [{"notes": number}],
        }
        for robot in committee["seats"]
    ]
    return [graded, *confirmed]


def _reminding_task() -> dict[str, Any]:
    return _task(
        "remind",
        _("See who has yet to confirm"),
        _(
            "Robots grade and confirm, but one of them forgets. Reload the exam page after a while, "
            "see who it is, and send a reminder."
        ),
        _(
            "Open the Plan tab, choose the exam, and click “Remind graders who haven’t confirmed”, then "
            "“Send reminders”."
        ),
        [{"did": "graders.reminded"}],
    )


def _practice_copy(exam: Exam, committees: list[Committee], role: str, grader: User | None) -> dict[str, Any]:
    today = timezone.localdate()
    people: list[dict[str, Any]] = []
    parts, first = [], 70001
    seats = {committee.pk: list(committee.graders.select_related("person")) for committee in committees}
    counts = {committee.pk: committee.candidates.count() for committee in committees}
    for committee in committees:
        keys = []
        for seat in seats[committee.pk]:
            if grader is not None and seat.person_id == grader.pk:
                keys.append(TRAINEE)
            else:
                people.append(_robot(len(people), seat.is_external))
                keys.append(people[-1]["key"])
        parts.append(_part(exam, committee, keys, first, counts[committee.pk]))
        first += counts[committee.pk]
    return {
        "order": 0,
        "role": role,
        "minutes": 10,
        "title": _texts(_("Practice: %(exam)s"), exam=str(exam)),
        "about": _texts(
            _("A practice copy of your exam, with invented candidates and robots instead of your colleagues.")
        ),
        "people": people,
        "exams": [
            {
                "code": exam.emnekode,
                "name": dict.fromkeys(dict(settings.LANGUAGES), exam.name),
                "kind": str(exam.kind),
                "scale": str(exam.scale),
                "rule": str(exam.rule),
                "anonymous": exam.is_anonymous,
                # Grades can't be confirmed before the day of the exam, but they can be practised.
                "date": min((exam.date - today).days, 0),
                "deadline": (exam.deadline - today).days,
                "committees": parts,
            }
        ],
    }


def _robot(number: int, is_external: bool) -> dict[str, Any]:
    name = ROBOTS[number % len(ROBOTS)] + (f" {number // len(ROBOTS) + 1}" if number >= len(ROBOTS) else "")
    key = f"robot{number + 1}"
    return {"key": key, "name": name, "feide": f"{key}@{settings.HOME_REALM}", "external": is_external}


def _part(exam: Exam, committee: Committee, seats: list[str], first: int, count: int) -> dict[str, Any]:
    """Return a committee with `count` candidates; the third is absent when there are five or more."""
    numbers = [str(number) for number in range(first, first + count)]
    absent = numbers[2:3] if count >= 5 else []
    return {
        "number": committee.number,
        "name": committee.name,
        "seats": seats,
        "candidates": f"{numbers[0]}-{numbers[-1]}" if numbers else "",
        "absent": absent,
        "notes": dict(_invented(exam, [number for number in numbers if number not in absent])),
    }


def _invented(exam: Exam, numbers: Collection[str]) -> Iterable[tuple[str, str]]:
    grades = exam.grades
    for place, number in enumerate(numbers):
        grade = (
            SAMPLE_GRADES[place % len(SAMPLE_GRADES)] * len(grades) // 6
            if len(grades) > 2
            else place % 4 == 3
        )
        yield number, grades[grade]


def _texts(text: str | Promise, **params: str) -> dict[str, str]:
    """Return a text in every language, as scenarios store it."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = str(text) % params if params else str(text)
    return texts


def _task(key: str, title: Any, text: Any, hint: Any, done: list[dict[str, Any]]) -> dict[str, Any]:
    return {"key": key, "title": _texts(title), "text": _texts(text), "hint": _texts(hint), "done": done}
