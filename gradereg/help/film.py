"""The film of the main job: its captions, which are also the transcript."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language_info

FOLDER = Path(__file__).resolve().parents[2] / "static" / "help"
FILM = "help/film.webm"
TIMING = re.compile(r"(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d\.\d{3})")


@dataclass(frozen=True, slots=True)
class Cue:
    """A caption with the seconds of its first and last moment."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Captions:
    """A track of the film."""

    language: str
    label: str
    file: str


def captions() -> list[Captions]:
    """Return a track for each language of the site."""
    infos = [get_language_info(code) for code, _name in settings.LANGUAGES]
    return [
        Captions(one["code"], one["name_local"].capitalize(), f"help/film.{one['code']}.vtt") for one in infos
    ]


@cache
def cues(language: str) -> tuple[Cue, ...]:
    """Return the captions in this language. Raise ValueError if the file is not WebVTT as `make film` writes it."""
    header, *blocks = (FOLDER / f"film.{language}.vtt").read_text("utf-8").strip().split("\n\n")
    if header != "WEBVTT":
        raise ValueError(header)
    return tuple(map(_cue, blocks))


def _cue(block: str) -> Cue:
    timing, *lines = block.split("\n")
    found = TIMING.fullmatch(timing)
    if not found or not lines:
        raise ValueError(block)
    minutes, seconds, last_minutes, last_seconds = map(float, found.groups())
    return Cue(60 * minutes + seconds, 60 * last_minutes + last_seconds, " ".join(lines))
