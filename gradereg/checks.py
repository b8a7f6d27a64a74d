"""Deployment checks of `manage.py check --deploy`. A production run that fails one does not start: see wsgi.py."""

import sqlite3
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.checks.security.base import (
    SECRET_KEY_INSECURE_PREFIX,
    SECRET_KEY_MIN_LENGTH,
    SECRET_KEY_MIN_UNIQUE_CHARACTERS,
)
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.module_loading import import_string

from committees.management.commands.seed_demo import PASSWORD, PEOPLE
from committees.models import User

SQLITE_VERSION = (3, 33)


@register(Tags.security, deploy=True)
def secret_key_is_given(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # A random key per process would differ between workers and end all sessions at each restart.
    if settings.SECRET_KEY_GIVEN:
        return []
    return [
        Error("SECRET_KEY is not set.", hint="Set it to a long random text and keep it.", id="gradereg.E001")
    ]


@register(Tags.security, deploy=True)
def secret_key_is_strong(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # With the key, an attacker can forge sessions and grade sheets.
    key = settings.SECRET_KEY
    is_long = len(key) >= SECRET_KEY_MIN_LENGTH and len(set(key)) >= SECRET_KEY_MIN_UNIQUE_CHARACTERS
    if is_long and not key.startswith(SECRET_KEY_INSECURE_PREFIX):
        return []
    hint = f"Use at least {SECRET_KEY_MIN_LENGTH} random characters."
    return [Error("SECRET_KEY can be guessed.", hint=hint, id="gradereg.E002")]


@register(Tags.security, deploy=True)
def debug_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # Debug pages show local variables: names and grades.
    if not settings.DEBUG:
        return []
    return [Error("DEBUG is on.", hint="Leave DEBUG out of the environment.", id="gradereg.E003")]


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # If every host is allowed, a forged Host header gets into links.
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Name the hosts under which people reach the site."
    return [Error("ALLOWED_HOSTS allows any host.", hint=hint, id="gradereg.E004")]


@register(Tags.security, deploy=True)
def database_serves_every_machine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # A SQLite file exists on one machine: each server would have its own grades.
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3" or settings.SERVERS == 1:
        return []
    hint = "Set DATABASE_URL to PostgreSQL, or SERVERS=1 if there is only one machine."
    return [Error("SQLite can't serve several machines.", hint=hint, id="gradereg.E005")]


@register(Tags.security, deploy=True)
def others_reach_it_by_tls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # Without TLS, grades and cookies cross the network in plain text.
    if settings.HTTPS or not settings.HOSTS_ELSEWHERE:
        return []
    hint = "Put a TLS proxy in front of the site, and set HTTPS=1."
    return [Error("The site is reached without TLS.", hint=hint, id="gradereg.E006")]


@register(Tags.security, deploy=True)
def fs_is_real(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # The simulated FS accepts every transfer, so planners would believe that students have their grades.
    if settings.FS_BACKEND != settings.PRACTICE_FS_BACKEND or settings.SIMULATION:
        return []
    hint = "Set FS_BACKEND to the class that delivers to FS. For a training installation, set SIMULATION=1."
    return [Error("FS is simulated: no transfer reaches it.", hint=hint, id="gradereg.E009")]


@register(Tags.security, deploy=True)
def database_is_chosen(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # Otherwise a command without the server's environment would create a SQLite file and work on that.
    if settings.DATABASE_URL_GIVEN:
        return []
    hint = "Set it to postgres://user@host/name, or sqlite:////path/to/file."
    return [Error("DATABASE_URL is not set.", hint=hint, id="gradereg.E010")]


@register(Tags.database)
def demo_accounts_are_gone(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    # Everybody knows the demo's password.
    if not databases or settings.SIMULATION or not settings.PRODUCTION:
        return []
    try:
        accounts = [*User.objects.filter(username__in=[username for username, *_rest in PEOPLE])]
    except DatabaseError:  # not migrated yet, or down: /readyz and every page notice that
        return []
    names = ", ".join(one.username for one in accounts if one.check_password(PASSWORD))
    hint = "Change their passwords with manage.py changepassword, or use a new database."
    return (
        [Error(f"Accounts have the demo’s password: {names}.", hint=hint, id="gradereg.E011")]
        if names
        else []
    )


@register(Tags.security)
def backends_exist(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # Otherwise a misspelt class would first fail at a transfer or a mail.
    messages: list[CheckMessage] = []
    for name in ("FS_BACKEND", "EMAIL_BACKEND"):
        value = getattr(settings, name)
        try:
            import_string(value)
        except ImportError:
            hint = "Use the dotted name of a class that can be imported."
            messages.append(Error(f"{name}={value} can't be imported.", hint=hint, id="gradereg.E008"))
    return messages


@register(Tags.security)
def mail_has_one_encryption(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # Django refuses both only when it sends the first mail.
    if not (settings.EMAIL_USE_TLS and settings.EMAIL_USE_SSL):
        return []
    hint = "Set EMAIL_TLS=1 for STARTTLS, usually on port 587, or EMAIL_SSL=1 for SMTPS, usually on port 465."
    return [Error("EMAIL_TLS and EMAIL_SSL are both on.", hint=hint, id="gradereg.E012")]


@register(Tags.security)
def redis_is_installed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # Otherwise the first sign-in would fail.
    if not settings.CACHE_URL or find_spec("redis"):
        return []
    hint = "Install the extra: pip install '.[redis]'."
    return [Error("CACHE_URL needs the package redis.", hint=hint, id="gradereg.E013")]


@register(Tags.compatibility)
def sqlite_is_new_enough(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # Grades are written with UPDATE … FROM, which SQLite has had since 2020; Django requires only an older version.
    is_used = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    if not is_used or sqlite3.sqlite_version_info >= SQLITE_VERSION:
        return []
    hint = "Use a Python with a newer SQLite, or set DATABASE_URL to PostgreSQL."
    return [Error(f"SQLite {sqlite3.sqlite_version} is too old.", hint=hint, id="gradereg.E007")]


def refuse_unsafe_run(*, databases: list[str] | None = None) -> bool:
    """
    Return whether this is a production run.

    Raise ImproperlyConfigured with errors and hints if it fails a security check, or a check of one of `databases`.
    """
    if not settings.PRODUCTION:
        return False
    tags = [Tags.security, Tags.database] if databases else [Tags.security]
    found = run_checks(tags=tags, include_deployment_checks=True, databases=databases)
    errors = [error for error in found if error.is_serious() and not error.is_silenced()]
    if errors:
        lines = "\n".join(f"  {error.id}: {error.msg} {error.hint or ''}" for error in errors)
        raise ImproperlyConfigured(f"gradereg does not start:\n{lines}")
    return True


def database_name() -> str:
    """Return the kind, name and host of the database, without its password."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return f"SQLite, {database['NAME']}"
    return f"PostgreSQL, {database['NAME']} on {database['HOST'] or 'this machine'}"
