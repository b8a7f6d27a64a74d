from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command
from django.db.models.signals import post_migrate


class SignInConfig(AppConfig):
    name = "gradereg.sign_in"

    def ready(self) -> None:
        # Importing checks registers them; the others need the loaded models.
        from committees.responses import language  # noqa: PLC0415
        from gradereg.sign_in import checks, own_sessions, sessions  # noqa: F401, PLC0415

        user_logged_in.connect(sessions.begin_session)
        user_logged_in.connect(own_sessions.record_session)
        user_logged_in.connect(language.take_over)
        # Django sends no post_migrate for an app without models, such as this one.
        post_migrate.connect(make_table_of_counts, sender=apps.get_app_config("committees"))


def make_table_of_counts(using: str, **kwargs: Any) -> None:
    # So that `migrate` is the only command an installation needs.
    call_command("createcachetable", database=using, verbosity=0)
