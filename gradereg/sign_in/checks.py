"""System checks of the sign-in settings."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def somebody_can_sign_in(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    values = {
        name: getattr(settings, name) for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    }
    messages: list[CheckMessage] = []
    if any(values.values()) and not all(values.values()):
        missing = ", ".join(name for name, value in values.items() if not value)
        message, hint = f"Feide is not fully configured: {missing} is missing.", "See docs/guides/sign-in.md."
        messages.append(Error(message, hint=hint, id="gradereg.sign_in.E001"))
    if not (settings.FEIDE or settings.LOCAL_ACCOUNTS or settings.LOGIN_BY_CODE):
        hint = "Set OIDC_ISSUER, or leave LOCAL_ACCOUNTS or LOGIN_BY_CODE on."
        messages.append(Error("Nobody can sign in.", hint=hint, id="gradereg.sign_in.E002"))
    return messages


@register(Tags.security, deploy=True)
def feide_is_reached_by_tls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # With changed answers of the issuer, an attacker could sign in as anybody.
    if not settings.FEIDE or urlsplit(settings.OIDC_ISSUER).scheme == "https":
        return []
    hint = "Use the provider’s https address."
    return [Error("OIDC_ISSUER is not an https address.", hint=hint, id="gradereg.sign_in.E003")]
