"""
What must hold before the site may be trusted with grades. `manage.py check --deploy` tells it, and a production run that
does not meet it does not start: see wsgi.py.
"""

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.checks.security.base import (
    SECRET_KEY_INSECURE_PREFIX,
    SECRET_KEY_MIN_LENGTH,
    SECRET_KEY_MIN_UNIQUE_CHARACTERS,
)
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

SQLITE_VERSION = (3, 33)


@register(Tags.security, deploy=True)
def secret_key_is_given(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A key that dies with the process signs everybody out at each restart, and each worker has another one."""
    if settings.SECRET_KEY_GIVEN:
        return []
    return [
        Error("SECRET_KEY is not set.", hint="Set it to a long random text and keep it.", id="gradereg.E001")
    ]


@register(Tags.security, deploy=True)
def secret_key_is_strong(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Who guesses the key signs sessions, and lists of candidates, of their own."""
    key = settings.SECRET_KEY
    is_long = len(key) >= SECRET_KEY_MIN_LENGTH and len(set(key)) >= SECRET_KEY_MIN_UNIQUE_CHARACTERS
    if is_long and not key.startswith(SECRET_KEY_INSECURE_PREFIX):
        return []
    hint = f"Use at least {SECRET_KEY_MIN_LENGTH} random characters."
    return [Error("SECRET_KEY can be guessed.", hint=hint, id="gradereg.E002")]


@register(Tags.security, deploy=True)
def debug_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Its error pages show what is in the memory: names and grades."""
    if not settings.DEBUG:
        return []
    return [Error("DEBUG is on.", hint="Leave DEBUG out of the environment.", id="gradereg.E003")]


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """With any name allowed, a forged Host header stands in the links of our mails."""
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Name the hosts under which people reach the site."
    return [Error("ALLOWED_HOSTS allows any host.", hint=hint, id="gradereg.E004")]


@register(Tags.security, deploy=True)
def database_serves_every_machine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A SQLite file is on one machine; a second one would have grades of its own. So it is used only where told."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3" or settings.SERVERS == 1:
        return []
    hint = "Set DATABASE_URL to PostgreSQL; or SERVERS=1 if there is, and stays, one machine only."
    return [Error("SQLite can't serve several machines.", hint=hint, id="gradereg.E005")]


@register(Tags.security, deploy=True)
def others_reach_it_by_tls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Without it grades and cookies go readable through the network."""
    if settings.HTTPS or not settings.HOSTS_ELSEWHERE:
        return []
    hint = "Put a proxy that speaks TLS before it, and set HTTPS=1."
    return [Error("The site is reached without TLS.", hint=hint, id="gradereg.E006")]


@register(Tags.security)
def backends_exist(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A misspelt class would only be noticed by the first transfer, or the first mail."""
    found: list[CheckMessage] = []
    for name in ("FS_BACKEND", "EMAIL_BACKEND"):
        value = getattr(settings, name)
        try:
            import_string(value)
        except ImportError:
            hint = "Use the dotted name of a class that can be imported."
            found.append(Error(f"{name}={value} can't be imported.", hint=hint, id="gradereg.E008"))
    return found


@register(Tags.compatibility)
def sqlite_is_new_enough(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Grades are written by an UPDATE with a FROM, which SQLite has since 2020. Django itself asks for an older one."""
    is_used = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    if not is_used or sqlite3.sqlite_version_info >= SQLITE_VERSION:
        return []
    hint = "Use a Python with a newer SQLite, or set DATABASE_URL to PostgreSQL."
    return [Error(f"SQLite {sqlite3.sqlite_version} is too old.", hint=hint, id="gradereg.E007")]


def refuse_unsafe_run() -> None:
    """Raise ImproperlyConfigured, with what to do, where this is a production run and a security check finds an error."""
    if not settings.PRODUCTION:
        return
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    errors = [error for error in found if error.is_serious() and not error.is_silenced()]
    if errors:
        told = "\n".join(f"  {error.id}: {error.msg} {error.hint or ''}" for error in errors)
        raise ImproperlyConfigured(f"gradereg does not start:\n{told}")
