"""Enumerations. This module imports none of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

YEARS = range(1990, 2101)
"""The years in which an exam can be held; others are typing errors."""


class Term(models.TextChoices):
    """FS's `vurdtidkode` of the two terms. Exams from FS may have others."""

    SPRING = "VÅR", _("Spring (VÅR)")
    AUTUMN = "HØST", _("Autumn (HØST)")


class ExamKind(models.TextChoices):
    """The form of an exam without digital answers."""

    ORAL = "oral", _("Oral")
    PRACTICAL = "practical", _("Practical")
    PAPER = "paper", _("On paper")


class ExamRemoval(models.TextChoices):
    """How a planner removed an exam from every list. Its rows and its log are kept."""

    DELETED = "deleted", pgettext_lazy("exam", "Deleted")
    CANCELLED = "cancelled", pgettext_lazy("exam", "Cancelled")


class ConfirmationRule(models.TextChoices):
    """The number of a committee's graders who must confirm."""

    ALL = "all", _("All graders must confirm")
    ONE = "one", _("One grader can confirm")


class SpotCheck(models.TextChoices):
    """Whether graders compare a few grades with their own notes before they confirm."""

    OFF = "off", pgettext_lazy("spot check", "Off")
    OFFERED = "offered", pgettext_lazy("spot check", "Offered")
    EXPECTED = "expected", pgettext_lazy("spot check", "Expected")


class HintKind(models.TextChoices):
    """A slip that the second look may have found in a column of grades. The labels are for the log."""

    ROW_SHIFT = "row-shift", _("grades shifted by a few rows")
    ATTENDANCE_SHIFT = "attendance-shift", _("grades shifted relative to attendance")
    OVERHANG = "overhang", _("grades below the last candidate")
    CONTROL_TOTALS = "control-totals", _("control totals differ")
    SAME_COLUMN = "same-column", _("same grades as another committee")
    NUMBERS_SORTED = "numbers-sorted", _("candidates sorted without their grades")
    GRADES_SORTED = "grades-sorted", _("grades sorted")
    ONE_GRADE = "one-grade", _("one grade for all")
    DRIFT = "drift", _("unlike earlier terms")
    SPOT_CHECK = "spot-check", _("spot check differs")
    SPOT_CHECK_MISSING = "spot-check-missing", _("no spot check")


class Attendance(models.TextChoices):
    UNKNOWN = "", _("Not recorded")
    ATTENDED = "attended", _("Attended")
    ABSENT = "absent", _("Did not attend")
    WITHDREW = "withdrew", _("Withdrew")


class Stage(models.TextChoices):
    """The progress of a committee. Derived in `Committee.stage`, never stored."""

    NOT_STARTED = "not-started", pgettext_lazy("stage", "Not started")
    GRADING = "grading", pgettext_lazy("stage", "Grading")
    WAITING = "waiting", _("Waiting for other graders to confirm")
    CONFIRMED = "confirmed", pgettext_lazy("stage", "Confirmed")
    TRANSFERRED = "transferred", pgettext_lazy("stage", "Transferred")

    @classmethod
    def locked(cls) -> tuple["Stage", ...]:
        """Return the stages in which only a planner can change anything, by reopening."""
        return (cls.CONFIRMED, cls.TRANSFERRED)


class SheetSort(models.TextChoices):
    """The order of the candidates in Final Grading."""

    NUMBER = "", pgettext_lazy("sort by", "Number")
    GRADE = "grade", pgettext_lazy("sort by", "Grade")
    CHANGED = "changed", pgettext_lazy("sort by", "Last change")


class PlannedBy(models.TextChoices):
    """Which of a planner's exams the Plan tab shows."""

    ANYBODY = "", _("All I can see")
    ME = "mine", _("Mine only")


class PlanShow(models.TextChoices):
    """Exams that the Plan tab shows: current ones, archived ones (finished long ago, or cancelled), or deleted ones."""

    CURRENT = "", _("Current exams")
    ARCHIVED = "archived", _("Archived exams (finished or cancelled)")
    ALL = "all", _("Current and archived exams")
    DELETED = "deleted", _("Deleted exams")


class PlanSort(models.TextChoices):
    """The order of the Plan tab."""

    DEADLINE = "deadline", _("Deadline")
    CODE = "code", _("Course code")
    PROGRESS = "progress", _("Progress, least first")


class ChangeCode(models.TextChoices):
    """FS's `endringsstatus`: why a grade that FS already has is sent again."""

    ERROR = "FEILREG", _("FEILREG – wrongly registered")
    APPEAL = "KLAGE", _("KLAGE – after an appeal")
    NEW_INFORMATION = "NYINFO", _("NYINFO – new information")


class ReceiptStatus(models.TextChoices):
    """FS's answer to one line of a transfer."""

    PENDING = "pending", _("Awaiting reply")
    TAKEN = "taken", _("Accepted")
    REFUSED = "refused", _("Refused")


class Theme(models.TextChoices):
    SYSTEM = "", _("System default")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class MailFrequency(models.TextChoices):
    """How often a person gets notifications by mail."""

    AT_ONCE = "at-once", _("Immediately")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


class EmailSource(models.TextChoices):
    """The origin of a person's e-mail address. Empty: support or a command."""

    FEIDE = "feide", _("Feide")
    PERSON = "person", _("the person")
    PLANNER = "planner", _("a planner")


class MailProblem(models.TextChoices):
    """The reason why a mail was not sent, or may not have been."""

    UNREACHED = "unreached", _("the mail server did not answer")
    REFUSED = "refused", _("the mail server rejected the e-mail")
    BROKEN = "broken", _("the e-mail could not be created")
    SILENT = "silent", _("the mail server stopped answering during sending")


