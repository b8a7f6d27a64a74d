"""Training, outside of anybody's practice. Read it as a table of contents."""

from django.urls import path

from training.views import join, practice_copies, sessions, trainees

urlpatterns = [
    # Training tab
    path("training/", trainees.training_tab, name="training"),
    path("training/self-study/<slug:key>/", trainees.start_self_study, name="self-study"),
    path("training/rehearse/<int:pk>/", practice_copies.rehearse, name="rehearse"),
    # Joining
    path("join/", join.join, name="join"),
    path("join/<str:code>/", join.join_with_code, name="join-code"),
    # A trainee's own page
    path("training/trainees/<int:pk>/", trainees.trainee_page, name="trainee"),
    path("training/trainees/<int:pk>/scenarios/<slug:key>/", trainees.start, name="start-scenario"),
    path("training/trainees/<int:pk>/certificate/", trainees.certificate, name="certificate"),
    # A trainer's sessions
    path("training/sessions/new/", sessions.new_session, name="new-training"),
    path("training/sessions/<int:pk>/", sessions.board_page, name="training-session"),
    path("training/sessions/<int:pk>/board/", sessions.board, name="training-board"),
    path("training/sessions/<int:pk>/edit/", sessions.edit_session, name="edit-training"),
    path("training/sessions/<int:pk>/poster/", sessions.poster, name="training-poster"),
    path("training/sessions/<int:pk>/qr.svg", sessions.qr, name="training-qr"),
    path("training/sessions/<int:pk>/message/", sessions.message, name="training-message"),
    path("training/sessions/<int:pk>/scenarios/<slug:key>/", sessions.open_or_end, name="training-scenario"),
    path("training/sessions/<int:pk>/end/", sessions.end, name="end-training"),
    path("training/sessions/<int:pk>/summary.xlsx", sessions.summary, name="training-summary"),
]
