"""The practice copy of a real exam: its shape and settings, with invented candidates and robots for colleagues."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committees.models import Committee, Exam, User
from training.scenarios.schema import TRAINEE

COPY_PREFIX = "twin"
"""The key of every scenario that was made of a real exam begins with it."""
ROBOTS = ("Ada", "Bo", "Cleo", "Dag", "Eli", "Finn", "Gro", "Hauk", "Ida", "Jon", "Kim", "Liv")
"""Names for robots; a colleague's own name would make them say what they never said."""
SAMPLE_GRADES = ("B", "C", "A", "D", "C", "E", "B", "F", "C", "D")
"""Invented grades, one after another."""


def copy_key(exam: int, role: str) -> str:
    """The key of the twin of the exam with this pk. Twins of one exam replace one another."""
    return f"{COPY_PREFIX}-{role}-{exam}"


def grader_copy(exam: Exam, person: User) -> dict[str, Any]:
    """The twin for one of its graders: the committees on which this person sits."""
    mine = exam.committees.filter(graders__person=person).order_by("number")
    data = _practice_copy(exam, list(mine), "grader", person)
    committees = data["exams"][0]["committees"]
    data["acts"] = [
        {
            "who": robot,
            "do": "confirm",
            "when": "confirmed",
            "committee": one["number"],
            "after": 8,
            "again": True,
        }
        for one in committees
        for robot in one["seats"]
        if robot != TRAINEE
    ]
    data["tasks"] = [
        _task(
            "grade",
            _("Give the grades"),
            _("Give every candidate who attended a grade, by Excel or by click, as you will do it for real."),
            _("Open the Grade tab, choose the exam and click Open Final Grading."),
            [{"graded": one["number"]} for one in committees],
        ),
        _task(
            "confirm",
            _("Confirm Final Grading"),
            _("Confirm what you see. Your robot co-graders confirm a few seconds after you."),
            _("Candidates who did not attend stay without a grade: tick that this is meant."),
            [{"did": "grading.confirmed", "committee": one["number"]} for one in committees],
        ),
        _task(
            "confirmed",
            _("Wait for the others"),
            _("When all graders have confirmed, the grades are locked. Stay on the page and see it happen."),
            _("If a grade changed after you confirmed, look at what changed and confirm again."),
            [{"stage": one["number"], "is": "confirmed"} for one in committees],
        ),
    ]
    return data


def planner_copy(exam: Exam) -> dict[str, Any]:
    """The twin for its planner: robots grade and confirm, the last of them only when reminded."""
    data = _practice_copy(exam, list(exam.committees.order_by("number")), "planner", None)
    committees = [one for one in data["exams"][0]["committees"] if one["candidates"] and one["seats"]]
    acts: list[dict[str, Any]] = []
    for one in committees:
        acts.append({"who": one["seats"][0], "do": "notes", "when": "start", "committee": one["number"]})
        acts += [
            {"who": robot, "do": "confirm", "when": "start", "committee": one["number"], "after": 10}
            for robot in one["seats"]
        ]
    if acts:
        acts[-1] |= {"when": "reminded", "after": 5}
    data["acts"] = acts
    data["tasks"] = [
        _task(
            "remind",
            _("See whom it waits for"),
            _(
                "Robots grade and confirm; one of them forgets. Load the exam’s page again after a while, see who it "
                "is, and nudge them."
            ),
            _("Plan tab, the exam, Nudge missing graders."),
            [{"did": "graders.reminded"}],
        ),
        _task(
            "rehearse",
            _("Test transfer to FS"),
            _("Rehearse the transfer, and read what would be sent."),
            _("The exam’s page, Transfer, Test transfer to FS."),
            [{"seen": "test-transfer"}],
        ),
        _task(
            "transfer",
            _("Transfer to FS"),
            _("Transfer the grades once every committee is confirmed. FS is a simulated one of your own."),
            _("The exam’s page, Transfer. The button is there when every committee is confirmed."),
            [{"at_fs": exam.emnekode}],
        ),
    ]
    return data


def _practice_copy(exam: Exam, committees: list[Committee], role: str, you: User | None) -> dict[str, Any]:
    today = timezone.localdate()
    people: list[dict[str, Any]] = []
    parts, first = [], 70001
    seats = {one.pk: list(one.graders.select_related("person")) for one in committees}
    counts = {one.pk: one.candidates.count() for one in committees}
    for committee in committees:
        keys = []
        for seat in seats[committee.pk]:
            if you is not None and seat.person_id == you.pk:
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
        "title": _texts(_("Rehearsal: %(exam)s"), exam=str(exam)),
        "about": _texts(
            _("A practice copy of your exam, with invented candidates and robots in your colleagues’ seats.")
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
                "date": (exam.date - today).days,
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
    """A committee of the twin: as many candidates, one of whom did not attend where there are enough."""
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
    letters = len(exam.grades) > 2
    for place, number in enumerate(numbers):
        yield number, SAMPLE_GRADES[place % len(SAMPLE_GRADES)] if letters else exam.grades[place % 4 == 3]


def _texts(text: str | Promise, **told: str) -> dict[str, str]:
    """A text of ours in all of our languages, as scenarios keep them."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = str(text) % told if told else str(text)
    return texts


def _task(key: str, title: Any, text: Any, hint: Any, done: list[dict[str, Any]]) -> dict[str, Any]:
    return {"key": key, "title": _texts(title), "text": _texts(text), "hint": _texts(hint), "done": done}
