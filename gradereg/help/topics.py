"""The parts that pages of Help are declared with."""

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page, `static/help/<language>/<name>.webp`, with its alternative text."""

    name: str
    alt: Text


@dataclass(frozen=True, slots=True)
class Topic:
    """
    A step, rule or question with its paragraphs. `key` is its id on the page and the same on each page. `words` are other
    words that people search for.
    """

    key: str
    title: Text
    paragraphs: tuple[Text, ...]
    picture: Picture | None = None
    words: Text = ""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The Help of a role: `steps` in their order, `rules`, and `questions`."""

    key: str
    icon: str
    title: Text
    lead: Text
    steps: tuple[Topic, ...]
    rules: tuple[Text, ...]
    questions: tuple[Topic, ...]
    has_film: bool = False

    @property
    def topics(self) -> tuple[Topic, ...]:
        return self.steps + self.questions
