"""The pages of Help, which of them helps on a page of the site, and their search."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from committees.models import Grader, User
from gradereg.help.grader import EXTERNAL_GRADER, GRADER
from gradereg.help.others import STUDENT, TRAINER
from gradereg.help.planner import PLANNER
from gradereg.help.topics import HelpPage, Topic

PAGES = {page.key: page for page in (GRADER, EXTERNAL_GRADER, PLANNER, TRAINER, STUDENT)}
GRADING = {
    "grade": "open",
    "grading": "open",
    "statistics": "open",
    "final-grading": "click",
    "set-remaining": "click",
    "candidate": "click",
    "read-back": "click",
    "upload-sheet": "upload",
    "upload": "upload",
    "uploads": "upload",
    "confirm": "confirm",
    "protocol": "locked",
}
"""Routes of the pages of graders, each with its topic."""
PLANNING = {
    "plan": "set-up",
    "new-exam": "set-up",
    "copy-exam": "set-up",
    "edit-exam": "set-up",
    "import": "set-up",
    "import-preview": "set-up",
    "planned-exam": "follow",
    "remind": "follow",
    "remind-exams": "follow",
    "exam-log": "follow",
    "exam-statistics": "follow",
    "planned-candidates": "committees",
    "add-candidates": "committees",
    "seat": "committees",
    "add-person": "committees",
    "invite": "committees",
    "grader-email": "not-reached",
    "correct-grader": "not-reached",
    "planners": "on-holiday",
    "hand-over": "on-holiday",
    "reopen": "reopen",
    "confirm-on-behalf": "grader-on-leave",
    "delete-exam": "cancel",
    "cancel-exam": "cancel",
    "exam-transfer": "transfer",
    "test-transfer": "transfer",
    "transfer": "transfer",
    "fs:exams": "transfer",
    "fs:exam": "transfer",
}
TRAINING = {
    "new-training": "session",
    "edit-training": "session",
    "training-session": "board",
    "end-training": "end",
}
OTHERS = {
    "fs:studentweb": (STUDENT, "result"),
    "check-protocol": (STUDENT, "protocol"),
    "sign-in": (EXTERNAL_GRADER, "sign-in"),
    "ask-code": (EXTERNAL_GRADER, "no-code"),
    "enter-code": (EXTERNAL_GRADER, "no-code"),
}
TOPICS = (
    {route: (PLANNER, topic) for route, topic in PLANNING.items()}
    | {route: (TRAINER, topic) for route, topic in TRAINING.items()}
    | OTHERS
)
"""Routes of other pages, each with the page of Help and its topic."""


def place_of(route: str, user: User | None) -> str:
    """Return the address of the topic that helps on the page of `route`; "" if there is none. At most one query."""
    page, topic = TOPICS.get(route, (None, ""))
    if user and route in GRADING:
        page, topic = _page_of_grader(user), GRADING[route]
    return f"{reverse('help-page', args=[page.key])}#{topic}" if page else ""


def _page_of_grader(user: User) -> HelpPage:
    """Return the page for external graders if all of the person's seats are external."""
    seats = set(Grader.objects.current().filter(person=user).values_list("is_external", flat=True))
    return EXTERNAL_GRADER if seats == {True} else GRADER


LONGER = 4
"""Letters of words that a search must not lack all of; shorter ones are mostly “to” and “how”."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that a search found, with a page that contains it."""

    page: HelpPage
    topic: Topic

    @property
    def excerpt(self) -> str:
        return str(self.topic.paragraphs[0])


def find_topics(search: str) -> list[Hit]:
    """
    Return the topics that contain every word of `search` in the active language. If there are none, return those that
    contain the most of its longer words. Topics with the words in their title come first.
    """
    words = _words(search)
    hits = _topics_with_most(words, least=len(words))
    return hits or _topics_with_most([word for word in words if len(word) >= LONGER])


def _topics_with_most(words: list[str], *, least: int = 1) -> list[Hit]:
    """Return the topics with the largest number of the words, if that is not less than `least`."""
    if not words:
        return []
    counted = [(sum(word in _text_of(hit.topic) for word in words), hit) for hit in _every_topic()]
    most = max(count for count, _hit in counted)
    hits = [hit for count, hit in counted if count == most >= least]
    return sorted(hits, key=lambda hit: not all(word in str(hit.topic.title).casefold() for word in words))


def _words(search: str) -> list[str]:
    return re.findall(r"\w+", search.casefold())


def _text_of(topic: Topic) -> str:
    return " ".join([str(topic.title), *map(str, topic.paragraphs), str(topic.words)]).casefold()


def _every_topic() -> Iterator[Hit]:
    """Yield each topic once, with its first page."""
    known: set[str] = set()
    for page in PAGES.values():
        for topic in page.topics:
            if topic.key not in known:
                known.add(topic.key)
                yield Hit(page, topic)
