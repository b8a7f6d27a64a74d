from django.urls import path

from fs import views

app_name = "fs"

urlpatterns = [
    # Studentweb
    path("studentweb/", views.studentweb, name="studentweb"),
    # Data in FS
    path("fs/", views.exams, name="exams"),
    path("fs/<int:pk>/", views.exam, name="exam"),
    # Withdrawals, for the simulation only
    path("fs/registrations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("fs/registrations/<int:pk>/restore/", views.restore, name="restore"),
]
