from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from committees.models import User


class LocalBackend(ModelBackend):
    """Accounts with a password of our own. It knows nobody who is in a sandbox, whatever password they have."""

    def user_can_authenticate(self, user: User | None) -> bool:  # type: ignore[override]
        return user is not None and user.sandbox_id is None and super().user_can_authenticate(user)


class FeideBackend(LocalBackend):
    """
    Stands behind the sessions of people for whom Feide vouched: loads them at each request while they are active.

    allauth's own backend is not used, for it takes passwords too, also where local accounts are off.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:  # type: ignore[override]
        """Nobody: a password opens nothing here."""
