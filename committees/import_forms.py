"""Form in the preview of an import: what FS's files do not include about new exams."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.actions.import_choices import ExamChoice
from committees.actions.import_plan import ImportPlan
from committees.enums import ExamKind
from committees.grade_scales import scale_choices
from committees.hidden_text import refuse_hidden
from committees.models import Exam

MOST = 150
"""New exams with a form of their own, because a request can have 1,000 fields. Later ones can be edited afterwards."""


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
