from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from committees.views import language, notifications, preferences, session
from gradereg import checks, home, own_data  # noqa: F401  # registers the checks
from gradereg.help import views as help_views
from gradereg.sign_in import account_views, code_views, setup_views
from gradereg.sign_in.views import SignInView, SignOutView, admin_door, feide_callback, feide_start

handler400 = "gradereg.errors.unreadable"
handler403 = "gradereg.errors.forbidden"
handler404 = "gradereg.errors.not_found"
handler500 = "gradereg.errors.crashed"

urlpatterns = [
    path("", home.home, name="home"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("help/", help_views.overview, name="help"),
    path("help/<slug:role>/", help_views.page, name="help-page"),
    # First people, and the start page of support
    path("setup/", setup_views.setup, name="setup"),
    path("support/", setup_views.begin, name="support"),
    # Signing in
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-in/feide/", feide_start, name="feide"),
    path("sign-in/feide/callback/", feide_callback, name="feide-callback"),
    path("sign-in/code/", code_views.ask_code, name="ask-code"),
    path("sign-in/code/enter/", code_views.enter_code, name="enter-code"),
    path("sign-in/code/password/", code_views.code_password, name="code-password"),
    path("sign-in/forgot/", code_views.forgot_password, name="forgot-password"),
    path("sign-in/forgot/password/", code_views.new_password, name="new-password"),
    path("sign-out/", SignOutView.as_view(), name="sign-out"),
    path("session/", session.session_state, name="session"),
    path("session/continue/", session.continue_session, name="continue-session"),
    # The signed-in person's own pages; not in sandboxes
    path("notices/", notifications.notifications, name="notifications"),
    path("notices/read/", notifications.read_all, name="read-notifications"),
    path("notices/<int:pk>/open/", notifications.open_notification, name="open-notification"),
    path("settings/", preferences.settings_page, name="settings"),
    path("settings/name/", account_views.change_name, name="change-name"),
    path("settings/email/", account_views.change_email, name="change-email"),
    path("settings/email/confirm/", account_views.confirm_email, name="confirm-email"),
    path("settings/password/", account_views.change_password, name="change-password"),
    path("settings/sessions/", account_views.own_sessions, name="own-sessions"),
    path("settings/sessions/end/", account_views.end_own_sessions, name="end-sessions"),
    path("settings/data/", own_data.page, name="own-data"),
    path("settings/data/file/", own_data.file, name="own-data-file"),
    path("language/", language.choose, name="language"),
    # Exams and grades
    path("", include("committees.urls")),
    # Simulated FS and Studentweb
    path("", include("fs.urls")),
    # Training
    path("", include("training.urls")),
    # Admin, without its own sign-in page
    path("admin/login/", login_not_required(admin_door), name="admin-door"),
    path("admin/", admin.site.urls),
]