class NotificationKind(models.TextChoices):
    """The subject of a notification. Its label is the subject line of a mail with this notification only."""

    CONFIRMED = "confirmed", _("A co-grader has confirmed")
    CONFIRMED_FOR = "confirmed-for", _("A planner confirmed on behalf of a grader")
    CHANGED = "changed", _("Grades changed after you confirmed")
    REPLACED = "replaced", _("An upload replaced grades that you set")
    MOVED = "moved", _("Candidates moved after you confirmed")
    VOIDED = "voided", _("You need to confirm again")
    LOCKED = "locked", _("A committee is confirmed")
    EMAIL_SET = "email-set", _("An e-mail address was added to your account")
    SEATED = "seated", _("You were added as a grader")
    UNSEATED = "unseated", _("You were removed as a grader")
    REOPENED = "reopened", _("A committee was reopened")
    DEADLINE_NEAR = "deadline-near", _("A grading deadline is near")
    DEADLINE_PASSED = "deadline-passed", _("A grading deadline has passed")
    OVERDUE = "overdue", _("Grading is late")
    COMMITTEE_READY = "committee-ready", _("A committee is ready for transfer")
    ALL_CONFIRMED = "all-confirmed", _("An exam is ready for transfer")
    FS_ANSWERED = "fs-answered", _("FS answered a transfer")
    REMINDED = "reminded", _("Reminder: grading to confirm")
    EXAM_CANCELLED = "exam-cancelled", _("An exam was cancelled")
    EXAM_DELETED = "exam-deleted", _("An exam was deleted")
    COMMITTEE_DELETED = "committee-deleted", _("A committee was deleted")
    RESTORED = "restored", _("You are a grader again")
    PLANNER_ADDED = "planner-added", _("You were added as a planner")


class LogAction(models.TextChoices):
    """The act that a log entry records."""

    EXAM_CREATED = "exam.created", _("created the exam")
    EXAM_CHANGED = "exam.changed", _("changed the exam")
    EXAM_DELETED = "exam.deleted", _("deleted the exam")
    EXAM_CANCELLED = "exam.cancelled", _("cancelled the exam")
    EXAM_RESTORED = "exam.restored", _("restored the exam")
    HANDED_OVER = "exam.handed-over", _("handed over the exam")
    COMMITTEE_DELETED = "committee.deleted", _("deleted a committee")
    COMMITTEE_RESTORED = "committee.restored", _("restored a committee")
    CANDIDATES_DELETED = "candidates.deleted", _("deleted candidates")
    CANDIDATES_RESTORED = "candidates.restored", _("restored candidates")
    FILES_IMPORTED = "exam.imported", _("imported files from FS")
    GRADER_SEATED = "grader.seated", _("added a grader")
    GRADER_UNSEATED = "grader.unseated", _("removed a grader")
    GRADER_CORRECTED = "grader.corrected", _("corrected the name or e-mail address of a grader")
    CANDIDATES_ADDED = "candidates.added", _("added candidates")
    CANDIDATES_MOVED = "candidates.moved", _("moved candidates")
    ATTENDANCE_NOTED = "attendance.noted", _("set attendance")
    GRADE_CLICKED = "grade.clicked", _("set a grade by clicking")
    GRADE_TYPED = "grade.typed", _("typed a grade")
    GRADE_RESET = "grade.reset", _("removed a grade")
    REMAINING_SET = "grades.remaining", _("set all remaining grades")
    REMAINING_UNDONE = "grades.remaining-undone", _("undid setting all remaining grades")
    GRADES_UPLOADED = "grades.uploaded", _("uploaded grades from Excel")
    PROPOSALS_ACCEPTED = "grades.proposals", _("accepted proposed grades")
    ROW_CORRECTED = "grades.corrected", _("corrected a rejected row")
    GRADES_RESTORED = "grades.restored", _("restored replaced grades")
    UPLOAD_UNDONE = "upload.undone", _("undid an upload")
    CONFIRMED = "grading.confirmed", _("confirmed final grading")
    CONFIRMED_FOR = "grading.confirmed-for", _("confirmed on behalf of a grader")
    WITHDRAWN = "grading.withdrawn", _("withdrew a confirmation")
    REOPENED = "committee.reopened", _("reopened the committee")
    REMINDED = "graders.reminded", _("queued reminders to graders")
    TRANSFERRED = "transfer.made", _("transferred grades to FS")
    RECEIPTS_RECEIVED = "transfer.receipts", _("received receipts from FS")

    @classmethod
    def of_places(cls) -> tuple["LogAction", ...]:
        """Return the acts whose log entries map candidate numbers to old and new committee number, "" for none."""
        return (cls.CANDIDATES_ADDED, cls.CANDIDATES_MOVED, cls.FILES_IMPORTED)

    @classmethod
    def restoring_grades(cls) -> tuple["LogAction", ...]:
        """Return the acts of grading that restore the grades from before another act."""
        return (cls.REMAINING_UNDONE, cls.UPLOAD_UNDONE)

    @classmethod
    def of_grades(cls) -> tuple["LogAction", ...]:
        """Return the acts whose log entries map candidate numbers to old and new grade."""
        return (
            cls.GRADE_CLICKED,
            cls.GRADE_TYPED,
            cls.GRADE_RESET,
            cls.REMAINING_SET,
            cls.REMAINING_UNDONE,
            cls.GRADES_UPLOADED,
            cls.PROPOSALS_ACCEPTED,
            cls.ROW_CORRECTED,
            cls.GRADES_RESTORED,
            cls.UPLOAD_UNDONE,
        )

    @classmethod
    def of_confirmation(cls) -> tuple["LogAction", ...]:
        """Return the acts that confirm a grade sheet, by a grader or on behalf of one."""
        return cls.CONFIRMED, cls.CONFIRMED_FOR
