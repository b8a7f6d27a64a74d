"""Signing in and out."""

import logging
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from committees.responses.limits import too_many
from gradereg.sign_in import limits
from gradereg.sign_in.feide import VerifiedIdentity, complete_login, login_address
from gradereg.sign_in.first_people import is_empty, may_set_up
from gradereg.sign_in.people import person_for
from gradereg.sign_in.refused import Reason, SignInRefused

logger = logging.getLogger(__name__)

END_OF_SESSION = "feide"  # session key of the URL that ends the session at Feide


class SignInView(LoginView):
    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offers_setup = is_empty() and may_set_up(self.request, "")
        return super().get_context_data(**_context(), offers_setup=offers_setup, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", False):
            # A fragment of a page whose session has ended: load the whole sign-in page with its message.
            return HttpResponse(headers={"HX-Refresh": "true"})
        # Fail now if the database is down, not after the password was typed.
        connection.cursor().close()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A reached limit refuses right passwords too.
        if not settings.LOCAL_ACCOUNTS:
            return _refusal(request, Reason.LOCAL_OFF)
        if seconds := limits.wait_for_password(request):
            return _wait(request, seconds)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        limits.wait_for_password(self.request, failed=True)
        return super().form_invalid(form)


@never_cache
@login_not_required
def feide_start(request: HttpRequest) -> HttpResponse:
    if not settings.FEIDE:
        raise Http404
    return _feide_start(request)


@require_POST
def _feide_start(request: HttpRequest) -> HttpResponse:
    if seconds := limits.wait_for_feide(request):
        return _wait(request, seconds)
    try:
        address = login_address(request, next_url=own_url(request, request.POST.get("next", "")))
    except SignInRefused as refused:
        return _refusal(request, refused.reason)
    return _leave(request, address, _("Continue to Feide"))


@never_cache
@login_not_required
def feide_callback(request: HttpRequest) -> HttpResponse:
    if not settings.FEIDE:
        raise Http404
    return _feide_callback(request)


@require_GET
def _feide_callback(request: HttpRequest) -> HttpResponse:
    if seconds := limits.wait_for_feide(request):
        return _wait(request, seconds)
    try:
        identity, next_url = complete_login(request)
        person = person_for(identity)
    except SignInRefused as refused:
        # Log only the reason: no personal data in logs.
        logger.warning("Sign-in through Feide refused: %s", refused.reason.name, exc_info=refused.__cause__)
        limits.wait_for_feide(request, failed=True)
        return _refusal(request, refused.reason)
    # End any earlier session of this browser.
    request.session.flush()
    login(request, person, backend="gradereg.sign_in.backends.FeideBackend")
    request.session[END_OF_SESSION] = _end_of_session(request, identity)
    return HttpResponseRedirect(own_url(request, next_url) or resolve_url(settings.LOGIN_REDIRECT_URL))


class SignOutView(LogoutView):
    """Sign-out here, and at Feide if the session came from there and the provider supports it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        end: str | None = request.session.get(END_OF_SESSION)
        done = super().post(request, *args, **kwargs)
        if end:
            return _leave(request, end, _("Also signing out of Feide"))
        if end is not None:
            messages.warning(
                request,
                _(
                    "You are signed out here, but not from Feide. If others use this computer, close the "
                    "browser."
                ),
            )
        return done


def admin_door(request: HttpRequest) -> HttpResponse:
    # Replaces the admin's own sign-in page.
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(reverse("admin:index"))


def _context() -> dict[str, Any]:
    return {
        "demo": settings.DEMO,
        "feide": settings.FEIDE,
        "local": settings.LOCAL_ACCOUNTS,
        "codes": settings.LOGIN_BY_CODE,
    }


def _page(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
    next_url = own_url(request, request.POST.get("next", ""))
    context = _context() | {"form": form, "next": next_url, "sentence": sentence}
    return render(request, SignInView.template_name, context, status=status)


def _refusal(request: HttpRequest, reason: Reason) -> HttpResponse:
    return _page(request, str(reason.sentence), reason.status)


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    return too_many(_page(request, limits.sentence(seconds), 429), seconds)


def _leave(request: HttpRequest, address: str, heading: str) -> HttpResponse:
    """
    Return a page that opens `address` by itself.

    A redirect would not work: browsers apply `form-action 'self'` to all redirects after a form, and the hosts on the
    way through Feide are not known here.
    """
    return render(request, "registration/leaving.html", {"address": address, "heading": heading})


def own_url(request: HttpRequest, url: str) -> str:
    """Return `url` if it is on this site, otherwise ""."""
    ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if ours else ""


def _end_of_session(request: HttpRequest, identity: VerifiedIdentity) -> str:
    """Return the URL that ends the provider's session; "" if the provider has none."""
    if not identity.end_session_endpoint:
        return ""
    back = request.build_absolute_uri(reverse("sign-in"))
    query = urlencode({"id_token_hint": identity.id_token, "post_logout_redirect_uri": back})
    return f"{identity.end_session_endpoint}{'&' if '?' in identity.end_session_endpoint else '?'}{query}"
