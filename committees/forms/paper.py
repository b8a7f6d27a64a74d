"""What a grader types from paper before confirming: control totals, and the grades of the spot check."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from committees.grade_scales import grade_label

NONE = "none"
"""The form's name for no grade, because an empty field was not filled in."""


class PaperForm(forms.Form):
    """Optional fields: a number for each of `grades`, and a grade for each candidate number of the spot check."""

    def __init__(self, data: Any = None, *, grades: Sequence[str], numbers: Sequence[str]) -> None:
        super().__init__(data, auto_id="paper-%s")
        self.grades, self.numbers = (*grades, ""), numbers
        for grade in self.grades:
            self.fields[f"total_{grade or NONE}"] = forms.IntegerField(
                label=grade_label(grade) or _("Without a grade"),
                required=False,
                min_value=0,
                max_value=99_999,
                widget=forms.TextInput(
                    attrs={"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}
                ),
                error_messages={"invalid": _("Enter a whole number.")},
            )
        choices = [
            ("", pgettext_lazy("spot check", "Choose")),
            *((grade, grade_label(grade)) for grade in grades),
            (NONE, _("no grade")),
        ]
        for number in numbers:
            self.fields[f"spot_{number}"] = forms.ChoiceField(
                label=number,
                choices=choices,
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        if numbers:
            label = _("We read these grades aloud, and they are right.")
            self.fields["spot_read"] = forms.BooleanField(label=label, required=False)

    @property
    def total_fields(self) -> list[forms.BoundField]:
        return [self[f"total_{grade or NONE}"] for grade in self.grades]

    @property
    def spot_fields(self) -> list[forms.BoundField]:
        return [self[f"spot_{number}"] for number in self.numbers]

    @property
    def totals(self) -> dict[str, int]:
        """The typed numbers by grade, "" for no grade. Needs a validated form, like the other two."""
        typed = {grade: self._cleaned(f"total_{grade or NONE}") for grade in self.grades}
        return {grade: number for grade, number in typed.items() if number is not None}

    @property
    def notes(self) -> dict[str, str]:
        """The typed grades by candidate number, "" for no grade."""
        typed = {number: self._cleaned(f"spot_{number}") for number in self.numbers}
        return {number: "" if grade == NONE else grade for number, grade in typed.items() if grade}

    @property
    def was_read(self) -> bool:
        return bool(self._cleaned("spot_read"))

    def _cleaned(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name)
