"""Forms that contain the values they showed, so that an act can detect changes by others."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class Change(Protocol):
    """A field that was changed while the form was open. `by` is None if unknown."""

    @property
    def field(self) -> str: ...
    @property
    def old(self) -> str: ...
    @property
    def new(self) -> str: ...
    @property
    def by(self) -> object: ...


class ShownValues(forms.Form):
    """Mixin for forms that edit a row. The hidden field `shown` has the row's values as texts, by field."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def show(self, texts: Mapping[str, str]) -> None:
        """Set the values that the unbound form shows."""
        self.initial["shown"] = json.dumps(texts)

    def clean_shown(self) -> dict[str, str]:
        """Return the values that the form showed, {} if they can't be read."""
        try:
            texts = json.loads(self.cleaned_data["shown"] or "{}")
        except ValueError:
            return {}
        return {str(key): str(text) for key, text in texts.items()} if isinstance(texts, dict) else {}

    def merged(self, typed: Mapping[str, str], now: Mapping[str, str]) -> QueryDict:
        """Return data for the form after others changed the row to `now`: the input where it differs from the
        shown value, and the current value elsewhere."""
        shown, data = self.cleaned_data["shown"], QueryDict(mutable=True)
        sent: Any = self.data
        data.update(sent)
        for name, text in now.items():
            if name in self.fields and shown.get(name) == typed.get(name):
                data.setlist(name, text.split(",") if _is_multiple(self.fields[name]) else [text])
        data["shown"] = json.dumps(now)
        return data

    def described(self, changes: Iterable[Change]) -> list[dict[str, Any]]:
        """Return each change in words: `label`, `old`, `new`, `by`."""
        return [
            {
                "label": self.fields[change.field].label if change.field in self.fields else change.field,
                "old": self._in_words(change.field, change.old),
                "new": self._in_words(change.field, change.new),
                "by": change.by,
            }
            for change in changes
        ]

    def _in_words(self, name: str, text: str) -> str:
        field = self.fields.get(name)
        if not text or field is None:
            return text or "–"
        if isinstance(field, forms.BooleanField):
            return _("yes") if text == "True" else _("no")
        if isinstance(field, forms.DateField):
            day = parse_date(text)
            return date_format(day) if day else text
        if isinstance(field, forms.ModelMultipleChoiceField):
            model = field.queryset.model  # type: ignore[union-attr]
            people = model._default_manager.filter(pk__in=[pk for pk in text.split(",") if pk.isdigit()])
            return ", ".join(sorted(map(str, people)))
        labels = {str(value): str(label) for value, label in getattr(field, "choices", ())}
        parts = text.split(",") if _is_multiple(field) else [text]
        return ", ".join(labels.get(part, part) for part in parts)


def _is_multiple(field: forms.Field) -> bool:
    return isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
