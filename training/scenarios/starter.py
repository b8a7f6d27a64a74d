"""A small scenario without problems, as the beginning of a new one."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COPY = {"en": "copy", "nb": "kopi", "nn": "kopi"}


def starter(title: str, language: str) -> dict[str, Any]:
    """Return a scenario with this title in one language: one committee, two graders, and three tasks."""
    return {
        "role": "grader",
        "minutes": 5,
        "languages": [language],
        "title": {language: title},
        "about": _texts(
            _("Yesterday you and Kim Lie examined four candidates. One did not attend. Register the grades."),
            language,
        ),
        "assignment": _texts(
            _("Register the grades in your notes. At the end, both graders must have confirmed them."),
            language,
        ),
        "end": [{"notes": 1}, {"stage": 1, "is": "confirmed"}],
        "people": [{"key": "kim", "name": "Kim Lie", "feide": "kim.lie@uib.no", "external": True}],
        "exams": [_exam(language)],
        "acts": [
            {
                "who": "kim",
                "do": "confirm",
                "when": "task:confirm",
                "after": 8,
                "needs": [{"notes": 1}, {"confirmed": 1}],
            }
        ],
        "tasks": _tasks(language),
    }


def copied(table: dict[str, Any]) -> dict[str, Any]:
    """Return the scenario with “copy” behind its title."""
    titles = {language: f"{text} ({COPY.get(language, 'copy')})" for language, text in table["title"].items()}
    return {**table, "title": titles}


def _exam(language: str) -> dict[str, Any]:
    return {
        "code": "DAN1001",
        "name": _texts(_("Dance"), language),
        "kind": "practical",
        "scale": "A-F",
        "date": -1,
        "deadline": 20,
        "committees": [
            {
                "number": 1,
                "seats": ["you", "kim"],
                "candidates": "90001-90004",
                "absent": ["90003"],
                "notes": {"90001": "A", "90002": "C", "90004": "B"},
            }
        ],
    }


def _tasks(language: str) -> list[dict[str, Any]]:
    return [
        {
            "key": "grade",
            "title": _texts(_("Set the grades"), language),
            "text": _texts(
                _(
                    "On the “Grade” tab, open DAN1001, click “Open Final Grading”, and set the grades from your notes."
                ),
                language,
            ),
            "hint": _texts(
                _("Click the grade in the candidate’s row. 90003 did not attend and should have no grade."),
                language,
            ),
            "done": [{"notes": 1}],
        },
        {
            "key": "confirm",
            "title": _texts(_("Confirm Final Grading"), language),
            "text": _texts(
                _("Click “Confirm Final Grading”, read the grades once more, and confirm them."), language
            ),
            "hint": _texts(_("Tick the box to confirm that 90003 should have no grade."), language),
            "done": [{"notes": 1}, {"confirmed": 1}],
        },
        {
            "key": "wait",
            "title": _texts(_("Wait for Kim"), language),
            "text": _texts(
                _("Kim checks the grades and confirms in a few seconds. Then they are locked."), language
            ),
            "hint": _texts(_("Stay on the Final Grading page. It updates automatically."), language),
            "done": [{"stage": 1, "is": "confirmed"}],
        },
    ]


def _texts(text: str | Promise, language: str) -> dict[str, str]:
    language = language if language in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        return {language: str(text)}
