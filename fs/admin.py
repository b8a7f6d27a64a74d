"""A window on what the simulated FS holds. Nothing is changed from here."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from fs.models import FsExam, ReceivedFile, Registration


class ReadOnlyAdmin(admin.ModelAdmin[Model]):
    """Shows rows; adds, changes and deletes none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(FsExam)
class FsExamAdmin(ReadOnlyAdmin):
    list_display = ["emnekode", "vurdtidkode", "arstall", "key"]
    search_fields = ["key"]


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    list_display = ["exam", "kandidatlopenr", "karakter", "endringsstatus", "registered_at", "is_withdrawn"]
    list_filter = ["is_withdrawn", "karakter", "endringsstatus"]
    list_select_related = ["exam"]
    search_fields = ["kandidatlopenr", "exam__key"]


@admin.register(ReceivedFile)
class ReceivedFileAdmin(ReadOnlyAdmin):
    list_display = ["name", "sha256", "received_at"]
    exclude = ["content"]
    search_fields = ["name", "sha256"]
