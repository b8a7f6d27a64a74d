"""Help for trainers and students."""

from django.utils.translation import gettext_lazy as _

from gradereg.help.topics import HelpPage, Picture, Topic

TRAINER = HelpPage(
    "trainer",
    "dumbbell",
    _("Help for trainers"),
    _("Let graders and planners practise on the real pages."),
    (
        Topic(
            "session",
            _("Create a training session"),
            (
                _("Choose the tab “Training”, and click “New training session”. Choose the scenarios."),
                _(
                    "“Show the code” fills the screen with the code and the address. Trainees enter the code and their "
                    "name. They do not need an account."
                ),
            ),
            Picture("training-tab", _("The tab Training with sessions and scenarios for self-study")),
        ),
        Topic(
            "board",
            _("Follow the trainees"),
            (
                _("The board shows each trainee’s step, and the trainees who are stuck. It updates itself."),
                _("Click a name to see that trainee’s pages. You can’t change anything there."),
                _("“Message to all” shows a message above everyone’s tasks."),
            ),
            Picture("training-board", _("The board of a training session: a row for each trainee")),
        ),
        Topic(
            "end",
            _("End the session"),
            (
                _(
                    "Click “End session”. Trainees keep their certificates. “Summary to Excel” has the results."
                ),
            ),
        ),
    ),
    (
        _("Practice never reaches real exams or FS. All candidates are made up."),
        _("The data of a session are deleted on the day given in its settings. Certificates are kept."),
    ),
    (
        Topic(
            "stuck",
            _("A trainee is stuck."),
            (
                _(
                    "Each click on “Check” says more: how many things are not right, which ones, and what is "
                    "wrong, with a hint. “Start over” gives the trainee a new copy of the scenario."
                ),
            ),
        ),
        Topic(
            "lost",
            _("A trainee closed the browser."),
            (
                _(
                    "In the same browser, the address of the session leads back to the trainee’s tasks. In another "
                    "browser, the trainee joins again and starts from the beginning."
                ),
            ),
        ),
    ),
)
STUDENT = HelpPage(
    "student",
    "scroll-text",
    _("Help for students"),
    _("Where to find your grade, and where to ask about it."),
    (
        Topic(
            "result",
            _("See your grade"),
            (
                _("You see your grade in Studentweb when FS, the student registry, has accepted it."),
                _(
                    "Before that, all graders of your committee must confirm the grades, and the planner of the exam "
                    "transfers them."
                ),
            ),
            Picture("studentweb", _("The results in Studentweb")),
        ),
    ),
    (
        _("A grade is confirmed by the graders of your committee before it is sent to FS."),
        _("Nobody can change a confirmed grade unnoticed: each change is recorded with name and time."),
    ),
    (
        Topic(
            "no-grade-yet",
            _("My grade is not there yet."),
            (
                _(
                    "The grading may not be finished. If the deadline has passed, ask your department. They can "
                    "see how far the grading has come."
                ),
            ),
        ),
        Topic(
            "grade-seems-wrong",
            _("My grade is not the one I was told."),
            (
                _(
                    "Contact your department at once, with your candidate number and the exam. If a grade was entered "
                    "wrongly, the planner reopens the grading, and the corrected grade is sent to FS."
                ),
            ),
        ),
        Topic(
            "explanation",
            _("I want an explanation of my grade, or to appeal."),
            (
                _(
                    "This is not done here. Your department or Studentweb shows how to ask, and the deadlines. After an "
                    "oral exam, ask for the explanation when you are told the grade."
                ),
            ),
        ),
        Topic(
            "protocol",
            _("I have a printed protocol. Is it current?"),
            (
                _(
                    "Choose “Check a protocol” at the bottom of the page, and enter the code from the protocol."
                ),
            ),
        ),
    ),
)
