"""Responses for acts that change confirmations or end passwords."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render

from committees.access import Request
from committees.actions.accounts import sentence_of_ended
from committees.actions.effects import NotAgreed, sentences_of
from committees.models import Exam, LogEntry

NOT_REPEATED = {"csrfmiddlewaretoken", "agreement", "back"}


def ask_for_agreement(
    request: Request, asked: NotAgreed, exam: Exam, *, title: str, yes: str, back: str = ""
) -> HttpResponse:
    """Return the page that lists the effects of an act on `exam` and sends its form again with the agreement.

    The status is 409, because nothing was done. Without `back` the page links to the act's own form.
    """
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    context: dict[str, Any] = {
        "exam": exam,
        "title": title,
        "yes": yes,
        "back": back,
        "effects": sentences_of(asked.effects),
        "agreement": asked.agreement,
        "fields": [(name, value) for name, value in fields if name not in NOT_REPEATED],
    }
    return render(request, "planning/effects.html", context, status=409)


def warn_of_ended_passwords(request: Request, since: int) -> None:
    """Add a message about passwords that this person's acts ended after the log entry `since`."""
    entries = LogEntry.objects.filter(pk__gt=since, by=request.user)
    names = {name for entry in entries for name in entry.details.get("ended_passwords", [])}
    if names:
        messages.warning(request, sentence_of_ended(sorted(names)))
