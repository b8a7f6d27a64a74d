"""What must hold before the site may be deployed; run by `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def secret_key_is_given(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A key that dies with the process signs everybody out at each restart, and each worker has another one."""
    if settings.SECRET_KEY_GIVEN:
        return []
    return [
        Error("SECRET_KEY is not set.", hint="Set it to a long random text and keep it.", id="gradereg.E001")
    ]
