"""Preview of a scenario for its author: what trainees will see, in one language, and what is checked."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from training.assessment import label_of
from training.scenarios.fields import Table
from training.scenarios.schema import TRAINEE, Scenario
from training.scenarios.writer import inline


@dataclass(frozen=True, slots=True)
class Check:
    """A condition: in words, and as written in the file."""

    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """A task with its texts and conditions."""

    key: str
    title: str
    text: str
    hint: str
    checks: list[Check]


@dataclass(frozen=True, slots=True)
class Notes:
    """A committee with its graders and the candidates: number, and grade in the notes, "" for none."""

    name: str
    graders: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Preview:
    """A scenario without problems in one language."""

    scenario: Scenario
    language: str
    title: str
    about: str
    assignment: str
    steps: list[Step]
    committees: list[Notes]
    files: list[str]
    acts: list[Check]
    end: list[Check]


def preview_of(key: str, table: Table, language: str) -> Preview:
    """Return the preview. The table must be without problems."""
    scenario = Scenario.from_data(key, table)
    with translation.override(language):
        texts = {name: str(getattr(scenario, name)) for name in ("title", "about", "assignment")}
        titles = [(str(task.title), str(task.text), str(task.hint)) for task in scenario.tasks]
        files = [str(file.name) for file in scenario.files]
    steps = [
        Step(task.key, *words, [Check(label_of(one), inline(one)) for one in task.done])
        for task, words in zip(scenario.tasks, titles, strict=True)
    ]
    return Preview(
        scenario,
        language,
        texts["title"],
        texts["about"],
        texts["assignment"],
        steps,
        list(_committees(scenario)),
        files,
        [Check(act["who"], inline(act)) for act in table.get("acts", [])],
        [Check(label_of(one), inline(one)) for one in table["end"]],
    )


def _committees(scenario: Scenario) -> list[Notes]:
    names = {person.key: person.name for person in scenario.people} | {TRAINEE: str(_("trainee"))}
    found = []
    for exam in scenario.exams:
        for part in exam.committees:
            notes = part.notes or {}
            graders = ", ".join(names.get(seat, seat) for seat in part.seats)
            name = " – ".join(filter(None, (f"{exam.code} {part.number}", part.name)))
            found.append(Notes(name, graders, [(number, notes.get(number, "")) for number in part.numbers]))
    return found
