from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from committees.enums import EmailSource, MailFrequency, Theme
from committees.hidden_text import VisibleText
from committees.models.sandboxes import Sandbox

institution_numbers = RegexValidator(
    r"^[0-9]+( [0-9]+)*\Z", _("Enter FS’s institution numbers separated by spaces, for example 194 185.")
)


def as_feide_name(name: str) -> str:
    """Return `name` as a Feide name, `user@realm` in lower case; a bare user name gets our own realm."""
    name = name.strip().lower()
    return name if "@" in name or not name else f"{name}@{settings.HOME_REALM}"


class User(VisibleText, AbstractUser):
    """
    A person. Rights follow from references: graders have a seat on a committee, planners are in an exam's `planners`,
    users of Studentweb are registered in FS.

    People in a `sandbox` are made up for practice and can never sign in.
    """

    first_name = None  # type: ignore[assignment]  # a person has one name here
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=200, blank=True)
    # NULL instead of "" if there is none, because Feide names are unique.
    feide_name = models.CharField(  # noqa: DJ001
        _("Feide name"),
        max_length=200,
        null=True,
        blank=True,
        help_text=_("user@realm. Invited people are identified by this name."),
    )
    is_planner = models.BooleanField(
        _("planner"),
        default=False,
        help_text=_("Can create exams, but see only those they plan."),
    )
    institutions = models.CharField(
        _("institutions"),
        max_length=100,
        blank=True,
        validators=[institution_numbers],
        help_text=_(
            "FS’s numbers of the institutions whose exams this planner may import, separated by "
            "spaces. If empty, only the institution of this site."
        ),
    )
    is_trainer = models.BooleanField(_("trainer"), default=False, help_text=_("Can run training sessions."))
    language = models.CharField(
        _("language"), max_length=5, blank=True, default="", choices=settings.LANGUAGES, editable=False
    )
    last_language = models.CharField(max_length=5, blank=True, default="", editable=False)
    """The language of the pages that the person used last, for mail if `language` is empty."""
    theme = models.CharField(
        _("appearance"), max_length=5, blank=True, default=Theme.SYSTEM, choices=Theme, editable=False
    )
    mail_frequency = models.CharField(
        _("e-mail"), max_length=7, default=MailFrequency.AT_ONCE, choices=MailFrequency, editable=False
    )
    email_source = models.CharField(max_length=7, blank=True, default="", choices=EmailSource, editable=False)
    signs_in_by_code = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("Has no Feide, and signs in with a code sent to the e-mail address."),
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
                violation_error_message=_("A Feide name must be in lower case."),
            ),
            models.UniqueConstraint(
                fields=["feide_name"],
                condition=models.Q(sandbox__isnull=True),
                name="one_person_per_feide_name",
                violation_error_message=_("A person with this Feide name already exists."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(sandbox__isnull=True, signs_in_by_code=True),
                name="one_person_per_code_address",
                violation_error_message=_("Another person already signs in with codes sent to this address."),
            ),
            models.CheckConstraint(
                name="codes_need_an_address",
                condition=models.Q(signs_in_by_code=False) | ~models.Q(email=""),
                violation_error_message=_("This person signs in with codes sent to the e-mail address."),
            ),
            models.CheckConstraint(
                name="email_source_known", condition=models.Q(email_source__in=["", *EmailSource.values])
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

    @classmethod
    def known_as(cls, text: str, sandbox: int | None) -> models.QuerySet["User"]:
        """Return the people with this Feide name (also without its realm) or this e-mail address."""
        text = text.strip()
        named = models.Q(feide_name=as_feide_name(text)) | models.Q(email__iexact=text)
        people = cls._default_manager.filter(sandbox=sandbox)
        return people.filter(named).order_by("name", "pk") if text else people.none()

    def __str__(self) -> str:
        return self.name or self.feide_name or self.username

    def clean(self) -> None:
        super().clean()
        self.feide_name = as_feide_name(self.feide_name or "") or None

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # Forms exclude the sandbox, but Feide names are unique within it.
        super().validate_constraints(exclude={*(exclude or ())} - {"sandbox"})

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).split(" ", 1)[0]

    @property
    def own_institutions(self) -> list[str]:
        """FS's numbers of the institutions whose exams this planner may import."""
        return self.institutions.split() or [settings.INSTITUTION]

    @property
    def has_role(self) -> bool:
        """Whether the person has rights beyond their own seats and exams."""
        return self.is_planner or self.is_trainer or self.is_staff or self.is_superuser

    @property
    def is_invited(self) -> bool:
        """Whether the person was added by a planner or an import, and has never signed in."""
        return self.last_login is None and not self.has_usable_password()

    @classmethod
    def invited(cls, feide_name: str, *, sandbox: Sandbox | None = None, **extra: Any) -> "User":
        """
        Return an unsaved person with only a Feide name, who can't sign in except by Feide; in a sandbox, not at all.
        """
        username = f"practice-{sandbox.pk}-{feide_name}"[:150] if sandbox else feide_name
        person = cls(username=username, feide_name=feide_name, sandbox=sandbox, **extra)
        person.set_unusable_password()
        return person

    @classmethod
    def invited_by_mail(cls, email: str, *, sandbox: Sandbox | None = None, **extra: Any) -> "User":
        """Return an unsaved person without Feide, who signs in with codes sent to `email`; in a sandbox, not at all."""
        username = f"{f'practice-{sandbox.pk}' if sandbox else 'mail'}-{get_random_string(20)}"
        person = cls(username=username, email=email, sandbox=sandbox, signs_in_by_code=True, **extra)
        person.set_unusable_password()
        return person
