"""URLs of training outside of sandboxes."""

from django.urls import path

from training.views import (
    authoring,
    debriefs,
    helping,
    join,
    practice_copies,
    scenario_acts,
    scenario_form,
    sessions,
    trainees,
)

RUN = "training/sessions/<int:pk>/trainees/<int:trainee>/runs/<int:run>/"

urlpatterns = [
    # Training tab
    path("training/", trainees.training_tab, name="training"),
    path("training/self-study/<slug:key>/", trainees.start_self_study, name="self-study"),
    path("training/rehearse/<int:pk>/", practice_copies.rehearse, name="rehearse"),
    # Scenarios and their authors
    path("training/scenarios/", authoring.scenario_list, name="scenarios"),
    path("training/scenarios/new/", authoring.new, name="new-scenario"),
    path("training/scenarios/import/", authoring.import_file, name="import-scenario"),
    path("training/scenarios/<slug:key>/", authoring.scenario_page, name="scenario"),
    path("training/scenarios/<slug:key>/copy/", authoring.copy, name="copy-scenario"),
    path("training/scenarios/<slug:key>/export/", authoring.export, name="export-scenario"),
    path("training/scenarios/<slug:key>/edit/", scenario_form.edit, name="edit-scenario"),
    path("training/scenarios/<slug:key>/text/", scenario_acts.edit_text, name="edit-scenario-text"),
    path("training/scenarios/<slug:key>/verdict/", authoring.poll_verdict, name="scenario-verdict"),
    path("training/scenarios/<slug:key>/play/", scenario_acts.play, name="play-scenario"),
    path("training/scenarios/<slug:key>/publish/", scenario_acts.publish_text, name="publish-scenario"),
    path("training/scenarios/<slug:key>/withdraw/", scenario_acts.withdraw_text, name="withdraw-scenario"),
    path("training/scenarios/<slug:key>/delete/", scenario_acts.delete, name="delete-scenario"),
    # Joining
    path("join/", join.join, name="join"),
    path("join/<str:code>/", join.join_with_code, name="join-code"),
    path("join/<str:code>/<str:key>/", join.join_by_link, name="join-link"),
    # Trainees
    path("training/trainees/<int:pk>/", trainees.trainee_page, name="trainee"),
    path("training/trainees/<int:pk>/scenarios/<slug:key>/", trainees.start, name="start-scenario"),
    path("training/trainees/<int:pk>/certificate/", trainees.certificate, name="certificate"),
    path("training/trainees/<int:pk>/certificate.pdf", trainees.certificate_pdf, name="certificate-pdf"),
    path("training/trainees/<int:pk>/certificate/delete/", trainees.delete, name="delete-certificate"),
    path("training/trainees/<int:pk>/runs/<int:run>/", debriefs.debrief, name="debrief"),
    path("training/trainees/<int:pk>/live/", trainees.trainee_live, name="trainee-live"),
    path("training/trainees/<int:pk>/raise-hand/", trainees.hand_up, name="raise-own-hand"),
    path("training/trainees/<int:pk>/lower-hand/", trainees.hand_down, name="lower-own-hand"),
    path("training/trainees/<int:pk>/leave/", trainees.leave, name="leave-training"),
    # Sessions of a trainer
    path("training/figures/", debriefs.all_figures, name="training-figures"),
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
    path("training/sessions/<int:pk>/debrief/", debriefs.room, name="training-debrief"),
    # A trainer and one trainee
    path("training/sessions/<int:pk>/trainees/<int:trainee>/", helping.trainee_desk, name="training-trainee"),
    path(
        "training/sessions/<int:pk>/trainees/<int:trainee>/message/",
        helping.message_one,
        name="message-trainee",
    ),
    path("training/sessions/<int:pk>/trainees/<int:trainee>/lower-hand/", helping.lower, name="lower-hand"),
    path(f"{RUN}hint/<slug:task>/", helping.hint, name="give-hint"),
    path(f"{RUN}acts/<int:index>/", helping.robot_act, name="make-robot-act"),
    path(f"{RUN}refuse-at-fs/", helping.fs_refusal, name="refuse-at-fs"),
    path(f"{RUN}old-list/", helping.old_list, name="send-old-list"),
    path(f"{RUN}move-time/", helping.pass_time, name="move-time"),
    path(
        "training/sessions/<int:pk>/trainees/<int:trainee>/extra-time/",
        helping.extra_time,
        name="give-extra-time",
    ),
    path("training/sessions/<int:pk>/trainees/<int:trainee>/rename/", helping.rename, name="rename-trainee"),
    path("training/sessions/<int:pk>/trainees/<int:trainee>/remove/", helping.remove, name="remove-trainee"),
]
