"""Admin for support: people can be edited; grades, confirmations, transfers and the log can only be viewed."""

# Sandboxes are not shown.
#
# Support can't write grades by signing in as somebody else: people with a part in the grading keep their
# password and their Feide name, and a password chosen by support ends when its account gets a part. Support
# can remove a password, so that Feide opens the account; `manage.py changepassword` is for those who run
# the server. The admin's own log records what support does, and can only be viewed too.

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry as SupportEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from committees import models
from committees.actions.effects import Effect, agreement_to, effects_of_account, sentences_of
from committees.actions.planners import hand_over, possible_planners
from committees.actions.versions import StaleForm, refuse_stale, text_of, texts_of
from committees.forms.people import PlannerForm
from committees.forms.shown_values import ShownValues
from committees.locking import lock_committees
from committees.posted_search import PostedSearch


class RegisterOnly(admin.ModelAdmin[Any]):
    """Admin without the rows of sandboxes. `sandbox` is the lookup from a row to its sandbox."""

    sandbox = "exam__sandbox"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{self.sandbox: None})


class LookOnly(admin.ModelAdmin[Any]):
    """Read-only admin. Changes are acts with log entries and are made in the pages."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def has_part(person: models.User) -> bool:
    """Return whether this person grades or plans an exam, so that anyone signed in as them could write."""
    return person.seats.exists() or person.planned_exams.exists()


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # it is generic for type checkers only
    """Form that sets a password known to support, or removes a password."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # Locked, because a planner may be adding this person now and checks whether support chose the
        # password.
        models.User.objects.select_for_update(of=("self",)).get(pk=self.user.pk)
        if cleaned["set_usable_password"] and has_part(self.user):
            raise forms.ValidationError(
                _("%(name)s is a grader or planner, so no one else can choose their password."),
                params={"name": self.user},
            )
        return cleaned

    def save(self, commit: bool = True) -> models.User:
        """Save the password, and that support chose it."""
        person: models.User = super().save(commit=False)
        person.has_support_password = person.has_usable_password()
        person.save(update_fields=["password", "has_support_password"])
        return person

    @property
    def changed_data(self) -> list[str]:
        """Fields for the admin's log. Django's own leaves out that a password was removed."""
        return ["password"]


class PersonForm(ShownValues, UserChangeForm[models.User]):
    """Form of a person. Refused if somebody else changed the person meanwhile."""

    agreement = forms.CharField(widget=forms.HiddenInput, required=False)
    nothing_done = False  # True if the person has changed, or if support has to agree to effects

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edited = [name for name in self.fields if name not in ("shown", "agreement", "password")]
        self.show(texts_of(self.instance, self.edited))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        # In the lock order of every act: committees, then people.
        committees = lock_committees(self.instance.seats.values_list("committee", flat=True))
        person = models.User.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        try:
            refuse_stale(person, self.edited, cleaned.get("shown", {}))
        except StaleForm as stale:
            self.nothing_done = True
            self.data = self.merged({name: text_of(cleaned.get(name)) for name in self.edited}, stale.now)
            moved = [
                f"{change['label']}: {change['old']} → {change['new']}"
                for change in self.described(stale.moved)
            ]
            raise forms.ValidationError([stale.sentence, *moved]) from stale
        if cleaned.get("feide_name", person.feide_name) != person.feide_name and has_part(person):
            self.add_error(
                "feide_name", _("%(name)s is now a grader or planner of an exam.") % {"name": person}
            )
        is_active = cleaned.get("is_active", person.is_active)
        if is_active != person.is_active:
            self._agree_to(effects_of_account(person, committees, is_active=is_active))
        return cleaned

    def _agree_to(self, effects: list[Effect]) -> None:
        """Raise ValidationError that lists the effects, unless support was shown exactly these and saves again."""
        agreement = agreement_to(effects)
        if agreement and self.cleaned_data.get("agreement") != agreement:
            self.nothing_done = True
            sent: Any = self.data
            self.data = sent.copy()
            self.data["agreement"] = agreement  # type: ignore[index]  # a copy can be changed
            raise forms.ValidationError(
                [*sentences_of(effects), _("Nothing has been saved yet. To continue, save again.")]
            )


