"""File names of downloads, in full and in an ASCII form for old programs."""

import unicodedata
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from committees.models import Exam

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ð": "d", "ŋ": "n", "ŧ": "t", "ł": "l", "þ": "th", "ß": "ss"}
    | {"Æ": "AE", "Ø": "O", "Å": "A", "Đ": "D", "Ð": "D", "Ŋ": "N", "Ŧ": "T", "Ł": "L", "Þ": "TH"}
)
"""Letters of Norwegian, Sámi and neighbouring languages that are not an ASCII letter with a mark."""


def attach(response: HttpResponse, name: str) -> HttpResponse:
    """Return `response` as a download with the file name `name` (RFC 6266)."""
    fallback = to_ascii(name)
    header = content_disposition_header(True, fallback)
    response["Content-Disposition"] = (
        header if fallback == name else f"{header}; filename*=utf-8''{quote(name)}"
    )
    return response


def file_name(*words: object, ending: str) -> str:
    """Return a file name of lower-case `words` with hyphens between them: "æø1001-committee-1.xlsx"."""
    return f"{slugify(' '.join(map(str, words)), allow_unicode=True)}.{ending}"


def practice_words(exam: Exam) -> list[str]:
    """Return the first words of the name of a file about `exam`: "practice" in a sandbox."""
    return [_("practice")] if exam.sandbox_id else []


def to_ascii(text: str) -> str:
    """Return `text` in the nearest ASCII letters, with _ for other characters."""
    letters = unicodedata.normalize("NFKD", text.translate(PLAIN))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare.encode("ascii", "replace").decode().replace("?", "_")
