from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from gradereg import checks  # noqa: F401  # registers them
from gradereg.sign_in import SignInView, admin_door

urlpatterns = [
    # Signing in
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    # The work
    path("", include("committees.urls")),
    # The other side of the wire
    path("", include("fs.urls")),
    # Support; its own sign-in page is not used
    path("admin/login/", login_not_required(admin_door), name="admin-door"),
    path("admin/", admin.site.urls),
]
