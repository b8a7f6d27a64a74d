"""Refusals of sign-ins."""

from enum import Enum

from django.utils.translation import gettext_lazy as _


class Reason(Enum):
    """Reason of a refusal, with the HTTP status and the sentence for people."""

    DOWN = 503, _("We couldn’t reach Feide. Try again in a few minutes.")
    CANCELLED = 403, _("You were not signed in, because the sign-in was cancelled at Feide.")
    FAILED = 403, _("Feide did not sign you in. Try again, or contact support.")
    NOT_OURS = (
        409,
        _(
            "This sign-in has already been used, was started in another browser, or took too long. Sign "
            "in again."
        ),
    )
    UNTRUSTED = 403, _("We couldn’t verify the answer from Feide, so you were not signed in. Sign in again.")
    ACR = (
        403,
        _("Two-step sign-in is required, but Feide confirmed only one step. Sign in again, with two steps."),
    )
    GUEST = 403, _("Guests can’t sign in here. Choose your own institution at Feide.")
    REALM = (
        403,
        _(
            "People from your institution can’t sign in here. If you should have access, ask the planner of "
            "your exam, who is named in your invitation, or the exam office of the department."
        ),
    )
    TAKEN = (
        403,
        _("Another Feide account already uses your Feide name here. Contact support."),
    )
    LOCAL = (
        403,
        _(
            "Your Feide name belongs to an account that signs in with a password. Contact support to "
            "open it for Feide."
        ),
    )
    CLOSED = 403, _("Your account here is closed. Contact support.")
    LOCAL_OFF = 403, _("Passwords are not used here. Sign in with Feide.")

    def __init__(self, status: int, sentence: str) -> None:
        self.status, self.sentence = status, sentence


class SignInRefused(Exception):
    """A sign-in that was refused for `reason`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason
