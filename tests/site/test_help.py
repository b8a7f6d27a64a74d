"""Help: pages, search, pictures, film, and the topic for each page of the site."""

import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation
from django.utils.translation import gettext

from gradereg.help import film
from gradereg.help.pages import GRADING, PAGES, TOPICS, find_topics
from gradereg.help.topics import HelpPage
from tests.access.test_routes import names_in
from tests.conftest import People
from tests.views.html import Element, page_of

LANGUAGES = [code for code, _name in settings.LANGUAGES]
STATIC = Path(settings.BASE_DIR) / "static"
DURATION = b"\x44\x89"
"""The id of the element of a WebM file with its length."""


def shown(client: Client, role: str) -> Element:
    return page_of(client.get(reverse("help-page", args=[role])))


def texts_of(page: HelpPage) -> list[str]:
    topics = [text for topic in page.topics for text in (topic.title, *topic.paragraphs)]
    return [str(text) for text in (page.title, page.lead, *topics, *page.rules)]


@pytest.mark.django_db
@pytest.mark.parametrize("role", PAGES)
def test_every_topic_has_its_place_on_the_page(client: Client, role: str) -> None:
    page = shown(client, role)
    linked = [one["href"] for one in page.one("nav", class_="card-plain help-contents no-print").all("a")]
    assert [one for one in linked if not page.all(id=one.removeprefix("#"))] == []
    assert page.texts("h3") == [
        *(f"{number}. {topic.title}" for number, topic in enumerate(PAGES[role].steps, start=1)),
        *(str(topic.title) for topic in PAGES[role].questions),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", PAGES)
def test_every_picture_exists(role: str, language: str) -> None:
    names = [topic.picture.name for topic in PAGES[role].topics if topic.picture]
    sizes = [(STATIC / "help" / language / f"{name}.webp").stat().st_size for name in names]
    assert [size for size in sizes if not 0 < size <= 60_000] == []


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("role", PAGES)
def test_labels_are_those_of_the_buttons(role: str, language: str) -> None:
    """Each quoted label, but for headings of the file, is quoted in its translation."""
    for text in texts_of(PAGES[role]):
        labels = set(re.findall("“([^”]+)”", text)) - {"Candidate ID", "Grade"}
        with translation.override(language):
            quoted = re.findall("«([^»]+)»", gettext(text))
            assert [
                one for one in labels if gettext(one) == one and one not in quoted and one != "Film"
            ] == []
            assert {gettext(one) for one in labels} - set(quoted) <= {"Not started"}


@pytest.mark.parametrize("route", [*GRADING, *TOPICS])
def test_routes_with_help_exist(route: str) -> None:
    assert route in set(names_in(get_resolver().url_patterns))


@pytest.mark.parametrize(
    ("user", "route", "place"),
    [
        ("kari", "confirm", "grader/#confirm"),
        ("ola", "upload-sheet", "external-grader/#upload"),
        ("per", "exam-transfer", "planner/#transfer"),
        ("sofie", "fs:studentweb", "student/#result"),
    ],
)
def test_help_leads_to_the_topic_of_the_page(
    people: People, client: Client, user: str, route: str, place: str
) -> None:
    people.two.graders.filter(person=people.ola).update(is_external=True)
    client.force_login(getattr(people, user))
    assert client.get(f"/help/?from={route}").headers["Location"] == f"/help/{place}"


@pytest.mark.django_db
def test_help_for_an_unknown_page_is_the_overview(client: Client) -> None:
    links = [one["href"] for one in page_of(client.get("/help/?from=nothing")).all("a")]
    assert [f"/help/{role}/" for role in PAGES if f"/help/{role}/" not in links] == []


def test_pages_link_to_their_help(people: People, client: Client) -> None:
    client.force_login(people.kari)
    page = page_of(client.get(reverse("final-grading", args=[people.one.pk])))
    assert page.one("header", class_="site-header").all("a", href="/help/?from=final-grading")


@pytest.mark.parametrize(
    ("language", "search"), [("en", "CAPITAL letters"), ("nb", "store bokst"), ("nn", "store bokst")]
)
def test_search_finds_words_in_the_active_language(language: str, search: str) -> None:
    with translation.override(language):
        assert [hit.topic.key for hit in find_topics(search)] == ["fill-in"]


def test_topics_with_the_word_in_the_title_come_first() -> None:
    assert next(hit.topic.key for hit in find_topics("transfer")) == "transfer"


@pytest.mark.parametrize(
    ("search", "topic"),
    [
        ("sick", "absent"),
        ("lower case", "fill-in"),
        ("change grade after confirm", "wrong-grade"),
        ("forgot to upload", "upload"),
        ("how do I regret it?", "wrong-grade"),
    ],
)
def test_search_understands_other_words_and_whole_questions(search: str, topic: str) -> None:
    assert topic in [hit.topic.key for hit in find_topics(search)]


@pytest.mark.parametrize("search", ["", " ", "!?", "xyzzy"])
def test_search_without_a_match_finds_nothing(search: str) -> None:
    assert find_topics(search) == []


@pytest.mark.django_db
def test_search_shows_its_hits(client: Client) -> None:
    page = page_of(client.get("/help/", {"q": "workbook"}))
    assert [one["href"] for one in page.one("ul", class_="help-hits").all("a")] == [
        "/help/grader/#file-refused"
    ]


@pytest.mark.django_db
def test_support_of_the_settings_is_named(client: Client, settings: object) -> None:
    settings.SUPPORT_NAME, settings.SUPPORT_EMAIL = "Exam support", "exam@example.org"  # type: ignore[attr-defined]
    settings.SUPPORT_URL = "https://example.org/exam"  # type: ignore[attr-defined]
    contact = shown(client, "student").one(id="contact")
    assert [one["href"] for one in contact.all("a")] == [
        "mailto:exam@example.org",
        "https://example.org/exam",
    ]
    assert "Exam support" in contact.text


@pytest.mark.django_db
def test_unknown_role_is_not_found(client: Client) -> None:
    assert client.get("/help/janitor/").status_code == 404


# The film


def seconds_of(file: Path) -> float:
    """Return the length of a WebM file from its header, in seconds."""
    head = file.read_bytes()[:1000]
    at = head.index(DURATION) + len(DURATION)
    return float(struct.unpack(">d", head[at + 1 : at + 9])[0]) / 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_follow_each_other_within_the_film(language: str) -> None:
    moments = [moment for cue in film.cues(language) for moment in (cue.start, cue.end)]
    assert moments == sorted(moments)
    assert moments[-1] <= seconds_of(STATIC / film.FILM)


def test_captions_are_at_the_same_moments_in_all_languages() -> None:
    timings = {tuple((cue.start, cue.end) for cue in film.cues(language)) for language in LANGUAGES}
    assert len(timings) == 1


def test_film_is_small() -> None:
    assert (STATIC / film.FILM).stat().st_size <= 4_000_000


@pytest.mark.django_db
def test_film_is_shown_with_captions_and_transcript(client: Client) -> None:
    part = shown(client, "grader").one(id="film")
    assert (part.one("video")["preload"], len(part.all("track", kind="captions"))) == ("none", 3)
    assert part.one("details").texts("p") == [cue.text for cue in film.cues("en")]
