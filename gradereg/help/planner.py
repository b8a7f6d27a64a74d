"""Help for planners."""

from django.utils.translation import gettext_lazy as _

from gradereg.help.topics import HelpPage, Picture, Topic

PLANNER = HelpPage(
    "planner",
    "calendar-check",
    _("Help for planners"),
    _("From a new exam to grades in FS."),
    (
        Topic(
            "set-up",
            _("Set up the exam"),
            (
                _(
                    "Choose the tab “Plan”. Click “Import from FS” to read the exam, its committees and its "
                    "candidates from FS files. You see every change before it is saved."
                ),
                _("Or click “New exam” and enter it by hand. The FS key must be the same as in FS."),
            ),
            Picture(
                "plan-tab", _("The tab Plan with a list of exams: progress of each committee, and deadlines")
            ),
        ),
        Topic(
            "committees",
            _("Add committees, graders and candidates"),
            (
                _("On the exam’s page, add each committee and its graders. New people get an invitation."),
                _(
                    "Add candidates under “Candidates”, and move or split them between committees. Each candidate is in "
                    "exactly one committee."
                ),
                _("“Readiness” lists what is missing before the graders can finish."),
            ),
            Picture("planned-exam", _("An exam’s page: readiness, committees with their graders and stages")),
        ),
        Topic(
            "follow",
            _("Follow the grading"),
            (
                _("The exam’s page shows how far each committee has got, and who has not confirmed."),
                _(
                    "“Remind graders who haven’t confirmed” sends them an e-mail. You see it before it is sent."
                ),
                _("When all committees are confirmed, you get a notice. Graders do not have to tell you."),
            ),
        ),
        Topic(
            "transfer",
            _("Transfer the grades to FS"),
            (
                _(
                    "Open “Transfer” on the exam’s page. “Test transfer to FS” shows what would be sent, and sends "
                    "nothing. You can repeat it."
                ),
                _(
                    "When every committee is confirmed, click “Transfer to FS”. Grades that FS has accepted are never "
                    "sent twice."
                ),
                _("Students see the grades in Studentweb when FS has accepted them."),
            ),
            Picture(
                "test-transfer",
                _("A test transfer: the number of grades that would be sent, and each candidate"),
            ),
        ),
        Topic(
            "reopen",
            _("Reopen a committee"),
            (
                _(
                    "If a confirmed grade is wrong, click “Reopen” at the committee, and give the change code and the "
                    "reason. Its graders are notified, correct the grade, and all confirm again."
                ),
                _("Then transfer again. Only grades that changed are sent, with the change code."),
            ),
        ),
    ),
    (
        _(
            "Grades can be transferred when every committee of the exam is confirmed. An exam can be set up so "
            "that each committee can be transferred as soon as it is confirmed."
        ),
        _("Only a planner can reopen a committee. The planner gives a reason, which the graders see."),
        _("After a reopening, all graders of the committee confirm again."),
        _("Each change, confirmation and transfer is recorded in the log of the exam."),
    ),
    (
        Topic(
            "grader-on-leave",
            _("A grader can’t confirm. What can I do?"),
            (
                _(
                    "Replace the grader: add another one, then remove the first. The grades stay. If the exam allows "
                    "it, you can also confirm on behalf of the grader. Give the reason: all graders see it, and it is "
                    "printed in the protocol."
                ),
            ),
        ),
        Topic(
            "not-reached",
            _("An external grader got no invitation."),
            (
                _(
                    "Check the address: click “Correct” at the grader. The invitation is sent again to the new address. "
                    "Graders without Feide sign in with a code that is sent to this address."
                ),
            ),
        ),
        Topic(
            "fs-rejected",
            _("FS rejected some grades."),
            (
                _(
                    "The record of the transfer shows each rejected candidate with the reason from FS. Correct the cause "
                    "here or in FS, and transfer again. Only these grades are sent."
                ),
            ),
        ),
        Topic(
            "move-candidate",
            _("A candidate is in the wrong committee."),
            (
                _(
                    "Open “Candidates”, select the candidate, choose the committee and click “Move”. If graders have "
                    "confirmed, you see which confirmations become invalid before you agree."
                ),
            ),
        ),
        Topic(
            "on-holiday",
            _("I am going on leave. Can a colleague take over?"),
            (
                _(
                    "Yes. Click “Change” beside “Planners” on the exam’s page, and add your colleague. “Hand over "
                    "all my exams” gives all of them to a colleague."
                ),
            ),
        ),
        Topic(
            "cancel",
            _("An exam was cancelled, or created by mistake."),
            (
                _(
                    "Imported the wrong file? Click “Undo import” on the page after the import. To find that "
                    "page again, click “Import from FS” and look under “Your recent imports”."
                ),
                _(
                    "At the bottom of the exam’s page, click “Cancel the exam” or “Delete the exam”. Both can be undone, "
                    "and the log is kept."
                ),
            ),
        ),
    ),
)
