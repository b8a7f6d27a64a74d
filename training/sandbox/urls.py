"""URLs of the task panel, under the sandbox prefix."""

from django.urls import path

from training.views import panel

urlpatterns = [
    path("panel/", panel.panel, name="practice-panel"),
    path("panel/check/", panel.check, name="practice-check"),
    path("panel/raise-hand/", panel.hand_up, name="practice-raise-hand"),
    path("panel/lower-hand/", panel.hand_down, name="practice-lower-hand"),
    path("panel/hand-in/", panel.hand_in, name="practice-hand-in"),
    path("panel/start-over/", panel.start_again, name="practice-start-over"),
    path("panel/files/<slug:key>/", panel.give_file, name="practice-file"),
]
