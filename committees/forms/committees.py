"""Forms of planners about a committee and its confirmations."""

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from committees.enums import ChangeCode
from committees.forms.layout import layout_of
from committees.hidden_text import refuse_hidden


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
