"""
A support window: people can be mended here; grades, confirmations, transfers and the log can only be looked at. Of the
worlds of practice nothing is shown.

Support writes no grade by becoming somebody either: whoever has a part in the grading keeps their own password and their own
name at Feide. A password can be taken away here, so that Feide opens the account; `manage.py changepassword` is for whoever
has the server. What support does is in the admin's own log, which can only be looked at too.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry as SupportEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from committees import models
from committees.posted_search import PostedSearch


class RegisterOnly(admin.ModelAdmin[Any]):
    """Shows, and finds, what is in no world of practice. `world` is the way from a row to its world."""

    world = "exam__world"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{self.world: None})


class LookOnly(admin.ModelAdmin[Any]):
    """Shows rows; adds, changes and deletes none. Every change is an act with its log entry, in the pages."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def has_part(person: models.User) -> bool:
    """Whether this person sits on a committee or plans an exam, so that who can sign in as them can write."""
    return person.seats.exists() or person.planned_exams.exists()


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # it is generic for type checkers only
    """Gives somebody a password that support knows, or takes theirs away."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned["set_usable_password"] and has_part(self.user):
            raise forms.ValidationError(
                _("%(name)s grades or plans an exam, so nobody else may choose their password."),
                params={"name": self.user},
            )
        return cleaned

    @property
    def changed_data(self) -> list[str]:
        """What support's log says was changed; Django's own leaves out that a password was taken away."""
        return ["password"]


@admin.register(models.User)
class PersonAdmin(PostedSearch, RegisterOnly, UserAdmin[models.User]):
    world = "world"
    list_display = ["username", "name", "feide_name", "is_planner", "is_trainer", "is_active"]
    list_filter = ["is_planner", "is_trainer", "is_active", "is_staff"]
    search_fields = ["username", "name", "feide_name"]
    change_password_form = PasswordForm
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "feide_name", "email"]}),
        (
            _("Permissions"),
            {"fields": ["is_planner", "is_trainer", "is_active", "is_staff", "is_superuser"]},
        ),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["username", "name", "feide_name", "email", "is_planner", "password1", "password2"]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: models.User | None = None) -> list[str]:
        # Who may hand out these marks, or a name that Feide will open, has all that they give.
        marks = [] if _is_superuser(request) else ["is_staff", "is_superuser"]
        return [*marks, "feide_name"] if obj and has_part(obj) else marks

    def has_change_permission(self, request: HttpRequest, obj: models.User | None = None) -> bool:
        # Who could set the password of a superuser would be one.
        is_below = obj is None or not (obj.is_staff or obj.is_superuser)
        return super().has_change_permission(request, obj) and (is_below or _is_superuser(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The log names people for ever; an account that should end is made inactive.
        return False


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_superuser


# Nobody has rights by a group here.
admin.site.unregister(Group)


@admin.register(SupportEntry)
class SupportEntryAdmin(LookOnly):
    """What support did in this window."""

    list_display = ["action_time", "user", "object_repr", "action_flag", "change_message"]


@admin.register(models.Exam)
class ExamAdmin(PostedSearch, RegisterOnly, LookOnly):
    world = "world"
    list_display = ["emnekode", "name", "vurdtidkode", "arstall", "deadline"]
    search_fields = ["emnekode", "name"]


@admin.register(models.Committee)
class CommitteeAdmin(RegisterOnly, LookOnly):
    list_display = ["exam", "number", "name"]


@admin.register(models.Candidate)
class CandidateAdmin(PostedSearch, RegisterOnly, LookOnly):
    list_display = ["exam", "number", "committee"]
    search_fields = ["number"]


@admin.register(models.LogEntry)
class LogAdmin(RegisterOnly, LookOnly):
    list_display = ["at", "by", "verb", "exam", "committee"]
    list_filter = ["verb"]


class TableAdmin(RegisterOnly, LookOnly):
    """A table as it is."""


for model, way in {
    models.Grader: "committee__exam__world",
    models.Confirmation: "grader__committee__exam__world",
    models.Reopening: "committee__exam__world",
    models.Upload: "committee__exam__world",
    models.Transfer: "exam__world",
    models.FsImport: "by__world",
}.items():
    admin.site.register(model, TableAdmin, world=way)
