"""Read-only admin of the simulated FS, without the data of sandboxes."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from fs.models import FsExam, ReceivedFile, Registration


class ReadOnlyAdmin(admin.ModelAdmin[Model]):
    """Read-only admin. `sandbox` is the lookup from a row to its sandbox."""

    sandbox = "sandbox"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).filter(**{self.sandbox: None})

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
    sandbox = "exam__sandbox"
    list_display = ["exam", "kandidatlopenr", "karakter", "endringsstatus", "registered_at", "is_withdrawn"]
    # Never by grade or number: they would get into the URL.
    list_filter = ["is_withdrawn", "endringsstatus"]
    list_select_related = ["exam"]
    search_fields = ["exam__key"]


@admin.register(ReceivedFile)
class ReceivedFileAdmin(ReadOnlyAdmin):
    list_display = ["name", "sha256", "received_at"]
    exclude = ["content"]
    search_fields = ["name", "sha256"]
