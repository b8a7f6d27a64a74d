from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FsConfig(AppConfig):
    """A simulated FS with Studentweb."""

    name = "fs"
    verbose_name = _("Simulated FS")
    default_auto_field = "django.db.models.BigAutoField"
