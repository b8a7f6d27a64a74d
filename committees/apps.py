from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from committees.audit.triggers import drop_triggers_before_migrate, install_triggers_after_migrate
from committees.forms.plain_errors import use_plain_sentences
from committees.sqlite_like import add_like


class CommitteesConfig(AppConfig):
    name = "committees"
    verbose_name = _("Grading")

    def ready(self) -> None:
        connection_created.connect(add_like)
        use_plain_sentences()
        pre_migrate.connect(drop_triggers_before_migrate, sender=self)
        post_migrate.connect(install_triggers_after_migrate, sender=self)
