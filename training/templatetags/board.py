"""How the trainer's board is drawn."""

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
"""A few lecture halls. Of three hundred rows, those of a handful change between two looks at the board."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """What else than the row itself tells how it looks. `practice` is where the addresses of practice pages begin."""

    is_close: bool
    is_over: bool
    practice: str
    moment_format: str
    language: str


@register.simple_tag(takes_context=True)
def board_row(context: dict[str, Any], row: Row) -> SafeString:
    """One trainee's row."""
    row_context = RowContext(
        is_close=context["board"].chosen is not None,
        is_over=context["session"].is_over,
        practice=context["practice"],
        moment_format=context["moment_format"],
        language=get_language() or "",
    )
    return _drawn(row, row_context)


@lru_cache(maxsize=ROWS_KEPT)
def _drawn(row: Row, row_context: RowContext) -> SafeString:
    return render_to_string("training/_board_row.html", {"row": row, **asdict(row_context)})
