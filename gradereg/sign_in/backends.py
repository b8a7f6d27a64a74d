from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from committees.models import User


class LocalBackend(ModelBackend):
    """Local accounts with a password. People of a sandbox can never sign in."""

    def user_can_authenticate(self, user: User | None) -> bool:  # type: ignore[override]
        return user is not None and user.sandbox_id is None and super().user_can_authenticate(user)


class FeideBackend(LocalBackend):
    """
    Backend of sessions that Feide began: loads their users while they are active.

    allauth's own backend also accepts passwords, even where local accounts are off.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:  # type: ignore[override]
        """Return None: no credentials are accepted here."""


class CodeBackend(FeideBackend):
    """Backend of sessions that began with a mailed code."""
