"""Form of a user's settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from committees.enums import MailFrequency, Theme
from committees.forms.layout import layout_of
from committees.models import User


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
