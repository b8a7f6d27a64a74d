"""Forms of an import from FS: its files, and the settings of new exams that the files do not include."""

from datetime import datetime
from typing import Any, cast

from crispy_forms.layout import Column, Row
from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committees.actions.import_choices import ExamChoice
from committees.actions.import_plan import ImportPlan
from committees.enums import ExamKind
from committees.forms.layout import layout_of
from committees.grade_scales import LETTERS, scale_choices
from committees.hidden_text import refuse_hidden
from committees.models import Exam, FsImport, User

MOST = 150
"""New exams with a form of their own, because a request can have 1,000 fields. Later ones can be edited afterwards."""


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


class ExamChoiceForm(forms.Form):
    """Settings of one new exam, with this FS `key` as text."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=100)
    name = forms.CharField(label=_("Name"), max_length=200, validators=[refuse_hidden])
    kind = forms.ChoiceField(label=_("Exam type"), choices=ExamKind.choices)
    scale = forms.ChoiceField(label=_("Grade scale"), choices=scale_choices())
    is_anonymous = forms.BooleanField(label=_("anonymous"), required=False)

    exam: Exam | None = None
    moment: datetime | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "kind", "scale"):
            css = "form-control" if name == "name" else "form-select"
            self.fields[name].widget.attrs["class"] = css
        self.fields["is_anonymous"].widget.attrs["class"] = "form-check-input"


class ExamChoices(forms.BaseFormSet[ExamChoiceForm]):
    """The forms of the new exams, in the order of their FS keys."""

    @classmethod
    def get_default_prefix(cls) -> str:
        return "exams"

    @property
    def choices(self) -> dict[str, ExamChoice]:
        """The valid choices by FS key as text."""
        rows = [dict(form.cleaned_data) for form in self.forms if form.cleaned_data]
        return {row.pop("key"): ExamChoice(**row) for row in rows}


ExamChoiceFormSet = cast(
    type[ExamChoices],
    forms.formset_factory(ExamChoiceForm, formset=ExamChoices, extra=0, max_num=MOST, absolute_max=MOST),
)


def choice_forms(plan: ImportPlan) -> ExamChoices:
    """Return the forms of the plan's new exams, filled in with the plan's settings."""
    exams = [exam for _key, exam in sorted(plan.new_exams.items())][:MOST]
    names = ("name", "kind", "scale", "is_anonymous")
    initial = [{"key": ";".join(exam.key)} | {name: getattr(exam, name) for name in names} for exam in exams]
    return ExamChoiceFormSet(initial=initial)


def with_exams(forms_of_exams: ExamChoices, plan: ImportPlan) -> ExamChoices:
    """Give each form the exam that it is about, for its heading."""
    by_key = {";".join(key): (exam, plan.moments.get(key)) for key, exam in plan.new_exams.items()}
    for form in forms_of_exams:
        form.exam, form.moment = by_key.get(str(form["key"].value()), (None, None))
    return forms_of_exams
