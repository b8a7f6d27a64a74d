"""The page that names what is deleted."""

from collections.abc import Collection
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from committees.access import Request
from committees.models import Candidate, Exam


def ask_to_delete(
    request: Request,
    exam: Exam,
    title: str,
    lines: list[str],
    newest: int,
    *,
    back: str,
    chosen: Collection[Candidate] = (),
    problem: str = "",
) -> HttpResponse:
    """Return the page that names what is deleted; 409 with a problem."""
    context: dict[str, Any] = {"exam": exam, "title": title, "lines": lines, "newest": newest, "back": back}
    context |= {"chosen": chosen, "problem": problem}
    return render(request, "planning/delete.html", context, status=409 if problem else 200)
