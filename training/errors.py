"""Refusals of training, beside those of `committees.errors`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TrainingRefusal(TextChoices):
    """Code and sentence, for `committees.errors.Refused`."""

    SESSION_OVER = "session-over", _("This training session is over.")
    NO_SUCH_SCENARIO = "no-such-scenario", _("This training session has no such scenario.")
    SCENARIO_NOT_OPEN = "scenario-not-open", _("This scenario is not open.")
    TRAINEE_NAME_TAKEN = (
        "trainee-name-taken",
        _("Someone has already joined with this name. Add an initial or your department."),
    )
    ROBOT_ABSENT = "robot-absent", _("No robot can do this in the trainee’s copy.")
    NO_SUCH_TASK = "no-such-task", _("The trainee is working on another task now.")
    NO_SUCH_CANDIDATE = "no-such-candidate", _("This copy has no such candidate.")
    TRAINEE_GONE = "trainee-gone", _("This trainee is no longer in the session.")
