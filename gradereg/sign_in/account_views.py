"""A signed-in person's own name, address, password and sessions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committees.access import Request
from committees.actions.own_account import change_own_email, change_own_name
from committees.hidden_text import refuse_hidden
from committees.responses.limits import too_many
from gradereg.sign_in import limits
from gradereg.sign_in.code_views import AddressForm, CodeForm, save_password
from gradereg.sign_in.codes import EMAIL, MailedCode
from gradereg.sign_in.own_sessions import end_sessions, record_session, sessions_of

both_methods = require_http_methods(["GET", "HEAD", "POST"])


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, validators=[refuse_hidden])


@both_methods
def change_name(request: Request) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = NameForm(data, initial={"name": request.user.name})
    if not form.is_valid():
        return _page(request, form, title=_("Change name"), yes=_("Save"))
    change_own_name(request.user, form.cleaned_data["name"])
    messages.success(request, _("Your name has been changed."))
    return redirect("settings")


@both_methods
def change_email(request: Request) -> HttpResponse:
    title, yes = _("Change e-mail address"), _("Send code")
    lead = _("We send a code to the new address, and use the address once you have entered the code.")
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, title=title, lead=lead, yes=yes)
    email = form.cleaned_data["email"]
    if seconds := limits.wait_for_code_mail(request, email):
        sentence = limits.sentence_of_codes(seconds)
        return too_many(_page(request, form, title=title, lead=lead, yes=yes, sentence=sentence), seconds)
    try:
        MailedCode.send_to(request, EMAIL, email, request.user)
    except OSError:
        sentence = _("The e-mail couldn’t be sent. Try again in a few minutes.")
        return _page(request, form, title=title, lead=lead, yes=yes, sentence=sentence, status=503)
    return redirect("confirm-email")


@both_methods
def confirm_email(request: Request) -> HttpResponse:
    process = MailedCode.of(request, EMAIL)
    if process is None or process.user != request.user:
        messages.info(request, _("The code is no longer valid. Ask for a new one."))
        return redirect("change-email")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not limits.wait_for_code(request, process.state["id"]) and process.accepts(
            form.cleaned_data["code"]
        ):
            change_own_email(request.user, process.email)
            messages.success(request, _("E-mail now goes to %(email)s.") % {"email": process.email})
            return redirect("settings")
        form.add_error("code", _("This code is wrong, or has been used."))
    lead = _("We sent an e-mail to %(email)s. It can take a minute. Leave this page open.") % {
        "email": process.email
    }
    return _page(request, form, title=_("Enter the code"), lead=lead, yes=_("Save"))


@never_cache
@sensitive_post_parameters()
@both_methods
def change_password(request: Request) -> HttpResponse:
    if not request.user.has_usable_password():
        raise Http404
    form: Any = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    title, yes = _("Change password"), _("Change password")
    if request.method == "POST" and (seconds := limits.wait_for_person(request, request.user)):
        sentence = limits.sentence(seconds)
        return too_many(_page(request, form, title=title, yes=yes, sentence=sentence), seconds)
    if not form.is_valid():
        if "old_password" in form.errors:
            limits.wait_for_person(request, request.user, failed=True)
        return _page(request, form, title=title, yes=yes)
    save_password(request.user, form.cleaned_data["new_password1"])
    update_session_auth_hash(request, request.user)
    record_session(request, request.user)
    messages.success(request, _("Your password has been changed. You are signed out everywhere else."))
    return redirect("settings")


@require_safe
def own_sessions(request: Request) -> HttpResponse:
    return render(request, "settings/sessions.html", {"sessions": sessions_of(request)})


@require_POST
def end_own_sessions(request: Request) -> HttpResponse:
    end_sessions(request.user)
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("sign-in")


def _page(
    request: Request, form: Any, *, title: str, yes: str, status: int = 0, **extra: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "yes": yes, **extra}
    return render(request, "settings/form.html", context, status=status or (422 if form.errors else 200))
