"""What must hold for signing in; `manage.py check` says what does not."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def somebody_can_sign_in(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Feide needs its three settings together; without Feide and local accounts nobody gets in."""
    given = {
        name: getattr(settings, name) for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    }
    found: list[CheckMessage] = []
    if any(given.values()) and not all(given.values()):
        missing = ", ".join(name for name, value in given.items() if not value)
        told, hint = f"Feide is only half set up: {missing} is missing.", "See docs/guides/sign-in.md."
        found.append(Error(told, hint=hint, id="gradereg.sign_in.E001"))
    if not settings.FEIDE and not settings.LOCAL_ACCOUNTS:
        hint = "Set OIDC_ISSUER, or leave LOCAL_ACCOUNTS on."
        found.append(Error("Nobody can sign in.", hint=hint, id="gradereg.sign_in.E002"))
    return found


@register(Tags.security, deploy=True)
def feide_is_reached_by_tls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Who can change what the issuer says on its way to us can sign in as anybody."""
    if not settings.FEIDE or urlsplit(settings.OIDC_ISSUER).scheme == "https":
        return []
    hint = "Take the https address that the provider gives."
    return [Error("OIDC_ISSUER is not an https address.", hint=hint, id="gradereg.sign_in.E003")]
