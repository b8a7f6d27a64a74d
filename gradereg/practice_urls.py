"""URLs inside a sandbox: the practice panel, and the pages of the other packages."""

from django.urls import include, path

from committees.views import session
from gradereg import home
from gradereg.help import views as help_views

handler400 = "gradereg.errors.unreadable"
handler403 = "gradereg.errors.forbidden"
handler404 = "gradereg.errors.not_found"
handler500 = "gradereg.errors.crashed"

urlpatterns = [
    path("", home.home, name="home"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("help/", help_views.overview, name="help"),
    path("help/<slug:role>/", help_views.page, name="help-page"),
    path("session/", session.session_state, name="session"),
    path("session/continue/", session.continue_session, name="continue-session"),
    path("", include("training.sandbox.urls")),
    path("", include("committees.urls")),
    path("", include("fs.urls")),
]
