"""Forms of planners about graders and planners."""

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from committees.forms.layout import layout_of
from committees.forms.shown_values import ShownValues
from committees.hidden_text import refuse_hidden
from committees.models import User
from committees.models.people import as_feide_name

feide_name_form = RegexValidator(
    r"^[0-9A-Za-z][0-9A-Za-z._+-]*(@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+)?\Z",
    _("A Feide name looks like name@institution.no."),
)


class EmailField(forms.EmailField):
    """An address, with our spelling of “e-mail” in the error."""

    default_error_messages = {"invalid": _("Enter a valid e-mail address.")}  # as in Django


class InviteForm(forms.Form):
    """A new person to invite as a grader: by Feide name, or without Feide by e-mail."""

    name = forms.CharField(label=_("Name"), max_length=200, validators=[refuse_hidden])
    email = EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("For the invitation, reminders, and sign-in without Feide."),
    )
    feide_name = forms.CharField(
        label=_("Feide name"),
        max_length=100,
        required=False,
        validators=[feide_name_form],
        help_text=_("Leave empty for people without Feide. They sign in with a code sent by e-mail."),
    )
    is_external = forms.BooleanField(label=_("External grader"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "invite-%s", **kwargs})
        if not settings.LOGIN_BY_CODE:
            self.fields["feide_name"].required = True
            self.fields["feide_name"].help_text = ""
        self.helper = layout_of(
            self,
            "name",
            Row(Column("email", css_class="col-sm-6"), Column("feide_name", css_class="col-sm-6")),
            "is_external",
            submit=_("Invite as new person"),
            has_tag=False,
        )

    def clean_feide_name(self) -> str:
        return as_feide_name(self.cleaned_data["feide_name"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned["email"] and not cleaned["feide_name"]:
            self.add_error("email", _("Enter an e-mail address or a Feide name."))
        return cleaned


def name_and_address(text: str) -> tuple[str, str]:
    """
    Return the name and the address of "Gro Vik <gro@example.org>", as mail programs write it, or of the same without
    brackets. Either may be "".
    """
    words = text.split()
    addresses = [word for word in words if "@" in word.strip("@")]
    if len(addresses) != 1:
        return text.strip(), ""
    name = " ".join(word for word in words if word != addresses[0])
    return name.strip(" ,;\"'“”"), addresses[0].removeprefix("mailto:").strip("<>()[],;")


def invitation_from(text: str, sandbox: int | None) -> dict[str, str]:
    """
    Return the initial values of `InviteForm` for what a planner searched for in vain.

    user@realm is a Feide name if the realm is ours or somebody here has it, and otherwise an e-mail address.
    """
    person, address = name_and_address(text)
    if person and address:
        return {"name": person} | invitation_from(address, sandbox)
    text = address or person
    name, separator, realm = text.lower().partition("@")
    if not separator:
        return (
            {"name": text}
            if " " in text or not any(one in name for one in ".0123456789")
            else {"feide_name": text}
        )
    realms = {settings.HOME_REALM, *settings.OIDC_REALMS}
    has_realm = (
        realm in realms or User.objects.filter(sandbox=sandbox, feide_name__endswith=f"@{realm}").exists()
    )
    return {"feide_name" if has_realm else "email": text}


class GraderEmailForm(forms.Form):
    """The missing e-mail address of a grader."""

    email = EmailField(label=_("E-mail"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout_of(self, "email", submit=_("Save"))


class CorrectionForm(ShownValues):
    """Name, e-mail address and Feide name of a person who has not signed in."""

    name = forms.CharField(label=_("Name"), max_length=200, validators=[refuse_hidden])
    email = EmailField(label=_("E-mail"))

    feide_name = forms.CharField(
        label=_("Feide name"),
        max_length=100,
        validators=[feide_name_form],
        help_text=_("If it was mistyped, correct it here. The invitation is sent again."),
    )

    def __init__(self, *args: Any, needs_email: bool, has_feide_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = needs_email
        if not has_feide_name:
            self.fields["feide_name"].required = False
            self.fields["feide_name"].widget = forms.HiddenInput()
            self.fields["feide_name"].disabled = True
        self.helper = layout_of(self, "shown", "name", "email", "feide_name", submit=_("Save"))


class SeatForm(forms.Form):
    """A search for the person to add as a grader. One with exactly this Feide name or address is added at once."""

    feide_name = forms.CharField(
        label=_("Name, e-mail or Feide name"), max_length=100, validators=[refuse_hidden]
    )
    is_external = forms.BooleanField(label=_("External grader"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["feide_name"].help_text = _(
            "If you leave out the @ part of a Feide name, we use @%(realm)s. To invite a new person, write name and e-mail."
        ) % {"realm": settings.HOME_REALM}
        self.helper = layout_of(self, "feide_name", "is_external", submit=_("Add grader"), has_tag=False)


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
