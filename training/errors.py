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
    SESSION_BEGUN = (
        "session-begun",
        _("Trainees have begun, so you can’t change how the session works or its time limit any more."),
    )
    ASSESSED_ONCE = "assessed-once", _("An assessed scenario can’t be started over. Ask the trainer.")
    HANDED_IN = "handed-in", _("This scenario has been handed in, so it can no longer be changed.")
    TIME_UP = "time-up", _("The time is up. The scenario was handed in as it was.")
    NOT_HANDED_IN = "not-handed-in", _("You see the debrief after you hand in the scenario.")
    NO_HELP = "no-help", _("There is no help with the tasks in an assessment.")
    NO_TIME_LIMIT = "no-time-limit", _("Only assessments with a time limit can have extra time.")
    TRAINEE_GONE = "trainee-gone", _("This trainee is no longer in the session.")
    SCENARIO_KEY_TAKEN = (
        "scenario-key-taken",
        _("There is already a scenario with the key “%(key)s”. Choose another key."),
    )
    SCENARIO_STALE = (
        "scenario-stale",
        _("The scenario was saved in another window after you opened this page. Nothing was changed."),
    )
    SCENARIO_GONE = "scenario-gone", _("This scenario was deleted.")
    SCENARIO_HAS_PROBLEMS = (
        "scenario-has-problems",
        _("The scenario has problems. Correct them before you publish it."),
    )
    SCENARIO_NOT_PLAYED = (
        "scenario-not-played",
        _("The scenario has not been played to “Well done” yet. Click “Play it” and wait for the result."),
    )
    SCENARIO_PUBLISHED = (
        "scenario-published",
        _("The scenario is published. Withdraw it before you delete it."),
    )
    SCENARIO_IN_USE = (
        "scenario-in-use",
        _(
            "A training session that has not ended uses this scenario. You can delete it when the session is over."
        ),
    )
    PLAYS_BUSY = (
        "plays-busy",
        _("Other scenarios are being played right now. Your text is saved. Click “Play it” in a minute."),
    )
