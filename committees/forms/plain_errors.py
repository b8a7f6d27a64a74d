"""Plain sentences about the limits of fields, instead of Django's “Ensure this value …”."""

from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
)
from django.forms import FileField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


def use_plain_sentences() -> None:
    """Set the sentences of Django's validators, for the forms of all packages and of the admin."""
    MaxLengthValidator.message = ngettext_lazy(
        "Write at most %(limit_value)d character. This text has %(show_value)d.",
        "Write at most %(limit_value)d characters. This text has %(show_value)d.",
        "limit_value",
    )
    MinLengthValidator.message = ngettext_lazy(
        "Write at least %(limit_value)d character. This text has %(show_value)d.",
        "Write at least %(limit_value)d characters. This text has %(show_value)d.",
        "limit_value",
    )
    MaxValueValidator.message = _("The number must be at most %(limit_value)s.")
    MinValueValidator.message = _("The number must be at least %(limit_value)s.")
    FileField.default_error_messages["max_length"] = ngettext_lazy(
        "The file’s name can have at most %(max)d character. It has %(length)d.",
        "The file’s name can have at most %(max)d characters. It has %(length)d.",
        "max",
    )
