"""A support window: people can be mended here; grades, confirmations, transfers and the log can only be looked at."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from committees import models


class LookOnly(admin.ModelAdmin[Any]):
    """Shows rows; adds, changes and deletes none. Every change is an act with its log entry, in the pages."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.User)
class PersonAdmin(UserAdmin[models.User]):
    list_display = ["username", "name", "feide_name", "is_planner", "is_active"]
    list_filter = ["is_planner", "is_active", "is_staff"]
    search_fields = ["username", "name", "feide_name"]
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "feide_name", "email"]}),
        (_("Permissions"), {"fields": ["is_planner", "is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["username", "name", "feide_name", "email", "is_planner", "password1", "password2"]},
        ),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The log names people for ever; an account that should end is made inactive.
        return False


@admin.register(models.Exam)
class ExamAdmin(LookOnly):
    list_display = ["emnekode", "name", "vurdtidkode", "arstall", "deadline"]
    search_fields = ["emnekode", "name"]


@admin.register(models.Committee)
class CommitteeAdmin(LookOnly):
    list_display = ["exam", "number", "name"]


@admin.register(models.Candidate)
class CandidateAdmin(LookOnly):
    list_display = ["exam", "number", "committee"]
    search_fields = ["number"]


@admin.register(models.LogEntry)
class LogAdmin(LookOnly):
    list_display = ["at", "by", "verb", "exam", "committee"]
    list_filter = ["verb"]


admin.site.register(
    [models.Grader, models.Confirmation, models.Reopening, models.Upload, models.Transfer, models.FsImport],
    LookOnly,
)
