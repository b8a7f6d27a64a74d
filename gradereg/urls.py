from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from committees.views import language, notifications, preferences, session
from gradereg import checks  # noqa: F401  # registers them
from gradereg.sign_in.views import SignInView, SignOutView, admin_door, feide_callback, feide_start

handler400 = "gradereg.errors.unreadable"
handler403 = "gradereg.errors.forbidden"
handler404 = "gradereg.errors.not_found"
handler500 = "gradereg.errors.crashed"

urlpatterns = [
    # Signing in
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-in/feide/", feide_start, name="feide"),
    path("sign-in/feide/callback/", feide_callback, name="feide-callback"),
    path("sign-out/", SignOutView.as_view(), name="sign-out"),
    path("session/", session.session_state, name="session"),
    # One's own; not behind the door of practice
    path("notices/", notifications.notifications, name="notifications"),
    path("notices/read/", notifications.read_all, name="read-notifications"),
    path("notices/<int:pk>/open/", notifications.open_notification, name="open-notification"),
    path("settings/", preferences.settings_page, name="settings"),
    path("language/", language.choose, name="language"),
    # The work
    path("", include("committees.urls")),
    # The other side of the wire
    path("", include("fs.urls")),
    # Practice
    path("", include("training.urls")),
    # Support; its own sign-in page is not used
    path("admin/login/", login_not_required(admin_door), name="admin-door"),
    path("admin/", admin.site.urls),
]
