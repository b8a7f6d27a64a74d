"""Forms to add candidates by hand, and to split them between committees."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Fieldset, Layout, Row, Submit
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from committees.files.candidate_list.fields import FEIDE_NAME
from committees.files.grade_sheet import UnreadableFile, sentence_of
from committees.files.reading_process import read_list
from committees.hidden_text import refuse_hidden
from committees.models import Committee, Exam

MAX_TEXT = 600_000
"""Characters of a list, with 60 for each of the most candidates of one; Django reads no larger form."""
digits = RegexValidator(r"^[0-9]{1,20}\Z", _("A candidate number has only digits."))
feide_name = RegexValidator(rf"^{FEIDE_NAME.pattern}\Z", _("A Feide name looks like name@institution.no."))
WAYS = (("number", "feide_name", "name"), ("text",), ("first", "last"), ("file",))
"""The fields of each way to add candidates; a form uses one."""


class CandidatesForm(forms.Form):
    """One candidate, a pasted list, a range of numbers, or a workbook. All become the text of a list."""

    committee = forms.ChoiceField(label=_("Committee for candidates without one"), required=False)
    number = forms.CharField(label=_("Candidate number"), required=False, validators=[digits])
    feide_name = forms.CharField(
        label=_("Feide name"), required=False, max_length=100, validators=[feide_name]
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=200, validators=[refuse_hidden])
    text = forms.CharField(
        label=_("List"),
        required=False,
        max_length=MAX_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "mono", "spellcheck": "false"}),
        help_text=_(
            "One candidate per line, or only numbers: number, committee, Feide name, name. Only the number is "
            "required. Paste from Excel or from an e-mail."
        ),
    )
    first = forms.CharField(label=_("First number"), required=False, validators=[digits])
    last = forms.CharField(label=_("Last number"), required=False, validators=[digits])
    file = forms.FileField(
        label=_("Excel workbook (.xlsx)"),
        required=False,
        help_text=_("With the same columns. A header row can name them."),
    )

    def __init__(self, *args: Any, exam: Exam, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].choices = [("", _("No committee yet")), *committee_choices(exam)]  # type: ignore[attr-defined]
        for name in ("number", "first", "last"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "committee",
            Fieldset(_("Paste a list"), "text"),
            Fieldset(
                _("A range of numbers"),
                Row(Column("first", css_class="col-6 col-sm-4"), Column("last", css_class="col-6 col-sm-4")),
            ),
            Fieldset(_("From a workbook"), "file"),
            Fieldset(
                _("One candidate"),
                Row(
                    Column("number", css_class="col-sm-4"),
                    Column("feide_name", css_class="col-sm-4"),
                    Column("name", css_class="col-sm-4"),
                ),
            ),
            Submit("submit", _("Preview"), css_class="btn btn-primary mt-2"),
        )

    def clean_file(self) -> str:
        """Return the list in the workbook."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        try:
            # One byte over the limit is enough for the reader to refuse the file as too large.
            text = read_list(file.read(settings.UPLOAD_LIMIT + 1))
        except UnreadableFile as error:
            raise forms.ValidationError(sentence_of(error)) from error
        if not text.strip():
            raise forms.ValidationError(_("The workbook has no visible rows."))
        if len(text) > MAX_TEXT:
            raise forms.ValidationError(_("The list is too long. Split it and add the parts one by one."))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        used = [way for way in WAYS if any(str(cleaned.get(name, "")).strip() for name in way)]
        if not used:
            raise forms.ValidationError(_("Paste a list, or fill in one of the other parts."))
        if len(used) > 1:
            raise forms.ValidationError(_("Use one part of the form at a time, and leave the others empty."))
        for name in {"number": ("number",), "first": ("first", "last")}.get(used[0][0], ()):
            if not cleaned[name]:
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    @property
    def listed(self) -> str:
        """The text of the list, whichever part of the form was used."""
        data = self.cleaned_data
        if data["first"]:
            return f"{data['first']}–{data['last']}"
        if data["number"]:
            return (
                "\t".join(("Candidate ID", "Feide name", "Name"))
                + "\n"
                + "\t".join(data[name] for name in WAYS[0])
            )
        return str(data["file"] or data["text"])


class SplitForm(forms.Form):
    """The committees between which candidates are split."""

    committees = forms.MultipleChoiceField(label=_("Committees"), widget=forms.CheckboxSelectMultiple)
    everybody = forms.ChoiceField(
        label=_("Candidates"),
        choices=[("", _("Candidates without a committee")), ("on", _("Also candidates of these committees"))],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, exam: Exam, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "split-%s")
        super().__init__(*args, **kwargs)
        choices = committee_choices(exam)
        self.fields["committees"].choices = choices  # type: ignore[attr-defined]
        self.initial = {"committees": [number for number, _label in choices], "everybody": ""}
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "committees",
            "everybody",
            Submit("submit", _("Split evenly"), css_class="btn btn-outline", css_id="split-submit"),
        )
        self.helper.form_tag = False


def committee_choices(exam: Exam) -> list[tuple[str, str]]:
    """Return the committees that are not confirmed, by number. One query."""
    committees = Committee.objects.with_stage().select_related("exam").filter(exam=exam).order_by("number")
    return [(str(one.number), str(one)) for one in committees if not one.is_locked]
