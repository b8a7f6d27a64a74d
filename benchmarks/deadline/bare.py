"""The bare view: reads the session and the user, and returns one line."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from gradereg.sign_in.sessions import BEGAN

MARK = "has been here since"


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user} {MARK} {request.session[BEGAN]}")


def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("", bare), path("livez", livez)]
