"""Forms of planners, and of a user's settings."""

import unicodedata
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Fieldset, Layout, Row, Submit
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committees.enums import YEARS, ChangeCode, ExamKind, MailFrequency, Term, Theme
from committees.errors import Refusal, Refused
from committees.grade_scales import LETTERS, scale_choices
from committees.hidden_text import refuse_hidden
from committees.models import Exam, FsImport, User
from committees.models.exams import KEY_FIELDS, default_deadline
from committees.shown_values import ShownValues

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y"]
"""Dates as browsers send them, and as people in Norway type them where a browser has no calendar."""
LATEST_MONTH = 3
"""The last month of a year in which an exam of the autumn before may be held."""


def layout_of(form: forms.BaseForm, *layout: Any, submit: Any, has_tag: bool = True) -> FormHelper:
    """Return crispy's layout of `form` with one button. Without `has_tag` the page writes <form> itself."""
    helper = FormHelper()
    button = str(form.auto_id) % "submit" if form.auto_id else "submit"
    helper.layout = Layout(*layout, Submit("submit", submit, css_class="btn btn-primary mt-2", css_id=button))
    helper.form_tag = has_tag
    return helper


class DateInput(forms.DateInput):
    """Date input with the browser's calendar, which requires ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


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
            "FS’s code of the assessment, for example %(example)s. FS shows it with the course."
        ) % {"example": "1H"}
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
                Row(*(Column(field, css_class="col-6 col-md-4") for field in KEY_FIELDS)),
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


class CommitteeForm(forms.Form):
    number = forms.IntegerField(label=_("Committee number"), min_value=1, max_value=2_000_000_000)
    name = forms.CharField(label=_("Name"), max_length=200, required=False, validators=[refuse_hidden])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout_of(
            self,
            Row(Column("number", css_class="col-sm-4"), Column("name", css_class="col-sm-8")),
            submit=_("Add committee"),
            has_tag=False,
        )


class SeatForm(forms.Form):
    """A search for the person to add as a grader. One with exactly this Feide name or address is added at once."""

    feide_name = forms.CharField(
        label=_("Name, e-mail or Feide name"), max_length=100, validators=[refuse_hidden]
    )
    is_external = forms.BooleanField(label=_("External grader"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feide_name"].help_text = _(
            "If you leave out the @ part of a Feide name, we use @%(realm)s. You can invite new people."
        ) % {"realm": settings.HOME_REALM}
        self.helper = layout_of(self, "feide_name", "is_external", submit=_("Add grader"), has_tag=False)


class ReopenForm(forms.Form):
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    code = forms.ChoiceField(
        label=_("Change code for FS"),
        choices=ChangeCode.choices,
        widget=forms.RadioSelect,
        help_text=_("Sent to FS with each grade changed after reopening."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Shown to the graders and kept in the log."),
        validators=[refuse_hidden],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout_of(self, "version", "code", "reason", submit=_("Reopen"))


class OnBehalfForm(forms.Form):
    """A planner's confirmation on behalf of a grader. `version` is that of the grade sheet that the page showed."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_(
            "For example “No answer since 3 December”. All graders of the committee see it, and it is kept in the "
            "grading protocol and the log. Do not write anything about health."
        ),
        validators=[refuse_hidden],
    )
    acknowledged = forms.BooleanField(required=False)
    locks = forms.BooleanField(required=False)


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


class PlannerField(forms.ModelChoiceField[User]):
    def to_python(self, value: Any) -> User | None:
        # A value too long for a key matches nobody.
        return super().to_python(value if len(str(value or "")) < 19 else "0")

    def label_from_instance(self, obj: User) -> str:
        return f"{obj} ({obj.feide_name})" if obj.feide_name else str(obj)


class PlannerForm(forms.Form):
    """A planner, chosen from `people`."""

    person = PlannerField(label=_("Planner"), queryset=User.objects.none(), empty_label=_("Choose a planner"))

    def __init__(self, *args: Any, people: QuerySet[User], submit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = people
        if not people.exists():
            field.help_text = _("There is no one else to choose. Ask support to make a colleague a planner.")
        self.helper = layout_of(self, "person", submit=submit)


class ImportForm(forms.Form):
    """FS's three files, at least one of them."""

    exams = forms.FileField(label=_("Exams"), required=False)
    committees = forms.FileField(label=_("Committees"), required=False)
    candidates = forms.FileField(label=_("Candidates"), required=False)
    scale = forms.ChoiceField(
        label=_("Grade scale for new exams"),
        choices=scale_choices(),
        initial=LETTERS.code,
        help_text=_("The FS file does not include this. Exams already in gradereg keep theirs."),
    )
    kind = forms.ChoiceField(
        label=_("Exam type for new exams"), choices=ExamKind.choices, initial=ExamKind.ORAL
    )

    FILES = ("exams", "committees", "candidates")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout_of(
            self,
            *self.FILES,
            Row(Column("scale", css_class="col-sm-6"), Column("kind", css_class="col-sm-6")),
            submit=_("Preview import"),
        )
        # Sent by htmx without a timeout: the page shows the progress, and slow connections can finish.
        self.helper.attrs = {
            "hx-post": reverse("import"),
            "hx-encoding": "multipart/form-data",
            "hx-target": "#import",
            "hx-select": "#import",
            "hx-swap": "outerHTML show:window:top",
            "hx-disabled-elt": "find [type=submit]",
            "hx-request": '{"timeout": 0}',
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        files = [cleaned[name] for name in self.FILES if cleaned.get(name)]
        if not files and not self.errors:
            raise forms.ValidationError(_("Choose at least one file."))
        for file in files:
            if file.size > settings.UPLOAD_LIMIT:
                raise forms.ValidationError(
                    _("%(name)s is larger than 5 MB. Split it and import the parts one by one.")
                    % {"name": file.name}
                )
        return cleaned

    def build_batch(self, user: User) -> FsImport:
        """Return the files as an unsaved import."""
        files = {name: self.cleaned_data[name].read() for name in self.FILES if self.cleaned_data.get(name)}
        return FsImport(by=user, scale=self.cleaned_data["scale"], kind=self.cleaned_data["kind"], **files)


class SettingsForm(forms.Form):
    """A user's settings. Written by `actions.preferences`."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("Browser default")), *settings.LANGUAGES],
        required=False,
        help_text=_("E-mail is sent in this language too."),
    )
    theme = forms.ChoiceField(
        label=_("Appearance"), choices=Theme.choices, widget=forms.RadioSelect, required=False
    )
    mail_frequency = forms.ChoiceField(
        label=_("E-mail"),
        choices=MailFrequency.choices,
        widget=forms.RadioSelect,
        help_text=_("You always see notices here. We don’t e-mail ones you have already read."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(person, name) for name in self.fields}
        self.helper = layout_of(self, "language", "theme", "mail_frequency", submit=_("Save"))
