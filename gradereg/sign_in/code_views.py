"""Signing in with a code sent by e-mail, and setting a forgotten password with one."""

import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from committees.actions.accounts import start_codes
from committees.forms.people import EmailField
from committees.models import User
from committees.responses.limits import too_many
from gradereg.sign_in import limits
from gradereg.sign_in.codes import MINUTES, PASSWORD, SIGN_IN, MailedCode, person_at, person_with_password_at
from gradereg.sign_in.views import own_url

PASSED = "code-passed"
"""Session key of the person whose code was right, while the password is still missing."""

both_methods = require_http_methods(["GET", "HEAD", "POST"])


class AddressForm(forms.Form):
    email = EmailField(label=gettext_lazy("E-mail"), max_length=254)


class CodeForm(forms.Form):
    code = forms.CharField(label=pgettext_lazy("sent by e-mail", "Code"), max_length=40)


class PasswordForm(forms.Form):
    password = forms.CharField(label=gettext_lazy("Password"), widget=forms.PasswordInput, strip=False)


@never_cache
@login_not_required
@both_methods
def ask_code(request: HttpRequest) -> HttpResponse:
    if not settings.LOGIN_BY_CODE:
        raise Http404
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    texts = {
        "title": _("Sign in without Feide") if settings.FEIDE else _("Sign in with a code"),
        "lead": _("We send a code to the e-mail address that you were invited with."),
    }
    return _ask(request, SIGN_IN, person_at, then="enter-code", texts=texts)


@never_cache
@login_not_required
@both_methods
def forgot_password(request: HttpRequest) -> HttpResponse:
    if not settings.LOCAL_ACCOUNTS:
        raise Http404
    texts = {
        "title": _("Forgot password"),
        "lead": _("We send a code to the e-mail address that you have confirmed in Settings."),
    }
    return _ask(request, PASSWORD, person_with_password_at, then="new-password", texts=texts)


