"""The pages behind the door of a sandbox: the real ones, and the panel of tasks."""

from django.urls import include, path

from committees.views import session
from training.views import panel

handler400 = "gradereg.errors.unreadable"
handler403 = "gradereg.errors.forbidden"
handler404 = "gradereg.errors.not_found"
handler500 = "gradereg.errors.crashed"

urlpatterns = [
    # The panel of tasks
    path("panel/", panel.panel, name="practice-panel"),
    path("panel/check/", panel.check, name="practice-check"),
    path("panel/start-over/", panel.start_again, name="practice-start-over"),
    path("panel/files/<slug:key>/", panel.give_file, name="practice-file"),
    # What open pages ask after a sign-in in another tab
    path("session/", session.session_state, name="session"),
    # The real pages
    path("", include("committees.urls")),
    path("", include("fs.urls")),
]
