from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FsConfig(AppConfig):
    """The other side of the wire: a simulated FS, and Studentweb on top of it."""

    name = "fs"
    verbose_name = _("Simulated FS")
    default_auto_field = "django.db.models.BigAutoField"
