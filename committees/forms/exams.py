"""Forms to create, edit and cancel an exam."""

import unicodedata
from datetime import date
from typing import Any

from crispy_forms.layout import HTML, Column, Fieldset, Row
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from committees.enums import YEARS, Term
from committees.errors import Refusal, Refused
from committees.forms.layout import DateInput, layout_of
from committees.forms.shown_values import ShownValues
from committees.hidden_text import refuse_hidden
from committees.models import Exam, User
from committees.models.exams import KEY_FIELDS, default_deadline

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y"]
"""Dates as browsers send them, and as people in Norway type them where a browser has no calendar."""

LATEST_MONTH = 3
"""The last month of a year in which an exam of the autumn before may be held."""


class PlannersField(forms.ModelMultipleChoiceField[User]):
    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        # Values too long for a key match nobody.
        return super().clean([pk for pk in value or [] if len(str(pk)) < 19])


CHECKS = (
    "is_anonymous",
    "planners_see_grades",
    "early_confirmation",
    "on_behalf",
    "transfer_by_committee",
)
"""The yes-or-no settings of an exam."""


class CodeField(forms.CharField):
    """A text in which å is one character, as in FS: a Mac may send two."""

    def to_python(self, value: Any) -> str:
        return unicodedata.normalize("NFC", super().to_python(value) or "")


class ExamForm(ShownValues, forms.ModelForm[Exam]):
    """An exam. Written by `actions.planning`, never by `save()`."""

    planners = PlannersField(
        label=_("Planners"),
        queryset=User.objects.none(),
        help_text=_("Planners can see the exam, reopen its committees and transfer its grades."),
    )

    class Meta:
        model = Exam
        # In the order of the page, which is also that of its error summary.
        fields = [
            "name",
            "date",
            "place",
            "kind",
            *KEY_FIELDS,
            "scale",
            "rule",
            "spot_check",
            "deadline",
            *CHECKS,
        ]
        widgets = {"date": DateInput(), "deadline": DateInput()}
        field_classes = {"emnekode": CodeField}

    def __init__(self, *args: Any, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        planners: Any = self.fields["planners"]
        same_sandbox = User.objects.filter(sandbox=self.instance.sandbox_id)
        planners.queryset = same_sandbox.filter(is_planner=True, is_active=True).order_by("name")
        self.fields["vurdtidkode"] = forms.ChoiceField(
            label=self.fields["vurdtidkode"].label, choices=_terms(self.instance.sandbox_id)
        )
        for name in ("date", "deadline"):
            self.fields[name].input_formats = DATE_FORMATS  # type: ignore[attr-defined]
        self.fields["vurdkombkode"].help_text = _(
            "FS’s code for the assessment, for example %(example)s. FS shows it with the course."
        ) % {"example": "V1"}
        self.fields["deadline"].required = False
        self.fields["deadline"].help_text = _(
            "If left empty, the deadline is %(days)s working days after the exam."
        ) % {"days": settings.GRADING_WORKING_DAYS}
        # An omitted value keeps the current one.
        self.fields["spot_check"].required = False
        for name in ("scale", "rule", "kind", "spot_check"):
            self.fields[name].widget = forms.RadioSelect(choices=self.fields[name].choices)  # type: ignore[attr-defined]
        self.helper = layout_of(
            self,
            "shown",
            Fieldset(
                _("Exam details"),
                "name",
                Row(Column("date", css_class="col-sm-4"), Column("place", css_class="col-sm-8")),
                "kind",
            ),
            Fieldset(
                _("FS key"),
                HTML(
                    "<p class='text-secondary'>{}</p>".format(
                        _("Must match FS exactly. Grades are transferred under this key.")
                    )
                ),
                Row(*(Column(field, css_class="col-6 col-md-4") for field in KEY_FIELDS[:3])),
                Row(
                    Column(KEY_FIELDS[3], css_class="col-md-6"),
                    *(Column(field, css_class="col-6 col-md-3") for field in KEY_FIELDS[4:]),
                ),
            ),
            Fieldset(
                _("Grading"),
                "scale",
                "rule",
                "spot_check",
                Row(Column("deadline", css_class="col-sm-4")),
                *CHECKS,
            ),
            Fieldset(_("People"), "planners"),
            submit=submit,
        )

    def clean_date(self) -> date:
        day: date = self.cleaned_data["date"]
        if day.year not in YEARS:
            raise forms.ValidationError(_("The year must be between 1990 and 2100."))
        return day

    def clean_emnekode(self) -> str:
        code: str = self.cleaned_data["emnekode"]
        # FS's own spelling is kept as it is.
        return code if self.instance.pk and code == self.initial["emnekode"] else code.upper()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        held, deadline = cleaned.get("date"), cleaned.get("deadline")
        if held and not deadline and "deadline" not in self.errors:
            cleaned["deadline"] = default_deadline(held)
        elif held and deadline and deadline < held:
            self.add_error("deadline", _("The grading deadline can’t be before the exam."))
        if held and {"date", "arstall", "vurdtidkode"} & set(self.changed_data):
            self._check_year(held)
        self._check_key()
        return cleaned

    def _check_year(self, held: date) -> None:
        """Refuse a year in which the exam is not held. An autumn's exam may be held in the next year's first months."""
        year, term = self.cleaned_data.get("arstall"), self.cleaned_data.get("vurdtidkode")
        is_late = term != Term.SPRING and held.month <= LATEST_MONTH and held.year - 1 == year
        if year in YEARS and held.year != year and not is_late:
            sentence = _("The exam is held in %(held)s, so the year can’t be %(year)s. Correct one of them.")
            self.add_error("arstall", sentence % {"held": held.year, "year": year})

    def _check_key(self) -> None:
        if any(field not in self.cleaned_data for field in KEY_FIELDS):
            return
        key = tuple(str(self.cleaned_data[field]) for field in KEY_FIELDS)
        if other := Exam.objects.by_key(key, self.instance.sandbox_id).exclude(pk=self.instance.pk).first():
            self.add_error("emnekode", Refused(Refusal.FS_KEY_TAKEN, exam=other).sentence)


def _terms(sandbox: int | None) -> list[tuple[str, Any]]:
    """Return the terms, and the others that exams from FS have."""
    others = Exam.objects.filter(sandbox=sandbox).exclude(vurdtidkode__in=Term.values).order_by("vurdtidkode")
    return [
        *Term.choices,
        *((term, term) for term in others.values_list("vurdtidkode", flat=True).distinct()),
    ]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Sent to the graders by e-mail and kept in the log. Do not name any candidates."),
        validators=[refuse_hidden],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout_of(self, "reason", submit=_("Cancel the exam"))
