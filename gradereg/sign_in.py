"""Sign-in wiring: local accounts behind the page that says "Sign in with Feide"."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class SignInView(LoginView):
    """The sign-in page; who is signed in already goes where they belong."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(demo=settings.DEMO, **kwargs)


def admin_door(request: HttpRequest) -> HttpResponse:
    """Where the admin sends whom it does not know: to the one sign-in page, or away if they may not."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(reverse("admin:index"))
