"""A user's own settings."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from committees.access import Request
from committees.actions.preferences import change_preferences
from committees.enums import MailFrequency, Theme
from committees.forms.preferences import SettingsForm
from committees.responses.language import remember


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: Request) -> HttpResponse:
    form = SettingsForm(request.POST if request.method == "POST" else None, person=request.user)
    if not form.is_valid():
        context = {"form": form, "support": settings.SUPPORT_EMAIL}
        return render(request, "settings/settings.html", context, status=422 if form.is_bound else 200)
    language = form.cleaned_data["language"]
    change_preferences(
        request.user,
        language=language,
        theme=Theme(form.cleaned_data["theme"]),
        mail_frequency=MailFrequency(form.cleaned_data["mail_frequency"]),
    )
    with translation.override(language or translation.get_language()):
        messages.success(request, _("Your settings have been saved."))
    response = redirect("settings")
    remember(response, language)
    return response
