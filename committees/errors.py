"""Refusals of acts: each has a code and a sentence."""

from collections.abc import Callable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Refusal(TextChoices):
    """Codes and sentences of refusals. Programs compare codes; `Refused.sentence` fills in the parameters."""

    # Permissions
    NOT_PLANNER = "not-planner", _("You are no longer a planner of this exam.")
    NOT_GRADER = "not-grader", _("You are no longer a grader in this committee.")
    ATTENDANCE_NOT_YOURS = (
        "attendance-not-yours",
        _("You can no longer set the attendance of these candidates."),
    )
    PRACTICE_AND_REAL = (
        "practice-and-real",
        _("Practice exams and real exams are kept apart, so %(names)s can’t plan this exam."),
    )

    # Planning
    COMMITTEE_GONE = "committee-gone", _("This committee no longer exists.")
    COMMITTEE_NUMBER_TAKEN = (
        "committee-number-taken",
        _("The exam already has a committee %(number)s. Choose another number."),
    )
    COMMITTEE_CONFIRMED = (
        "committee-confirmed",
        _("%(committee)s is confirmed. Reopen it before you change this."),
    )
    GRADERS_CONFIRMED = (
        "graders-confirmed",
        _("%(committee)s is confirmed. Reopen it before you change its graders."),
    )
    CANDIDATES_CONFIRMED = (
        "candidates-confirmed",
        _("%(committee)s is confirmed. Reopen it before you move its candidates."),
    )
    CANDIDATES_MOVED = (
        "candidates-moved",
        _("Someone else has just moved these candidates. Check the list, and move them again."),
    )
    CANDIDATE_LIST_STALE = (
        "candidate-list-stale",
        _(
            "Something changed after you opened this preview, so no candidate was added. Check the new preview, "
            "and add the candidates again."
        ),
    )
    NOTHING_TO_SPLIT = (
        "nothing-to-split",
        _(
            "There are no candidates to split. Choose at least one committee, and check that there are "
            "candidates without one."
        ),
    )
    NO_MOVE_CHOSEN = "no-move-chosen", _("Choose at least one candidate and a committee to move to.")
    FS_KEY_TAKEN = "fs-key-taken", _("Another exam already has this FS key: %(exam)s.")
    FS_KEY_SIMILAR = (
        "fs-key-similar",
        _("Another exam has the same FS key except for upper and lower case: %(key)s."),
    )
    FS_KEY_TRANSFERRED = (
        "fs-key-transferred",
        _("The FS key can’t be changed any more, because grades were transferred under it."),
    )
    FS_KEY_CONFIRMED = (
        "fs-key-confirmed",
        _("The FS key can’t be changed while a committee is confirmed. Reopen that committee first."),
    )
    SCALE_IN_USE = (
        "scale-in-use",
        _("The grade scale can’t be changed any more, because grades have been set."),
    )
    SCALE_CONFIRMED = (
        "scale-confirmed",
        _("The grade scale can’t be changed while a committee is confirmed. Reopen that committee first."),
    )
    RULE_CONFIRMED = (
        "rule-confirmed",
        _(
            "The confirmation rule can’t be changed while a committee is confirmed. Reopen that committee "
            "first."
        ),
    )
    NO_PLANNER = "no-planner", _("An exam needs at least one planner.")
    NOT_PLANNER_ROLE = (
        "not-planner-role",
        _("%(name)s can’t plan exams. Ask support to give this person the role, or choose someone else."),
    )
    ALREADY_PLANNER = "already-planner", _("%(name)s is already a planner of this exam.")
    NOTHING_TO_HAND_OVER = "nothing-to-hand-over", _("%(name)s plans no exams, so nothing was handed over.")
    SAME_PERSON = "same-person", _("Choose someone else to hand the exams over to.")
    NAME_NOT_INVITABLE = (
        "name-not-invitable",
        _("%(name)s can’t be invited, because another account already has this name. Contact support."),
    )
    ACCOUNT_CLOSED = "account-closed", _("The account of %(name)s is closed. Ask support to open it.")
    SEAT_GONE = "seat-gone", _("This grader has already been removed from the committee.")
    PERSON_KNOWN = (
        "person-known",
        _("%(name)s is already registered with this name or address. Add this person instead."),
    )
    HAS_SIGNED_IN = (
        "has-signed-in",
        _(
            "%(name)s has already signed in, so only they can change their name and e-mail address, in Settings."
        ),
    )
    HAS_EMAIL = "has-email", _("%(name)s already has an e-mail address.")
    GRADES_ELSEWHERE = (
        "grades-elsewhere",
        _("%(name)s also grades or plans exams that aren’t yours. Ask support to make this change."),
    )
    EMAIL_TAKEN = (
        "email-taken",
        _("Another person already signs in with a code sent to %(email)s. Enter another address."),
    )
    FEIDE_NAME_TAKEN = (
        "feide-name-taken",
        _("%(feide_name)s is the Feide name of %(name)s. Remove this grader, and add %(name)s instead."),
    )
    ALREADY_GRADER = "already-grader", _("%(name)s is already a grader in %(committee)s.")
    NOBODY_TO_REMIND = "nobody-to-remind", _("All graders have confirmed, so no one needs a reminder.")
    REMINDED_RECENTLY = "reminded-recently", _("A reminder was sent less than an hour ago. Try again later.")
    NO_EMAIL = "no-email", _("We have no e-mail address for %(names)s. Add one on the exam’s page.")
    NO_EXAM_CHOSEN = "no-exam-chosen", _("Choose at least one exam.")
    REMINDERS_STALE = (
        "reminders-stale",
        _(
            "Something changed after you opened this preview, so no reminder was sent. Check the new preview, and "
            "send again."
        ),
    )
    EFFECTS_NOT_AGREED = (
        "effects-not-agreed",
        _("This changes confirmations. Agree to these changes before you continue: %(effects)s"),
    )

    # Deleting and cancelling
    EXAM_DELETED = "exam-deleted", _("%(exam)s was deleted. One of its planners can restore it.")
    EXAM_CANCELLED = (
        "exam-cancelled",
        _("%(exam)s was cancelled, so nothing in it can be changed. One of its planners can restore it."),
    )
    EXAM_HAS_GRADES = (
        "exam-has-grades",
        _("%(exam)s has grades, confirmations or transfers, so it can’t be deleted. Cancel it instead."),
    )
    EXAM_AT_FS = (
        "exam-at-fs",
        _(
            "Grades of %(exam)s were transferred to FS, so it can’t be cancelled. Reopen its committees to "
            "correct them."
        ),
    )
    COMMITTEE_HAS_GRADES = (
        "committee-has-grades",
        _("%(committee)s has grades or confirmations, so it can’t be deleted. Move its candidates instead."),
    )
    CANDIDATES_GRADED = (
        "candidates-graded",
        _("These candidates have grades, so they can’t be deleted: %(numbers)s. Remove their grades first."),
    )
    NO_CANDIDATE_TO_DELETE = "no-candidate-to-delete", _("Choose at least one candidate to delete.")
    REMOVAL_STALE = (
        "removal-stale",
        _(
            "Something changed after you opened this page, so nothing was deleted. Check the page, and delete again."
        ),
    )
    NOT_UNDOABLE = "not-undoable", _("This can’t be undone any more.")
    UNDONE_ALREADY = "undone-already", _("This has already been undone.")
    NUMBERS_TAKEN = (
        "numbers-taken",
        _("These candidate numbers are in use again, so nothing was restored: %(numbers)s."),
    )

    # Importing
    IMPORT_APPLIED = "import-applied", _("These files have already been imported.")
    IMPORT_CONFLICT = (
        "import-conflict",
        _("Someone else has just imported or changed the same exam. Check the preview again."),
    )
    IMPORT_USED = (
        "import-used",
        _("This import can no longer be undone. All its exams have been used or changed since."),
    )
    IMPORT_UNDO_STALE = (
        "import-undo-stale",
        _(
            "Something changed after you opened this page, so nothing was undone. Check the list, and try again."
        ),
    )
    IMPORT_STALE = (
        "import-stale",
        _(
            "Something changed after you opened this preview, so nothing was imported. Check the new preview, "
            "and import again."
        ),
    )

    FILES_OF_ONE_KIND = (
        "files-of-one-kind",
        _("Two of these files are of the same kind. Import them one after the other."),
    )
    RESULTS_NOT_IMPORTED = (
        "results-not-imported",
        _("A file of grades for FS can’t be imported here. Choose the files that FS exported."),
    )

    # Grading
    GRADES_LOCKED = (
        "grades-locked",
        _("All graders have confirmed, so the grades are locked. Ask %(planner)s to reopen the committee."),
    )
    ATTENDANCE_SET_MEANWHILE = (
        "attendance-set-meanwhile",
        _(
            "%(who)s set the attendance of %(candidate)s to “%(attendance)s” at %(time)s. Choose again if you "
            "want another."
        ),
    )
    UNKNOWN_GRADE = "unknown-grade", _("“%(grade)s” is not a grade in this exam. Choose one of %(grades)s.")
    NOT_YOUR_CANDIDATE = "not-your-candidate", _("%(candidate)s is not in your committee.")
    GRADE_SET_MEANWHILE = (
        "grade-set-meanwhile",
        _(
            "%(who)s gave %(candidate)s the grade %(grade)s at %(time)s. Choose again if you want another "
            "grade."
        ),
    )
    GRADE_REMOVED_MEANWHILE = (
        "grade-removed-meanwhile",
        _("%(who)s removed the grade of %(candidate)s at %(time)s. Choose again if you want to set one."),
    )
    NO_ATTENDANCE_CHOSEN = "no-attendance-chosen", _("Choose an attendance status.")
    NO_CANDIDATE_CHOSEN = "no-candidate-chosen", _("Choose at least one candidate and an attendance status.")
    FORM_STALE = (
        "form-stale",
        _("Other changes were saved after you opened this form. Check them, and save yours again."),
    )
    CANDIDATES_STALE = (
        "candidates-stale",
        _("These candidates were changed after you opened this page. Check them, and choose again."),
    )

    # Uploads
    LIST_OF_OTHER_COMMITTEE = (
        "list-of-other-committee",
        _(
            "This is the list of %(other)s, but you are uploading to %(here)s of the same exam. Nothing was "
            "changed. Upload it to %(other)s, or download this committee’s list and fill in that one."
        ),
    )
    LIST_OF_OTHER_EXAM = (
        "list-of-other-exam",
        _(
            "This is a list from another exam: %(exam)s, %(other)s. You are uploading to %(here)s. Nothing "
            "was changed. Upload it there, or download this committee’s list and fill in that one."
        ),
    )
    LIST_OF_UNKNOWN_COMMITTEE = (
        "list-of-unknown-committee",
        _(
            "This list is for a committee that does not exist here. Nothing was changed. Download this "
            "committee’s list and fill in that one."
        ),
    )
    PRACTICE_LIST_OF_YOURS = (
        "practice-list-of-yours",
        _(
            "This is your practice list. You are uploading to %(here)s, where it does not belong. Nothing was "
            "changed. Download this committee’s list and fill in that one."
        ),
    )
    PRACTICE_LIST_OF_COLLEAGUE = (
        "practice-list-of-colleague",
        _(
            "This is a practice list of a colleague. Nothing was changed. Download the list of %(here)s and fill "
            "in that one."
        ),
    )
    PRACTICE_LIST = (
        "practice-list",
        _(
            "This is a practice list from a training session. Nothing was changed. Download the list of %(here)s "
            "and fill in that one."
        ),
    )
    LIST_BEFORE_START_OVER = (
        "list-before-start-over",
        _(
            "This is a practice list from before you started over. Nothing was changed. Download the list of "
            "%(here)s again and fill in that one."
        ),
    )
    REAL_LIST_IN_PRACTICE = (
        "real-list-in-practice",
        _(
            "This is the list of a real exam, but you are practising. Nothing was changed. To register its "
            "grades, leave practice and upload the list to the real exam."
        ),
    )
    LIST_WITHOUT_CANDIDATES = (
        "list-without-candidates",
        _(
            "No row in the sheet “%(sheet)s” has a candidate of %(committee)s, so this looks like a list from "
            "another exam or committee. Nothing was changed. Download this committee’s list and fill in that "
            "one."
        ),
    )
    PROPOSAL_TOO_LATE = (
        "proposal-too-late",
        _(
            "No proposal can be accepted, because the grade was changed after this upload. Click the "
            "grade you want instead."
        ),
    )
    ROW_TOO_LATE = (
        "row-too-late",
        _(
            "This row can’t be corrected here, because it was corrected already or the grade was changed after "
            "this upload. Set the grade on the grade sheet instead."
        ),
    )
    NO_ATTENDANCE_PROPOSED = (
        "no-attendance-proposed",
        _("This row has no proposed attendance, or it has already been corrected."),
    )
    NOTHING_TO_RESTORE = (
        "nothing-to-restore",
        _("There is nothing to restore, because the grade was changed after this upload."),
    )
    NO_GRADES_REMAINING = (
        "no-grades-remaining",
        _("No candidates without a grade are left, apart from those who did not attend or withdrew."),
    )
    REMAINING_CHANGED = (
        "remaining-changed",
        _("Grades or attendance changed after you opened this page. Check the list of candidates again."),
    )
    REMAINING_GRADED_SINCE = (
        "remaining-graded-since",
        _("There is nothing to undo. All of these grades have been changed since."),
    )
    NOTHING_TO_UNDO = (
        "nothing-to-undo",
        _("There is nothing to undo. All grades from this upload have been changed since."),
    )
    UPLOAD_UNDONE = "upload-undone", _("This upload has already been undone.")

    # Confirmation
    ALREADY_CONFIRMED = "already-confirmed", _("The grades of this committee are already confirmed.")
    NO_CANDIDATES = "no-candidates", _("This committee has no candidates, so there is nothing to confirm.")
    GRADES_CHANGED = (
        "grades-changed",
        _("The grades changed after you opened this page. Review the changes and confirm again."),
    )
    UNGRADED_NOT_ACKNOWLEDGED = (
        "ungraded-not-acknowledged",
        _("Tick the box to confirm that these candidates should have no grade: %(numbers)s."),
    )
    BEFORE_EXAM = (
        "before-exam",
        _("The exam is on %(day)s. Its grades can’t be confirmed before that day."),
    )
    ON_BEHALF_OFF = (
        "on-behalf-off",
        _(
            "In this exam, planners can’t confirm on behalf of graders. You can change that under “Edit exam”."
        ),
    )
    OWN_SEAT = (
        "own-seat",
        _("You are a grader in this committee yourself. Open it on the “Grade” tab to confirm."),
    )
    LOCKS_NOW = (
        "locks-now",
        _(
            "All other graders have now confirmed, so this will lock the grades. Confirm again if you want that."
        ),
    )
    GRADER_CONFIRMED = "grader-confirmed", _("%(name)s has confirmed these grades.")
    WITHDRAWAL_LOCKED = (
        "withdrawal-locked",
        _("%(committee)s is confirmed, so no confirmation can be withdrawn. Reopen the committee instead."),
    )
    ALL_CONFIRMED = "all-confirmed", _("All graders have confirmed. Ask %(planner)s to reopen the committee.")
    NOT_CONFIRMED = (
        "not-confirmed",
        _("%(committee)s is not confirmed, so its graders can change the grades themselves."),
    )
    TRANSFERRED_MEANWHILE = (
        "transferred-meanwhile",
        _(
            "%(who)s transferred the grades of %(committee)s to FS after you opened this page, so it was not "
            "reopened. Check what changed, and reopen it if you still need to."
        ),
    )
    REOPENED_MEANWHILE = (
        "reopened-meanwhile",
        _(
            "%(who)s reopened %(committee)s after you opened this page, and its graders have confirmed again, "
            "so it was not reopened a second time. Check what changed, and reopen it if you still need to."
        ),
    )
    COMMITTEE_CHANGED = (
        "committee-changed",
        _(
            "%(committee)s was changed after you opened this page, so it was not reopened. Check what "
            "changed, and reopen it if you still need to."
        ),
    )
    NO_PROTOCOL_YET = (
        "no-protocol-yet",
        _("%(committee)s is not confirmed, so it has no protocol yet. Not yet confirmed by %(names)s."),
    )
    NO_PROTOCOL_NO_GRADERS = (
        "no-protocol-no-graders",
        _("%(committee)s has no graders, so it is not confirmed and has no protocol yet."),
    )
    PROTOCOL_CHANGED = "protocol-changed", _("The committee was changed just now. Open its protocol again.")

    # Transfer
    NOT_ALL_CONFIRMED = "not-all-confirmed", _("Not confirmed yet: %(committees)s.")
    TRANSFERRED_BY_OTHER = (
        "transferred-by-other",
        _("Someone else transferred grades after you opened this page. Check the page before you send more."),
    )
    TRANSFER_UNANSWERED = (
        "transfer-unanswered",
        _("FS has not answered transfer %(number)s yet. Send it again first."),
    )
    NOTHING_TO_TRANSFER = "nothing-to-transfer", _("There is nothing to send. FS already has every grade.")

    # Settings
    UNKNOWN_LANGUAGE = "unknown-language", _("This language is not available.")


class Refused(Exception):
    """Refusal of an act, which changed nothing. Pages respond with 409 and its sentence."""

    def __init__(self, code: TextChoices, **params: object) -> None:
        super().__init__(code.value)
        self.code, self.params = code, params

    @property
    def sentence(self) -> str:
        """The sentence with its parameters, in the active language."""
        return str(self.code.label) % self.params


def is_allowed(check: Callable[..., object], *args: object) -> bool:
    """Return whether `check(*args)` raises no `Refused`, for pages that offer the act."""
    try:
        check(*args)
    except Refused:
        return False
    return True


class StaleVersion(Refused):
    """Refusal because somebody else changed what the page showed."""