def _ask(request: HttpRequest, purpose: str, find: Any, *, then: str, texts: dict[str, str]) -> HttpResponse:
    """Return the page that asks for an address, or mail a code and continue at `then`."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    next_url = own_url(request, request.POST.get("next", "") or request.GET.get("next", ""))
    context: dict[str, Any] = {"form": form, "next": next_url, **texts}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "registration/ask_code.html", context, status=status)
    email = form.cleaned_data["email"]
    if seconds := limits.wait_for_code_mail(request, email):
        context["sentence"] = limits.sentence_of_codes(seconds)
        return too_many(render(request, "registration/ask_code.html", context), seconds)
    try:
        MailedCode.send_to(request, purpose, email, find(email), next=next_url)
    except OSError:
        context["sentence"] = _("The e-mail couldn’t be sent. Try again in a few minutes.")
        return render(request, "registration/ask_code.html", context, status=503)
    return redirect(then)


@never_cache
@login_not_required
@both_methods
def enter_code(request: HttpRequest) -> HttpResponse:
    if not settings.LOGIN_BY_CODE:
        raise Http404
    process = MailedCode.of(request, SIGN_IN)
    if process is None:
        return _too_late(request, "ask-code")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _code_page(request, process, form, again="ask-code")
    if seconds := limits.wait_for_code(request, process.state["id"]):
        return _wait(request, process, form, seconds, again="ask-code")
    if not process.accepts(form.cleaned_data["code"]):
        form.add_error("code", _("This code is wrong, or has been used."))
        return _code_page(request, process, form, again="ask-code")
    person = person_at(process.email)
    if person is None or person != process.user:  # changed in the meantime
        return _too_late(request, "ask-code")
    if settings.CODE_WITH_PASSWORD:
        request.session[PASSED] = {
            "user": person.pk,
            "email": process.email,
            "next": process.state["next"],
            "at": time.time(),
        }
        return redirect("code-password")
    return _begin(request, person, process.email, process.state["next"])


@never_cache
@sensitive_post_parameters()
@login_not_required
@both_methods
def code_password(request: HttpRequest) -> HttpResponse:
    if not settings.LOGIN_BY_CODE:
        raise Http404
    passed = request.session.get(PASSED) or {"at": 0}
    if time.time() - passed["at"] > MINUTES * 60:
        return _too_late(request, "ask-code")
    person = User.objects.get(pk=passed["user"])
    data = request.POST if request.method == "POST" else None
    if not person.has_usable_password():
        title = _("Choose a password")
        return _new_password(request, person, data, title=title) or _begin(
            request, person, passed["email"], passed["next"]
        )
    form = PasswordForm(data)
    title = _("Enter your password")
    if form.is_valid():
        if seconds := limits.wait_for_person(request, person):
            context = {"form": form, "title": title, "sentence": limits.sentence(seconds)}
            return too_many(render(request, "registration/password.html", context), seconds)
        if person.check_password(form.cleaned_data["password"]):
            return _begin(request, person, passed["email"], passed["next"])
        limits.wait_for_person(request, person, failed=True)
        form.add_error("password", _("Wrong password. Try again."))
    return _password_page(request, form, title=title)


@never_cache
@sensitive_post_parameters()
@login_not_required
@both_methods
def new_password(request: HttpRequest) -> HttpResponse:
    """Ask for the code and the new password together, so that a code is used up only by a good password."""
    if not settings.LOCAL_ACCOUNTS:
        raise Http404
    process = MailedCode.of(request, PASSWORD)
    if process is None:
        return _too_late(request, "forgot-password")
    form = CodeForm(request.POST if request.method == "POST" else None)
    # Without a person the same checks run, so that the page reveals nothing.
    passwords = SetPasswordForm(process.user or User(), request.POST if request.method == "POST" else None)
    if not (passwords.is_valid() & form.is_valid()):
        return _code_page(request, process, form, passwords=passwords, again="forgot-password")
    if seconds := limits.wait_for_code(request, process.state["id"]):
        return _wait(request, process, form, seconds, passwords=passwords, again="forgot-password")
    if not process.accepts(form.cleaned_data["code"]):
        form.add_error("code", _("This code is wrong, or has been used."))
        return _code_page(request, process, form, passwords=passwords, again="forgot-password")
    if process.user != person_with_password_at(process.email):
        return _too_late(request, "forgot-password")
    save_password(process.user, passwords.cleaned_data["new_password1"])
    messages.success(request, _("Your password has been changed. Sign in with the new one."))
    return redirect("sign-in")


def _begin(request: HttpRequest, person: User, email: str, next_url: str) -> HttpResponse:
    # One transaction with the sign-in, so that no planner corrects the address in between.
    with transaction.atomic():
        locked = start_codes(person, email)
        if locked is not None:
            # End any earlier session of this browser.
            request.session.flush()
            login(request, locked, backend="gradereg.sign_in.backends.CodeBackend")
    if locked is None:
        return _too_late(request, "ask-code")
    return HttpResponseRedirect(own_url(request, next_url) or resolve_url(settings.LOGIN_REDIRECT_URL))


def save_password(person: User, password: str) -> None:
    """Save a password that the person has chosen. All sessions end, since it is part of their hash."""
    person.set_password(password)
    person.has_support_password = False
    person.save(update_fields=["password", "has_support_password"])


def _new_password(request: HttpRequest, person: User, data: Any, *, title: str) -> HttpResponse | None:
    """Save the password that a person chooses at the first sign-in, or return the page with the form."""
    form = SetPasswordForm(person, data)
    if not form.is_valid():
        return _password_page(request, form, title=title)
    save_password(person, form.cleaned_data["new_password1"])
    return None


def _password_page(request: HttpRequest, form: Any, *, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(request, "registration/password.html", context, status=422 if form.errors else 200)


def _code_page(
    request: HttpRequest, process: MailedCode, form: CodeForm, *, status: int = 0, **context: Any
) -> HttpResponse:
    context |= {"form": form, "email": process.email, "is_alive": MailedCode.of(request, process.purpose)}
    status = status or (422 if form.errors or getattr(context.get("passwords"), "errors", None) else 200)
    return render(request, "registration/enter_code.html", context, status=status)


def _wait(
    request: HttpRequest, process: MailedCode, form: CodeForm, seconds: int, **context: Any
) -> HttpResponse:
    sentence = limits.sentence(seconds)
    return too_many(_code_page(request, process, form, status=429, sentence=sentence, **context), seconds)


def _too_late(request: HttpRequest, again: str) -> HttpResponse:
    messages.info(request, _("The code is no longer valid. Ask for a new one."))
    return redirect(again)
