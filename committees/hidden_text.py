"""Refusal of characters in text fields that are invisible or reorder others."""

import unicodedata
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

NAMED_AT_MOST = 5


def refuse_hidden(text: str) -> None:
    """Raise ValidationError for control and format characters, such as line breaks and bidi overrides."""
    hidden = [each for each in text if unicodedata.category(each)[0] == "C" or each in "\u2028\u2029"]
    if hidden:
        distinct = list(dict.fromkeys(hidden))
        named = [
            f"U+{ord(each):04X} {unicodedata.name(each, '')}".rstrip() for each in distinct[:NAMED_AT_MOST]
        ]
        raise ValidationError(
            _("This contains invisible characters: %(characters)s. Delete them, or type the text again."),
            params={"characters": ", ".join([*named, "…"] if len(distinct) > NAMED_AT_MOST else named)},
        )


class VisibleText(models.Model):
    """Model whose forms, including the admin's, refuse hidden characters in every CharField."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        errors: dict[str, list[ValidationError]] = {}
        try:
            super().clean_fields(exclude=exclude)
        except ValidationError as error:
            errors = error.error_dict
        for field in self._meta.get_fields():
            if isinstance(field, models.CharField) and field.name not in {*(exclude or ()), *errors}:
                try:
                    refuse_hidden(getattr(self, field.name) or "")
                except ValidationError as error:
                    errors[field.name] = [error]
        if errors:
            raise ValidationError(errors)
