"""Choice of the language, by a user or for a browser."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from committees.actions.preferences import choose_language
from committees.errors import Refusal, Refused
from committees.models import User
from committees.responses.language import remember


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Refused(Refusal.UNKNOWN_LANGUAGE)
    if isinstance(request.user, User):
        choose_language(request.user, chosen)
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back) if ours else redirect("home")
    remember(response, chosen)
    return response