@admin.register(models.User)
class PersonAdmin(PostedSearch, RegisterOnly, UserAdmin[models.User]):
    sandbox = "sandbox"
    list_display = ["username", "name", "feide_name", "is_planner", "is_trainer", "is_active"]
    list_filter = ["is_planner", "is_trainer", "is_active", "is_staff"]
    search_fields = ["username", "name", "feide_name"]
    form = PersonForm
    change_password_form = PasswordForm
    fieldsets = [
        (None, {"fields": ["shown", "agreement", "username", "password", "name", "feide_name", "email"]}),
        (
            _("Permissions"),
            {"fields": ["is_planner", "institutions", "is_trainer", "is_active", "is_staff", "is_superuser"]},
        ),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["username", "name", "feide_name", "email", "is_planner", "password1", "password2"]},
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: models.User | None = None) -> list[str]:
        # Anyone who can grant these roles, or set the Feide name of an account, could gain its rights.
        marks = [] if _is_superuser(request) else ["is_staff", "is_superuser"]
        if obj and has_part(obj):
            # The address of somebody who signs in with codes is their key.
            return [*marks, "feide_name", *(["email"] if obj.signs_in_by_code else [])]
        return marks

    def has_change_permission(self, request: HttpRequest, obj: models.User | None = None) -> bool:
        # Setting the password of a superuser would give a superuser's rights.
        is_below = obj is None or not (obj.is_staff or obj.is_superuser)
        return super().has_change_permission(request, obj) and (is_below or _is_superuser(request))

    def save_model(self, request: HttpRequest, obj: models.User, form: Any, change: bool) -> None:
        """Save only the edited fields, and whether support chose the password or Feide name."""
        if not change:
            obj.has_support_password = obj.has_usable_password()
            super().save_model(request, obj, form, change)
            return
        edited = [name for name in form.changed_data if name in form.edited]
        if "feide_name" in edited and obj.has_usable_password():
            obj.has_support_password = True
            edited.append("has_support_password")
        if "email" in edited:
            # Passwords are reset only by addresses that the person has confirmed.
            obj.email_source = ""
            edited.append("email_source")
        obj.save(update_fields=edited)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().render_change_form(request, context, *args, **kwargs)
        if getattr(context["adminform"].form, "nothing_done", False):
            response.status_code = 409
        return response

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        if request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.hand_over_exams)
        return [path("<int:pk>/hand-over/", view, name="hand_over_exams"), *super().get_urls()]

    def hand_over_exams(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hand over all exams of a planner who left."""
        giver = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, giver):
            raise PermissionDenied
        people = possible_planners(None).exclude(pk=pk)
        form = PlannerForm(request.POST or None, people=people, submit=_("Hand over exams"))
        if form.is_valid():
            receiver, by = form.cleaned_data["person"], cast(models.User, request.user)
            done = hand_over(giver, receiver, by=by)
            change = [{"changed": {"name": "exams", "object": f"{giver} → {receiver}: {len(done)}"}}]
            self.log_change(request, giver, change)
            sentence = _("The exams of %(giver)s were handed over to %(receiver)s.")
            messages.success(request, sentence % {"giver": giver, "receiver": receiver})
            return redirect("admin:committees_user_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hand over all exams of %(name)s") % {"name": giver},
            "form": form,
            "giver": giver,
            "count": models.Exam.everything.planned_by(giver).count(),
            "opts": self.opts,
        }
        return render(request, "admin/hand_over.html", context, status=422 if form.errors else 200)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The log refers to people forever; unused accounts are made inactive instead.
        return False


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.is_superuser


# Permissions by group are not used.
admin.site.unregister(Group)


@admin.register(SupportEntry)
class SupportEntryAdmin(LookOnly):
    """Log of what support did in the admin."""

    list_display = ["action_time", "user", "object_repr", "action_flag", "change_message"]


@admin.register(models.Exam)
class ExamAdmin(PostedSearch, RegisterOnly, LookOnly):
    """Exams, with the deleted ones."""

    sandbox = "sandbox"
    list_display = ["emnekode", "name", "vurdtidkode", "arstall", "deadline", "removal"]
    list_filter = ["removal"]
    search_fields = ["emnekode", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Exam]:
        return models.Exam.everything.filter(sandbox=None)


@admin.register(models.Committee)
class CommitteeAdmin(RegisterOnly, LookOnly):
    list_display = ["exam", "number", "name"]


@admin.register(models.Candidate)
class CandidateAdmin(PostedSearch, RegisterOnly, LookOnly):
    list_display = ["exam", "number", "committee"]
    search_fields = ["number"]


@admin.register(models.LogEntry)
class LogAdmin(RegisterOnly, LookOnly):
    list_display = ["at", "by", "action", "exam", "committee"]
    list_filter = ["action"]


class TableAdmin(RegisterOnly, LookOnly):
    """A plain table."""


for model, way in {
    models.Grader: "committee__exam__sandbox",
    models.Confirmation: "grader__committee__exam__sandbox",
    models.Reopening: "committee__exam__sandbox",
    models.DeletedCandidate: "entry__exam__sandbox",
    models.Upload: "committee__exam__sandbox",
    models.Transfer: "exam__sandbox",
    models.FsImport: "by__sandbox",
}.items():
    admin.site.register(model, TableAdmin, sandbox=way)
