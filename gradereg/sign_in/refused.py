"""Why somebody who came back from Feide was not signed in."""

from enum import Enum

from django.utils.translation import gettext_lazy as _


class Reason(Enum):
    """Each with the status of its answer and the sentence that people read."""

    DOWN = 503, _("Feide can't be reached just now. Try again in a little while.")
    CANCELLED = 403, _("You were not signed in, because it was cancelled at Feide.")
    FAILED = 403, _("Feide did not sign you in. Try again, or ask the people who run this register.")
    NOT_OURS = (
        409,
        _(
            "This sign-in has been used already, was begun in another browser, or took too long. Sign in anew."
        ),
    )
    UNTRUSTED = 403, _("What Feide answered could not be trusted, so you were not signed in. Sign in anew.")
    ACR = (
        403,
        _("This register asks for two-step sign-in, and Feide did not do it. Sign in anew, in two steps."),
    )
    GUEST = 403, _("Guests can't sign in here. Choose your own institution at Feide.")
    REALM = (
        403,
        _("People of your institution can't sign in here. Ask your planner if you should have access."),
    )
    TAKEN = (
        403,
        _(
            "Another Feide account signs in under your Feide name here. Ask the people who run this register to release it."
        ),
    )
    LOCAL = (
        403,
        _(
            "Your Feide name belongs to an account with a password of its own. Ask the people who run this register to open "
            "it for Feide."
        ),
    )
    CLOSED = 403, _("Your account here is closed. Ask the people who run this register.")
    LOCAL_OFF = 403, _("Passwords are not used here. Sign in with Feide.")

    def __init__(self, status: int, sentence: str) -> None:
        self.status, self.sentence = status, sentence


class SignInRefused(Exception):
    """Nobody is signed in, for `reason`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason
