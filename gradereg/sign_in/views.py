"""The sign-in page and what leads to and from it."""

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

from committees.views.limits import too_many
from gradereg.sign_in import limits
from gradereg.sign_in.feide import VerifiedIdentity, complete_login, login_address
from gradereg.sign_in.people import person_for
from gradereg.sign_in.refused import Reason, SignInRefused

logger = logging.getLogger(__name__)

END_OF_SESSION = "feide"  # where a session keeps what ends the one at Feide


class SignInView(LoginView):
    """The sign-in page; who is signed in already goes where they belong."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**_context(), **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "htmx", False):
            # A part of a page whose session has ended: the whole page comes here, and reads why.
            return HttpResponse(headers={"HX-Refresh": "true"})
        # Nobody can sign in without the database. Who is asked for a password is told before.
        connection.cursor().close()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in with a password. A limit that is reached refuses right and wrong ones alike."""
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
    """Begin a login at Feide."""
    if not settings.FEIDE:
        raise Http404
    return _feide_start(request)


@require_POST
def _feide_start(request: HttpRequest) -> HttpResponse:
    if seconds := limits.wait_for_feide(request):
        return _wait(request, seconds)
    try:
        address = login_address(request, next_url=_ours(request, request.POST.get("next", "")))
    except SignInRefused as refused:
        return _refusal(request, refused.reason)
    return _leave(request, address, _("On to Feide"))


@never_cache
@login_not_required
def feide_callback(request: HttpRequest) -> HttpResponse:
    """Back from Feide: sign in whom it vouches for, with a session of their own."""
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
        # The reason only: a log names nobody.
        logger.warning("Sign-in through Feide refused: %s", refused.reason.name, exc_info=refused.__cause__)
        limits.wait_for_feide(request, failed=True)
        return _refusal(request, refused.reason)
    # Whatever the browser was signed in to before ends here.
    request.session.flush()
    login(request, person, backend="gradereg.sign_in.backends.FeideBackend")
    request.session[END_OF_SESSION] = _end_of_session(request, identity)
    return HttpResponseRedirect(_ours(request, next_url) or resolve_url(settings.LOGIN_REDIRECT_URL))


class SignOutView(LogoutView):
    """Ends the session here; whom Feide signed in goes on to end that session too, where the provider can."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        end: str | None = request.session.get(END_OF_SESSION)
        done = super().post(request, *args, **kwargs)
        if end:
            return _leave(request, end, _("Signing out of Feide too"))
        if end is not None:
            messages.warning(
                request,
                _(
                    "You are signed out here, but not of Feide. Close the browser when others use this machine."
                ),
            )
        return done


def admin_door(request: HttpRequest) -> HttpResponse:
    """Where the admin sends whom it does not know: to the one sign-in page, or away if they may not."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(reverse("admin:index"))


def _context() -> dict[str, Any]:
    return {"demo": settings.DEMO, "feide": settings.FEIDE, "local": settings.LOCAL_ACCOUNTS}


def _page(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    """The sign-in page with why nobody was signed in; the name that was typed stays."""
    form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
    next_url = _ours(request, request.POST.get("next", ""))
    context = _context() | {"form": form, "next": next_url, "sentence": sentence}
    return render(request, SignInView.template_name, context, status=status)


def _refusal(request: HttpRequest, reason: Reason) -> HttpResponse:
    return _page(request, str(reason.sentence), reason.status)


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    return too_many(_page(request, limits.sentence(seconds), 429), seconds)


def _leave(request: HttpRequest, address: str, heading: str) -> HttpResponse:
    """
    A page that goes on to `address` by itself.

    Not a redirect: browsers that hold a form to `form-action 'self'` hold every hop after it to that too, and the way
    through Feide has hops that nobody here can name.
    """
    return render(request, "registration/leaving.html", {"address": address, "heading": heading})


def _ours(request: HttpRequest, url: str) -> str:
    """`url` when it leads nowhere else, or nothing."""
    ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if ours else ""


def _end_of_session(request: HttpRequest, identity: VerifiedIdentity) -> str:
    """The address that ends the provider's session; empty when it has none."""
    if not identity.end_session_endpoint:
        return ""
    back = request.build_absolute_uri(reverse("sign-in"))
    asked = urlencode({"id_token_hint": identity.id_token, "post_logout_redirect_uri": back})
    return f"{identity.end_session_endpoint}{'&' if '?' in identity.end_session_endpoint else '?'}{asked}"
