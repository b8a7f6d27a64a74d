"""The people, who matter here by their seats."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from committees.enums import MailFrequency, Theme
from committees.hidden_text import VisibleText
from committees.models.sandboxes import Sandbox


def as_feide_name(name: str) -> str:
    """`name` as a Feide name, `user@realm` in lower case; a bare user name gets our own realm."""
    name = name.strip().lower()
    return name if "@" in name or not name else f"{name}@{settings.HOME_REALM}"


class User(VisibleText, AbstractUser):
    """
    A person. What they may do follows from where they are named: a seat on a committee makes a grader, an exam's
    list of planners a planner of that exam, a registration in FS somebody who reads results in Studentweb.

    Who is in a `sandbox` is made up for practice there, and can never sign in.
    """

    first_name = None  # type: ignore[assignment]  # a person has one name here
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=200, blank=True)
    # Null where there is none: many may have none, and no two the same.
    feide_name = models.CharField(  # noqa: DJ001
        _("Feide name"),
        max_length=200,
        null=True,
        blank=True,
        help_text=_("user@realm. An invited person is known by this name alone."),
    )
    is_planner = models.BooleanField(
        _("planner"),
        default=False,
        help_text=_("May set up exams. Sees only the exams that name them as planner."),
    )
    is_trainer = models.BooleanField(_("trainer"), default=False, help_text=_("May hold training sessions."))
    language = models.CharField(
        _("language"), max_length=5, blank=True, default="", choices=settings.LANGUAGES, editable=False
    )
    theme = models.CharField(
        _("appearance"), max_length=5, blank=True, default=Theme.SYSTEM, choices=Theme, editable=False
    )
    mail_frequency = models.CharField(
        _("mail"), max_length=7, default=MailFrequency.AT_ONCE, choices=MailFrequency, editable=False
    )
    has_support_password = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("Support chose the password, or the Feide name of an account with a password."),
    )
    sandbox = models.ForeignKey(
        Sandbox, models.PROTECT, null=True, blank=True, editable=False, related_name="people"
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="feide_name_in_lower_case",
                condition=models.Q(feide_name__isnull=True) | models.Q(feide_name=Lower("feide_name")),
                violation_error_message=_("A Feide name is written in lower case."),
            ),
            models.UniqueConstraint(
                fields=["feide_name"],
                condition=models.Q(sandbox__isnull=True),
                name="one_person_per_feide_name",
                violation_error_message=_("There is a person with this Feide name already."),
            ),
            models.CheckConstraint(
                name="language_known",
                condition=models.Q(language__in=["", *(code for code, _name in settings.LANGUAGES)]),
            ),
            models.CheckConstraint(name="theme_known", condition=models.Q(theme__in=Theme.values)),
            models.CheckConstraint(
                name="mail_frequency_known", condition=models.Q(mail_frequency__in=MailFrequency.values)
            ),
            models.UniqueConstraint(
                fields=["sandbox", "feide_name"],
                condition=models.Q(sandbox__isnull=False),
                name="one_person_per_feide_name_in_a_sandbox",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.feide_name or self.username

    def clean(self) -> None:
        super().clean()
        self.feide_name = as_feide_name(self.feide_name or "") or None

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # No form shows the sandbox, and yet a Feide name is taken or free in it.
        super().validate_constraints(exclude={*(exclude or ())} - {"sandbox"})

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).split(" ", 1)[0]

    @property
    def is_invited(self) -> bool:
        """Somebody who was given a seat by Feide name and has never signed in."""
        return self.last_login is None and not self.has_usable_password()

    @classmethod
    def invited(cls, feide_name: str, *, sandbox: Sandbox | None = None, **extra: Any) -> "User":
        """
        An unsaved person who is known by Feide name alone and can't sign in before Feide vouches for them; in a sandbox
        of practice, ever.
        """
        username = f"practice-{sandbox.pk}-{feide_name}"[:150] if sandbox else feide_name
        person = cls(username=username, feide_name=feide_name, sandbox=sandbox, **extra)
        person.set_unusable_password()
        return person
