"""Forms of authors: key and title of a new scenario, an imported file, and the TOML text."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from committees.forms.layout import layout_of
from committees.hidden_text import refuse_hidden
from training.authoring import is_key_taken
from training.scenario_models import KEY_LENGTH
from training.scenarios.limits import LONGEST, MOST_BYTES
from training.scenarios.loader import parse

TAKEN = _("There is already a scenario with this key. Choose another key.")


class KeyForm(forms.Form):
    """The key of a scenario: a short name, the same in every language."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=KEY_LENGTH,
        help_text=_(
            "A short name for addresses and the file, such as three-dancers. It can’t be changed later."
        ),
    )

    def __init__(self, *args: Any, submit: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout_of(self, *self.fields, submit=submit)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if is_key_taken(key):
            raise forms.ValidationError(TAKEN)
        return key


class NewForm(KeyForm):
    """Title and key of a new scenario. Without a key it is made from the title."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST["title"], validators=[refuse_hidden])
    field_order = ["title", "key"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        self.fields["key"].help_text = _(
            "A short name for addresses and the file. It can’t be changed later. If left empty, it is "
            "created from the title."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "key" in cleaned and "title" in cleaned and not cleaned["key"]:
            cleaned["key"] = free_key(slugify(cleaned["title"]) or "scenario")
        return cleaned


class ImportForm(KeyForm):
    """A TOML file. Without a key the file's name is taken."""

    file = forms.FileField(label=_("File (.toml)"), allow_empty_file=True)
    field_order = ["file", "key"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        self.fields["key"].help_text = _("If left empty, the file name is used.")

    def clean_file(self) -> str:
        """Return the text of the file."""
        content: bytes = self.cleaned_data["file"].read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("This file is not UTF-8 text. Export it again, or save it as UTF-8.")
            ) from None
        wrong = parse(text)[1]
        if wrong:
            raise forms.ValidationError(
                _("The file can’t be imported: it %(problem)s."), params={"problem": wrong[0]}
            )
        self.stem = self.cleaned_data["file"].name.rsplit(".", 1)[0]
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "file" in cleaned and "key" in cleaned and not cleaned["key"]:
            cleaned["key"] = free_key(slugify(self.stem) or "scenario")
        return cleaned


class TextForm(forms.Form):
    """The TOML text of a scenario, with the version that it was when the form was shown."""

    source = forms.CharField(
        label=_("TOML text"),
        strip=False,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 28, "class": "mono scenario-source", "spellcheck": "false", "wrap": "off"}
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = layout_of(self, "version", "source", submit=_("Save"))

    def clean_source(self) -> str:
        """Return the text with the line breaks of files."""
        text = "\n".join(self.cleaned_data["source"].splitlines()) + "\n"
        if len(text.encode()) > MOST_BYTES:
            raise forms.ValidationError(
                _("The text is larger than %(most)s kB."), params={"most": MOST_BYTES // 1024}
            )
        return text


def free_key(wanted: str) -> str:
    """Return this key, or with a number behind it if it is taken."""
    stem, number, key = wanted[: KEY_LENGTH - 4].strip("-"), 1, wanted[:KEY_LENGTH]
    while is_key_taken(key):
        number += 1
        key = f"{stem}-{number}"
    return key
