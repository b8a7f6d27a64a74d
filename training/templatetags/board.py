"""Rendering of the rows of the trainer's board."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from training.board import Row

register = template.Library()

ROWS_KEPT = 2_000
"""Number of rendered rows to cache: a few lecture halls. Few of 300 rows change between two polls."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """Context of a rendered row. `practice` is the start of the addresses of sandbox pages."""

    is_close: bool
    is_over: bool
    practice: str
    moment_format: str
    session_pk: int
    language: str


@register.simple_tag(takes_context=True)
def board_row(context: dict[str, Any], row: Row) -> SafeString:
    """Render the row of one trainee."""
    row_context = RowContext(
        is_close=context["board"].chosen is not None,
        is_over=context["session"].is_over,
        practice=context["practice"],
        moment_format=context["moment_format"],
        session_pk=context["session"].pk,
        language=get_language() or "",
    )
    return _drawn(row, row_context)


@lru_cache(maxsize=ROWS_KEPT)
def _drawn(row: Row, row_context: RowContext) -> SafeString:
    return render_to_string("training/_board_row.html", {"row": row, **asdict(row_context)})
