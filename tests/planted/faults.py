"""The faults: file, code, replacement, and the tests that should fail."""

from typing import NamedTuple


class Fault(NamedTuple):
    """`old` occurs once in `file`. `tests` are arguments for pytest."""

    file: str
    old: str
    new: str
    tests: str


ACTIONS, MODELS = "committees/actions/", "committees/models/"
FAULTS = [
    # Confirmation
    Fault(
        ACTIONS + "confirmation.py",
        "if expected_version != committee.version:",
        "if False:",
        "tests/actions/test_confirmation.py",
    ),
    Fault(
        ACTIONS + "confirmation.py",
        "if without and not acknowledged:",
        "if False:",
        "tests/actions/test_confirmation.py",
    ),
    Fault(
        ACTIONS + "confirmation.py",
        "if not committee.candidate_count:",
        "if False:",
        "tests/actions/test_confirmation.py",
    ),
    Fault(
        ACTIONS + "confirmation.py",
        "committee.round += 1",
        "committee.round += 2",
        "tests/actions/test_locks.py",
    ),
    Fault(
        ACTIONS + "confirmation.py",
        "if expected_version is not None and expected_version != committee.confirmed_version:",
        "if False:",
        "tests/actions/test_confirmation.py tests/views/test_stale_forms.py",
    ),
    Fault(
        ACTIONS + "confirmation.py",
        "Confirmation.objects.filter(digest=committee.digest, round=committee.round)",
        "Confirmation.objects.filter(digest=committee.digest)",
        "tests/actions/test_confirmation.py",
    ),
    # Grading
    Fault(
        ACTIONS + "grading.py",
        "committee.candidates.with_own_setting().filter(pk=candidate.pk)",
        "committee.exam.candidates.with_own_setting().filter(pk=candidate.pk)",
        "tests/actions/test_grading.py",
    ),
    Fault(ACTIONS + "grading.py", "now.grade_entry.by_id != by.pk", "False", "tests/actions/test_grading.py"),
    Fault(ACTIONS + "grading.py", "if now.grade == grade:", "if False:", "tests/actions/test_grading.py"),
    Fault(
        ACTIONS + "grading.py",
        "if not own and not is_active_planner(exam, by):",
        "if False:",
        "tests/actions/test_checks_under_lock.py tests/actions/test_grading.py",
    ),
    Fault(
        ACTIONS + "sheets.py",
        "if not has_active_seat(grader):",
        "if False:",
        "tests/actions/test_checks_under_lock.py",
    ),
    Fault(ACTIONS + "sheets.py", "if committee.is_locked:", "if False:", "tests/actions/test_grading.py"),
    Fault(
        ACTIONS + "sheets.py",
        "if new and new not in committee.exam.grades:",
        "if False:",
        "tests/actions/test_checks_under_lock.py",
    ),
    Fault(
        "committees/locking.py",
        "filter(pk=grader.pk, person__is_active=True)",
        "filter(pk=grader.pk)",
        "tests/actions/test_checks_under_lock.py",
    ),
    Fault(
        "committees/locking.py",
        "filter(pk=person.pk, is_active=True)",
        "filter(pk=person.pk)",
        "tests/actions/test_checks_under_lock.py",
    ),
    Fault(
        "committees/locking.py",
        'list(Committee.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",)))',
        "pass",
        "tests/actions/test_locks.py",
    ),
    # Uploads
    Fault(
        ACTIONS + "uploads.py",
        "if issued and issued.committee_id != committee.pk:",
        "if False:",
        "tests/actions/test_uploads.py",
    ),
    Fault(
        ACTIONS + "uploads.py",
        "if compared is None or not compared.is_of(committee):",
        "if compared is None:",
        "tests/actions/test_uploads_meanwhile.py",
    ),
    Fault(
        ACTIONS + "upload_results.py",
        "if row.row in grades and row.is_open(now)",
        "if row.row in grades",
        "tests/actions/test_after_an_upload.py",
    ),
    Fault(
        ACTIONS + "uploads.py", "if fresh.undone_at:", "if False:", "tests/actions/test_after_an_upload.py"
    ),
    Fault(
        ACTIONS + "replaced_grades.py",
        "if entry is None or entry.pk <= self.known:",
        "if entry is None:",
        "tests/actions/test_uploads.py tests/actions/test_after_an_upload.py",
    ),
    Fault(
        ACTIONS + "uploads.py",
        "grade_entry__upload=upload,\n        grade_entry__action__in=",
        "grade_entry__action__in=",
        "tests/actions/test_after_an_upload.py",
    ),
    # Planning
    Fault(
        ACTIONS + "planning.py",
        'if exam.scale != before.scale and before.candidates.exclude(grade="").exists():',
        "if False:",
        "tests/actions/test_planning.py",
    ),
    Fault(
        ACTIONS + "placement.py",
        "if seen is not None and not touched <= set(seen):",
        "if False:",
        "tests/actions/test_planning.py",
    ),
    Fault(ACTIONS + "graders.py", "if not person.is_active:", "if False:", "tests/actions/test_planning.py"),
    Fault(
        ACTIONS + "planning.py",
        "if exam.key != before.key and before.transfers.exists():",
        "if False:",
        "tests/actions/test_planning.py",
    ),
    Fault(
        ACTIONS + "effects.py",
        "if effects and agreement != agreement_to(effects):",
        "if effects and not agreement:",
        "tests/views/test_effects.py",
    ),
    # Import
    Fault(
        ACTIONS + "fs_import.py",
        'batch = FsImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)',
        "pass",
        "tests/actions/test_locks.py",
    ),
    Fault(
        ACTIONS + "fs_import.py",
        "if shown is not None and shown != plan.fingerprint:",
        "if False:",
        "tests/views/test_stale_forms.py tests/views/test_import.py",
    ),
    # Transfer
    Fault(
        ACTIONS + "transfer.py",
        "if blockers and not (ready",
        "if False and not (ready",
        "tests/actions/test_transfer.py",
    ),
    Fault(
        ACTIONS + "transfer.py",
        "if newest and not newest.answered_at:",
        "if False:",
        "tests/actions/test_transfer.py",
    ),
    Fault(
        ACTIONS + "transfer.py", "if fresh.answered_at:", "if False:", "tests/races/test_races.py -k deliver"
    ),
    Fault(
        ACTIONS + "transfer.py",
        "if number is not None and number != following:",
        "if False:",
        "tests/actions/test_transfer.py tests/views/test_transfer.py",
    ),
    Fault(
        ACTIONS + "transfer.py",
        "if planned.send and at_fs:",
        "if planned.send:",
        "tests/actions/test_transfer.py",
    ),
    Fault(
        ACTIONS + "transfer.py",
        "transfer.lines.exclude(status=ReceiptStatus.TAKEN)",
        "transfer.lines.filter(status=ReceiptStatus.TAKEN)",
        "tests/actions/test_transfer.py",
    ),
    Fault(
        ACTIONS + "transfer.py",
        "one for one in reopenings if one.entry_id < change.pk",
        "one for one in reopenings",
        "tests/actions/test_transfer.py",
    ),
    # Mail
    Fault(ACTIONS + "mailing.py", "FIRST_PAUSE * 2**tries", "FIRST_PAUSE", "tests/actions/test_mailing.py"),
    Fault(
        ACTIONS + "mailing.py", ".update(mailed_at=now)", ".update(tries=0)", "tests/actions/test_mailing.py"
    ),
    # Stages
    Fault(
        MODELS + "committees.py", "count == self.seat_count > 0", "count > 0", "tests/models/test_stage.py"
    ),
    Fault(
        MODELS + "committees.py",
        "if self.digest_at_fs == self.digest and",
        "if self.digest_at_fs and",
        "tests/models/test_stage.py",
    ),
    Fault(
        MODELS + "committees.py",
        'return f"{self.round}-{self.digest}"',
        "return self.digest",
        "tests/actions tests/models",
    ),
    # The log
    Fault(
        "committees/audit/verification.py",
        "elif entry.entry_hash != entry.compute_hash(previous):",
        "elif False:",
        "tests/actions/test_proof.py",
    ),
    Fault(
        "committees/audit/verification.py",
        "if entry.position != position + 1:",
        "if False:",
        "tests/actions/test_proof.py",
    ),
    Fault(
        "committees/audit/transfers.py",
        "if in_file != in_table:",
        "if False:",
        "tests/actions/test_what_the_log_knows.py",
    ),
    # Access
    Fault(
        "committees/access.py",
        "get_object_or_404(committees, pk=pk, exam__planners=user)",
        "get_object_or_404(committees, pk=pk)",
        "tests/access/test_routes.py",
    ),
    Fault(
        "committees/access.py",
        'get_object_or_404(Transfer.objects.select_related("exam", "by"), pk=pk, exam__planners=user)',
        'get_object_or_404(Transfer.objects.select_related("exam", "by"), pk=pk)',
        "tests/access/test_routes.py",
    ),
    Fault(
        "committees/access.py",
        "seats.filter(pk=pk, committee__exam__planners=user)",
        "seats.filter(pk=pk)",
        "tests/access/test_routes.py",
    ),
    Fault(
        "committees/access.py",
        "pk=pk, person=user)",
        "pk=pk)",
        "tests/access/test_routes.py tests/views/test_notifications.py",
    ),
    Fault(
        "training/access.py",
        "by=user, by__is_trainer=True",
        "by__is_trainer=True",
        "tests/training/test_sessions.py",
    ),
    # Files
    Fault(
        "committees/files/xlsx/archive.py",
        "if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:",
        "if len(data) != entry.file_size:",
        "tests/files/test_corpus.py",
    ),
    Fault(
        "committees/files/grade_sheet/spelling.py",
        "if text in scale.codes:",
        "if text.upper() in scale.codes:",
        "tests/files/test_grade_sheet.py",
    ),
    Fault(
        "committees/files/grade_sheet/checking.py",
        "if candidate in self.conflicts:",
        "if False:",
        "tests/files/test_grade_sheet.py",
    ),
    Fault(
        "committees/files/fs_style/dialect.py",
        "if character not in (SEPARATOR, ESCAPE):",
        "if False:",
        "tests/files/test_fs_style.py",
    ),
    # FS
    Fault("fs/registry.py", "if registration.is_withdrawn:", "if False:", "tests/fs"),
    Fault(
        "fs/registry.py", "if registration.karakter and not result.endringsstatus:", "if False:", "tests/fs"
    ),
    Fault(
        "fs/registry.py",
        "exams = list(_exams_in(lines, sandbox).select_for_update())",
        "exams = list(_exams_in(lines, sandbox))",
        "tests/actions/test_locks.py",
    ),
    Fault("fs/registry.py", "elif times[result[:2]] > 1:", "elif False:", "tests/fs"),
    # Training
    Fault(
        "training/engine/robots.py",
        'Run.objects.select_for_update(of=("self",)).select_related("trainee")',
        'Run.objects.select_related("trainee")',
        "tests/training/test_locks.py",
    ),
    Fault(
        "training/engine/conditions.py",
        "TransferLine.objects.filter(transfer__exam__sandbox=state.run.sandbox_id)",
        "TransferLine.objects.all()",
        "tests/training/test_locks.py",
    ),
    Fault(ACTIONS + "sandboxes.py", "    _lock(sandboxes)\n", "    pass\n", "tests/training/test_locks.py"),
    # Signing in
    Fault(
        "gradereg/sign_in/feide.py",
        'if userinfo["sub"] != claims["sub"]:',
        "if False:",
        "tests/sign_in/test_refused.py",
    ),
    Fault(
        "gradereg/sign_in/feide.py",
        "not in settings.OIDC_REALMS:\n        raise SignInRefused(Reason.REALM)",
        "not in settings.OIDC_REALMS:\n        pass",
        "tests/sign_in",
    ),
    Fault(
        "gradereg/sign_in/people.py",
        "elif person.has_usable_password():",
        "elif False:",
        "tests/sign_in/test_people.py",
    ),
    Fault(
        "gradereg/sign_in/sessions.py",
        "if is_in_future or idle > settings.SESSION_IDLE_SECONDS or",
        "if is_in_future or",
        "tests/sign_in/test_sessions.py",
    ),
    # In the browser
    Fault(
        "static/js/grade_sheet/queue.js",
        "undone ? { expected_grade: undone.grade,",
        "undone ? { expected_grade: row.dataset.grade,",
        "tests/browser/test_two_browsers.py -k undo",
    ),
    Fault(
        "static/js/grade_sheet/state.js",
        'if (row.tagName !== "TR" || !isPending(row.id)) return;',
        "return;",
        "tests/browser/test_by_hand.py -k colleagues",
    ),
    Fault(
        "static/js/grade_sheet/unsent.js",
        "if (unsent.length) event.preventDefault();",
        "",
        "tests/browser/test_session_slips.py",
    ),
]
