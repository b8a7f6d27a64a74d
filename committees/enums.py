"""The closed word lists of grading. Imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

YEARS = range(1990, 2101)
"""The years in which an exam can be held; what lies outside is a slip of the pen."""


class GradeScale(models.TextChoices):
    """The grades that an exam may give. Grades are spelt in one way only; that spelling is also what is stored."""

    LETTERS = "A-F", _("A–F")
    PASS = "PASS", _("Pass/NotPass")

    @property
    def grades(self) -> tuple[str, ...]:
        """The scale's grades as they are spelt in a grade sheet, best first."""
        return ("A", "B", "C", "D", "E", "F") if self is GradeScale.LETTERS else ("Pass", "NotPass")

    def to_fs(self, grade: str) -> str:
        """`grade` as FS spells it in a result line (`karakter`)."""
        return {"Pass": "Bestått", "NotPass": "Ikke bestått"}.get(grade, grade)


EVERY_GRADE: tuple[str, ...] = tuple(grade for scale in GradeScale for grade in scale.grades)


def grade_label(grade: str) -> str:
    """`grade` as a page says it: a letter as it is, a word in the reader's language. Files keep to one spelling."""
    return str({"Pass": _("Pass"), "NotPass": _("NotPass")}.get(grade, grade))


def grade_meaning(grade: str) -> str:
    """What a letter of the A–F scale stands for; nothing for a grade that says it itself."""
    meanings = {
        "A": pgettext_lazy("grade", "excellent"),
        "B": pgettext_lazy("grade", "very good"),
        "C": pgettext_lazy("grade", "good"),
        "D": pgettext_lazy("grade", "satisfactory"),
        "E": pgettext_lazy("grade", "sufficient"),
        "F": pgettext_lazy("grade", "fail"),
    }
    return str(meanings.get(grade, ""))


class ExamKind(models.TextChoices):
    """Why an exam is a placeholder: nobody answers it digitally."""

    ORAL = "oral", _("Oral")
    PRACTICAL = "practical", _("Practical")
    PAPER = "paper", _("On paper")


class ConfirmationRule(models.TextChoices):
    """How many graders of a committee must confirm."""

    ALL = "all", _("All graders must confirm")
    ONE = "one", _("One grader can confirm")


class Attendance(models.TextChoices):
    """Whether the candidate came, as far as somebody has told."""

    UNKNOWN = "", _("Not known")
    ATTENDED = "attended", _("Attended")
    ABSENT = "absent", _("Did not attend")
    WITHDREW = "withdrew", _("Withdrew")


class Stage(models.TextChoices):
    """How far a committee has come. Derived in `Committee.stage`, stored nowhere."""

    NOT_STARTED = "not-started", pgettext_lazy("stage", "Not started")
    GRADING = "grading", pgettext_lazy("stage", "Grading")
    WAITING = "waiting", _("Waiting for other graders to confirm")
    CONFIRMED = "confirmed", pgettext_lazy("stage", "Confirmed")
    TRANSFERRED = "transferred", pgettext_lazy("stage", "Transferred")

    @classmethod
    def locked(cls) -> tuple["Stage", ...]:
        """The stages in which only a planner can change anything, by reopening."""
        return (cls.CONFIRMED, cls.TRANSFERRED)


class ChangeCode(models.TextChoices):
    """FS's `endringsstatus`: why a grade that FS already holds is sent again."""

    ERROR = "FEILREG", _("FEILREG – wrongly registered")
    APPEAL = "KLAGE", _("KLAGE – after an appeal")
    NEW_INFORMATION = "NYINFO", _("NYINFO – new information")


class ReceiptStatus(models.TextChoices):
    """What FS answered to one line of a transfer."""

    PENDING = "pending", _("No receipt yet")
    TAKEN = "taken", _("Taken")
    REFUSED = "refused", _("Refused")


class Theme(models.TextChoices):
    """How bright a person wants the pages."""

    SYSTEM = "", _("As this device is set")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class MailFrequency(models.TextChoices):
    """When a person is mailed what the pages tell them anyhow."""

    AT_ONCE = "at-once", _("Immediately")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


class MailProblem(models.TextChoices):
    """Why a mail could not be sent, or is not known to have been."""

    UNREACHED = "unreached", _("the mail server did not answer")
    REFUSED = "refused", _("the mail server rejected the mail")
    BROKEN = "broken", _("the mail could not be created")
    SILENT = "silent", _("the mail server stopped answering during sending")


class NotificationKind(models.TextChoices):
    """What a notice tells a person. The label heads the mail that tells only this."""

    CONFIRMED = "confirmed", _("A co-grader has confirmed")
    CHANGED = "changed", _("Grades changed after you confirmed")
    MOVED = "moved", _("Candidates moved after you confirmed")
    VOIDED = "voided", _("You need to confirm again")
    LOCKED = "locked", _("A committee is confirmed")
    EMAIL_SET = "email-set", _("An e-mail address was added to your account")
    SEATED = "seated", _("You have a seat on a committee")
    UNSEATED = "unseated", _("You no longer have a seat on a committee")
    REOPENED = "reopened", _("A committee is open again")
    DEADLINE_NEAR = "deadline-near", _("A grading deadline is near")
    DEADLINE_PASSED = "deadline-passed", _("A grading deadline has passed")
    OVERDUE = "overdue", _("Grading is late")
    ALL_CONFIRMED = "all-confirmed", _("An exam is ready for transfer")
    FS_ANSWERED = "fs-answered", _("FS answered a transfer")
    REMINDED = "reminded", _("Grading waits for you")


class LogAction(models.TextChoices):
    """What a log entry says was done."""

    EXAM_CREATED = "exam.created", _("created the exam")
    EXAM_CHANGED = "exam.changed", _("changed the exam")
    FILES_IMPORTED = "exam.imported", _("imported files from FS")
    GRADER_SEATED = "grader.seated", _("seated a grader")
    GRADER_UNSEATED = "grader.unseated", _("took a grader off the committee")
    CANDIDATES_MOVED = "candidates.moved", _("moved candidates")
    ATTENDANCE_NOTED = "attendance.noted", _("noted attendance")
    GRADE_CLICKED = "grade.clicked", _("set a grade by click")
    GRADE_TYPED = "grade.typed", _("typed a grade")
    GRADE_RESET = "grade.reset", _("removed a grade")
    GRADES_UPLOADED = "grades.uploaded", _("uploaded grades from Excel")
    PROPOSALS_ACCEPTED = "grades.proposals", _("accepted proposed grades")
    GRADES_RESTORED = "grades.restored", _("gave replaced grades back")
    UPLOAD_UNDONE = "upload.undone", _("undid an upload")
    CONFIRMED = "grading.confirmed", _("confirmed final grading")
    WITHDRAWN = "grading.withdrawn", _("withdrew a confirmation")
    REOPENED = "committee.reopened", _("reopened the committee")
    REMINDED = "graders.reminded", _("queued reminders to graders")
    TRANSFERRED = "transfer.made", _("transferred grades to FS")
    RECEIPTS_RECEIVED = "transfer.receipts", _("received FS's receipts")

    @classmethod
    def of_grades(cls) -> tuple["LogAction", ...]:
        """The acts whose log entries map candidate numbers to old and new grade."""
        return (
            cls.GRADE_CLICKED,
            cls.GRADE_TYPED,
            cls.GRADE_RESET,
            cls.GRADES_UPLOADED,
            cls.PROPOSALS_ACCEPTED,
            cls.GRADES_RESTORED,
            cls.UPLOAD_UNDONE,
        )
