"""URLs of the grading pages."""

from django.urls import path

from committees.views import (
    candidates,
    confirmation,
    exam_forms,
    excel,
    final_grading,
    graders,
    grading,
    importing,
    plan_tab,
    planning,
    protocol,
    read_back,
    remaining,
    reminders,
    statistics,
    transfer,
    upload_results,
)

urlpatterns = [
    # Grade tab
    path("grade/", grading.grade_tab, name="grade"),
    path("grade/<int:pk>/", grading.grading_page, name="grading"),
    # Final Grading window
    path("committees/<int:pk>/", final_grading.final_grading, name="final-grading"),
    path("committees/<int:pk>/remaining/", remaining.remaining, name="set-remaining"),
    path("committees/<int:pk>/remaining/undo/", remaining.undo, name="undo-remaining"),
    path("committees/<int:pk>/live/", final_grading.live, name="live"),
    path("committees/<int:pk>/read-back/", read_back.read_back, name="read-back"),
    path("candidates/<int:pk>/", grading.candidate_history, name="candidate"),
    path("candidates/<int:pk>/grade/", final_grading.set_candidate_grade, name="set-grade"),
    path("candidates/<int:pk>/reset/", final_grading.reset_candidate_grade, name="reset-grade"),
    path("candidates/<int:pk>/attendance/", grading.set_attendance, name="set-attendance"),
    # Grades to and from Excel
    path("committees/<int:pk>/download/", excel.download_grades, name="download"),
    path("committees/<int:pk>/download/empty/", excel.download_empty, name="download-empty"),
    path("committees/<int:pk>/upload/", excel.upload_sheet, name="upload-sheet"),
    path("committees/<int:pk>/uploads/", excel.uploads, name="uploads"),
    path("uploads/<int:pk>/", upload_results.upload_page, name="upload"),
    path("uploads/<int:pk>/list/", upload_results.download_list, name="upload-list"),
    path("uploads/<int:pk>/accept/", upload_results.accept_all, name="accept-all"),
    path(
        "uploads/<int:pk>/attendance/<slug:attendance>/",
        upload_results.set_attendance_of_all,
        name="note-all",
    ),
    path("uploads/<int:pk>/rows/<int:row>/accept/", upload_results.accept_row, name="accept-row"),
    path("uploads/<int:pk>/rows/<int:row>/grade/", upload_results.set_row_grade, name="correct-row"),
    path("uploads/<int:pk>/rows/<int:row>/attendance/", upload_results.set_row_attendance, name="note-row"),
    path("uploads/<int:pk>/rows/<int:row>/restore/", upload_results.restore_row, name="restore-replaced"),
    path(
        "uploads/<int:pk>/rows/<int:row>/restore-original/",
        upload_results.restore_original_row,
        name="restore-original",
    ),
    path("uploads/<int:pk>/undo/", upload_results.undo, name="undo-upload"),
    # Confirmation
    path("committees/<int:pk>/confirm/", confirmation.confirm, name="confirm"),
    path("committees/<int:pk>/confirm/check/", confirmation.check_grades, name="check-grades"),
    path("committees/<int:pk>/withdraw/", confirmation.withdraw, name="withdraw"),
    # Grading protocol
    path("committees/<int:pk>/protocol/", protocol.protocol_page, name="protocol"),
    path("committees/<int:pk>/protocol.pdf", protocol.protocol_pdf, name="protocol-pdf"),
    path("protocol/", protocol.check_protocol, name="check-protocol"),
    # Statistics
    path("grade/<int:pk>/statistics/", statistics.statistics, name="statistics"),
    path("plan/exams/<int:pk>/statistics/", statistics.exam_statistics, name="exam-statistics"),
    # Plan tab
    path("plan/", plan_tab.plan_tab, name="plan"),
    path("plan/overview.xlsx", plan_tab.overview, name="plan-overview"),
    path("plan/remind/", reminders.remind_exams, name="remind-exams"),
    path("plan/exams/new/", exam_forms.new_exam, name="new-exam"),
    path("plan/exams/<int:pk>/", planning.planned_exam, name="planned-exam"),
    path("plan/exams/<int:pk>/edit/", exam_forms.edit_exam, name="edit-exam"),
    path("plan/exams/<int:pk>/copy/", exam_forms.copy_exam, name="copy-exam"),
    path("plan/exams/<int:pk>/remind/", reminders.remind, name="remind"),
    path("plan/exams/<int:pk>/log/", planning.exam_log, name="exam-log"),
    # Committees and candidates of a planned exam
    path("plan/exams/<int:pk>/committees/", planning.new_committee, name="new-committee"),
    path("plan/committees/<int:pk>/seats/", graders.seat, name="seat"),
    path("plan/committees/<int:pk>/people/<int:person>/add/", graders.add_person, name="add-person"),
    path("plan/committees/<int:pk>/invite/", graders.invite, name="invite"),
    path("plan/committees/<int:pk>/reopen/", planning.reopen, name="reopen"),
    path("plan/seats/<int:pk>/unseat/", planning.unseat, name="unseat"),
    path("plan/seats/<int:pk>/email/", graders.grader_email, name="grader-email"),
    path("plan/seats/<int:pk>/correct/", graders.correct, name="correct-grader"),
    path("plan/exams/<int:pk>/candidates/", planning.candidates, name="planned-candidates"),
    path("plan/exams/<int:pk>/candidates/add/", candidates.add, name="add-candidates"),
    path("plan/exams/<int:pk>/candidates/apply/", candidates.apply, name="apply-candidates"),
    path("plan/exams/<int:pk>/candidates/split/", candidates.split, name="split-candidates"),
    path("plan/exams/<int:pk>/candidates/move/", planning.move, name="move-candidates"),
    path("plan/exams/<int:pk>/candidates/attendance/", planning.note_absence, name="note-absence"),
    # Import from FS
    path("plan/import/", importing.upload_files, name="import"),
    path("plan/imports/<int:pk>/", importing.import_preview, name="import-preview"),
    path("plan/imports/<int:pk>/place/", importing.place, name="place-files"),
    path("plan/imports/<int:pk>/apply/", importing.apply, name="apply-import"),
    # Transfer to FS
    path("plan/exams/<int:pk>/transfer/", transfer.transfer_page, name="exam-transfer"),
    path("plan/exams/<int:pk>/test-transfer/", transfer.test_transfer, name="test-transfer"),
    path("plan/transfers/<int:pk>/", transfer.transfer_record, name="transfer"),
    path("plan/transfers/<int:pk>/file/", transfer.transfer_file, name="transfer-file"),
    path("plan/transfers/<int:pk>/deliver/", transfer.deliver, name="deliver-transfer"),
]
