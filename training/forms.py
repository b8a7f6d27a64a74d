"""Forms for joining, for training sessions, and for messages."""

from datetime import date, datetime, time, timedelta
from typing import Any

from crispy_forms.bootstrap import FieldWithButtons, StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from committees.enums import YEARS
from committees.forms.layout import DateInput
from committees.forms.shown_values import ShownValues
from committees.hidden_text import refuse_hidden
from committees.models import User
from training.actions import KEPT
from training.catalogue import scenarios, session_scenarios
from training.models import GroupSize, Message, Trainee, TrainingSession
from training.scenarios.loader import file_scenarios
from training.scenarios.schema import Scenario

LONGEST_KEPT = timedelta(days=365)
"""Longest time between the day of a session and the deletion of its data, which include names."""
MODES = [
    (str(False), _("Practice: tasks, help, any number of attempts")),
    (str(True), _("Assessment: points, one attempt")),
]
"""Values of `TrainingSession.is_assessed` as texts, with labels."""


class JoinForm(forms.Form):
    """Join code and name; a signed-in person joins under their own name."""

    code = forms.CharField(label=_("Code"), max_length=12)
    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        validators=[refuse_hidden],
        help_text=_("As it should appear to the trainer and on your certificate."),
    )

    def __init__(self, *args: Any, person: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person is not None:
            del self.fields["name"]

    def clean_code(self) -> str:
        """Return the code without spaces and hyphens, in upper case."""
        return self.code_of(self.cleaned_data["code"])

    @staticmethod
    def code_of(text: str) -> str:
        """Return the code as it is stored."""
        return "".join(text.split()).replace("-", "").upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.person is not None:
            cleaned["name"] = str(self.person)[:80]
        return cleaned


class RenameForm(forms.Form):
    """Another name of a trainee."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        validators=[refuse_hidden],
        help_text=_("The name is also changed in the practice copies and on the certificate."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            FieldWithButtons("name", StrictButton(_("Rename"), type="submit", css_class="btn-outline"))
        )


def _offer(scenario: Scenario) -> str:
    """Return the label of a scenario: title and duration."""
    minutes = ngettext("%(n)s minute", "%(n)s minutes", scenario.minutes) % {"n": scenario.minutes}
    return f"{scenario.title} ({minutes})"


class SessionForm(ShownValues, forms.ModelForm[TrainingSession]):
    """Fields of a training session. `actions` saves it, never `save()`."""

    scenarios = forms.MultipleChoiceField(
        label=_("Scenarios"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one scenario.")},
    )
    expires_on = forms.DateField(
        label=_("Delete data on"),
        required=False,
        widget=DateInput(),
    )

    class Meta:
        model = TrainingSession
        fields = ["title", "date", "language", "scenarios", "is_assessed", "time_limit", "group_size"]
        widgets = {"date": DateInput()}

    def __init__(self, *args: Any, submit: str | Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_scenarios()
        self.fields["expires_on"].help_text = _(
            "Names, practice exams and progress are deleted on this date. If left empty, it is %(days)s "
            "days after the training."
        ) % {"days": KEPT.days}
        self.fields["title"].help_text = _("Trainees see the title when they join.")
        self.fields["language"].widget = forms.RadioSelect(choices=settings.LANGUAGES)
        self.fields["language"].help_text = _(
            "Language of the practice pages and tasks, whatever the trainee’s browser setting."
        )
        self.fields["is_assessed"] = forms.TypedChoiceField(
            label=_("How trainees work"),
            choices=MODES,
            initial=str(False),
            coerce=lambda value: value == str(True),
            widget=forms.RadioSelect,
            required=False,
            help_text=_(
                "In an assessment each trainee gets other candidates and grades, sees no tasks and no “Check”, and has one "
                "attempt. The result is judged with points."
            ),
        )
        self.fields["time_limit"].help_text = _(
            "For assessments: minutes per scenario from “Begin”. Leave it empty for no limit."
        )
        self.fields["group_size"].required = False
        self.fields["group_size"].widget = forms.RadioSelect(choices=GroupSize.choices)
        self.fields["group_size"].help_text = _(
            "With two or three, trainees who begin a scenario for graders share a copy and see each other’s "
            "names. Robots fill the places that are still free."
        )
        if self.instance.pk:
            self.fields["expires_on"].initial = timezone.localdate(self.instance.expires_at)
            self.fields["scenarios"].help_text = _(
                "If you remove a scenario, it closes for trainees who have started it."
            )
        else:
            self.fields["date"].initial = timezone.localdate
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "shown",
            "title",
            Row(Column("date", css_class="col-sm-4"), Column("expires_on", css_class="col-sm-8")),
            "language",
            "scenarios",
            "is_assessed",
            Row(Column("time_limit", css_class="col-sm-4")),
            "group_size",
            Submit("submit", submit, css_class="btn btn-primary mt-2"),
        )

    def _offer_scenarios(self) -> None:
        """Offer all scenarios in order, and by key those of an older session whose file is gone."""
        field: Any = self.fields["scenarios"]
        known = scenarios()
        gone = [key for key in self.instance.scenarios if key not in known]
        kept = session_scenarios(self.instance) if gone else {}
        field.choices = [(key, _offer(scenario)) for key, scenario in known.items()] + [
            (key, _offer(kept[key]) if key in kept else key) for key in gone
        ]
        field.initial = list(file_scenarios())

    def clean_date(self) -> date:
        day: date = self.cleaned_data["date"]
        if day.year not in YEARS:
            raise forms.ValidationError(_("The year must be between 1990 and 2100."))
        return day

    def clean_is_assessed(self) -> bool:
        return bool(self.cleaned_data["is_assessed"])

    def clean_group_size(self) -> int:
        return self.cleaned_data["group_size"] or GroupSize.ONE

    def clean_scenarios(self) -> list[str]:
        """Return the chosen keys in display order."""
        field: Any = self.fields["scenarios"]
        return [key for key, _label in field.choices if key in self.cleaned_data["scenarios"]]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self._check_assessment(cleaned)
        if "date" not in cleaned or "expires_on" not in cleaned:
            return cleaned
        first = max(cleaned["date"], timezone.localdate())
        last = cleaned["expires_on"] or first + KEPT
        if last <= first:
            self.add_error("expires_on", _("Choose a date after the training and after today."))
        elif last > first + LONGEST_KEPT:
            self.add_error("expires_on", _("Data from a training session can be kept for at most one year."))
        else:
            self.instance.expires_at = timezone.make_aware(datetime.combine(last, time.min))
        return cleaned

    def _check_assessment(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("is_assessed"):
            if cleaned.get("time_limit"):
                self.add_error("time_limit", _("Only assessments have a time limit."))
            return
        if cleaned.get("group_size", GroupSize.ONE) > GroupSize.ONE:
            self.add_error("group_size", _("In an assessment everyone has a copy of their own."))
        known = scenarios() | dict(session_scenarios(self.instance))
        chosen = [known[key] for key in cleaned.get("scenarios", []) if key in known]
        unfit = [str(scenario.title) for scenario in chosen if not scenario.assignment]
        if unfit:
            sentence = _("These scenarios can’t be assessed: %(titles)s.")
            self.add_error("scenarios", sentence % {"titles": ", ".join(unfit)})


class ExtraTimeForm(forms.ModelForm[Trainee]):
    """Extra minutes of one trainee in an assessment with a time limit."""

    class Meta:
        model = Trainee
        fields = ["extra_minutes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            FieldWithButtons("extra_minutes", StrictButton(_("Save"), type="submit", css_class="btn-primary"))
        )


class MessageForm(forms.ModelForm[Message]):
    """A message to everybody or to one trainee. Saved by the actions."""

    class Meta:
        model = Message
        fields = ["text"]
        labels = {"text": _("Message to all")}

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].widget.attrs["autocomplete"] = "off"
        self.helper = FormHelper()
        self.helper.form_tag = False
        button = _("Send") if label else _("Send to all")
        self.helper.layout = Layout(
            FieldWithButtons("text", StrictButton(button, type="submit", css_class="btn-primary"))
        )
