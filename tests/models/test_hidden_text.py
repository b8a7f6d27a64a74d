"""Lines of text that people type must not contain invisible characters."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from committees.hidden_text import VisibleText, refuse_hidden
from committees.models import Candidate, Committee, Exam, Reopening, User
from training.models import Message, Trainee, TrainingSession

pytestmark = pytest.mark.db_independent

TYPED: list[type[VisibleText]] = [
    User,
    Exam,
    Committee,
    Candidate,
    Reopening,
    TrainingSession,
    Message,
    Trainee,
]


def test_every_typed_text_field_is_listed() -> None:
    assert {one for one in apps.get_models() if issubclass(one, VisibleText)} == set(TYPED)


@pytest.mark.parametrize("model", TYPED)
@pytest.mark.parametrize(
    "character", ["\n", "\r", "\t", "\0", "\u202e", "\u2069", "\u200b", "\ufeff", "\u2029"]
)
def test_hidden_characters_are_refused(model: type[VisibleText], character: str) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, models.CharField) and field.editable:
            row: Any = model(**{field.name: f"a{character}b"})
            others = {one.name for one in model._meta.get_fields()} - {field.name}
            with pytest.raises(ValidationError) as refused:
                row.clean_fields(exclude=others)
            assert list(refused.value.error_dict) == [field.name]


@pytest.mark.parametrize("text", ["", "Åse Øđegård", "日本語", "a\u00a0b", "e\u0301", "👍"])
def test_visible_characters_are_accepted(text: str) -> None:
    refuse_hidden(text)
    User(name=text).clean_fields(exclude={one.name for one in User._meta.get_fields()} - {"name"})


def test_sentence_names_the_characters() -> None:
    with pytest.raises(ValidationError) as refused:
        refuse_hidden("a\u202eb\n\u202ec")
    assert refused.value.messages == [
        "This contains invisible characters: U+202E RIGHT-TO-LEFT OVERRIDE, U+000A. Delete them, or type the text again."
    ]
