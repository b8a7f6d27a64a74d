"""Help for graders, internal and external."""

from django.utils.translation import gettext_lazy as _

from gradereg.help.topics import HelpPage, Picture, Topic

OPEN = Topic(
    "open",
    _("Open the exam"),
    (
        _("Sign in, choose the tab “Grade”, and click the exam."),
        _("Click “Open Final Grading”. Every candidate of your committee is listed, graded or not."),
    ),
    Picture("grade-tab", _("The tab Grade with a list of exams: committee, progress, stage and deadline")),
)
DOWNLOAD = Topic(
    "download",
    _("Download the list"),
    (
        _("Click “Download” in the top right corner, and then “Grades to Excel”."),
        _("The file lists the candidates of your committee, with the grades that are already set."),
    ),
    Picture("download", _("The menu Download with the choice Grades to Excel, above the list of candidates")),
    words=_("export, xlsx, spreadsheet"),
)
FILL_IN = Topic(
    "fill-in",
    _("Fill in the grades"),
    (
        _(
            "Type the grades in the column “Grade” and save the file. Do not change the column “Candidate ID”."
        ),
        _(
            "All grades must be filled in, also F and NotPass. Write A–F in capital letters, and passed or failed "
            "as Pass or NotPass."
        ),
        _(
            "If a candidate should not get a grade, for example because they did not attend, leave the cell empty."
        ),
    ),
    Picture("workbook", _("The downloaded list in a spreadsheet, with a grade beside each candidate ID")),
    words=_("lower case, small letters, wrong column, pass, fail"),
)
UPLOAD = Topic(
    "upload",
    _("Upload the list"),
    (
        _("Click “Upload” in the top right corner, and then “Grades from Excel”."),
        _("Click “Browse”, choose the saved file, and click “Upload”."),
        _(
            "The result shows how many rows were updated, each grade that changed, and each rejected row with the "
            "reason. Correct a rejected row right there with one click, or correct the file and upload it again."
        ),
        _("Click “Done” when the result is as you expect. If it is not, click “Undo this upload”."),
    ),
    Picture("upload-result", _("The result of an upload: counts, rejected rows and buttons to correct them")),
    words=_("import, undo, withdraw an upload, forgot to upload, proposal"),
)
CLICK = Topic(
    "click",
    _("Set or change a grade by clicking"),
    (
        _("Click a grade in the candidate’s row. It is saved at once. To change it, click another grade."),
        _("To remove a grade, click the arrow on the left of the row."),
        _(
            "If your list is on paper, click “Type grades” and type each candidate number and grade. “Keys” lists "
            "all keyboard shortcuts."
        ),
        _("“Set all remaining” gives the same grade to all candidates who have none. You can undo it."),
        _("“Read back” shows one candidate at a time, so that you can compare the grades with your notes."),
    ),
    Picture(
        "final-grading", _("Final Grading: a row for each candidate, with the reset arrow and the grades")
    ),
    words=_("mistake, delete, reset, phone, keyboard, search, sort"),
)
CONFIRM = Topic(
    "confirm",
    _("Confirm the grades"),
    (
        _("Click “Confirm Final Grading”. Check every candidate in the list, and confirm."),
        _("“Compare with your own list” finds differences from your notes on paper."),
        _(
            "All graders of the committee must confirm, unless the exam is set to “One grader can confirm”. As "
            "long as a confirmation is missing, you see “Waiting for other graders to confirm”, and you can "
            "click “Withdraw my confirmation”."
        ),
        _(
            "When everyone has confirmed, the grades are locked. The planner is notified and transfers the grades to "
            "FS. After that, students see them in Studentweb."
        ),
    ),
    Picture("confirm", _("The page Confirm Final Grading with the number of candidates for each grade")),
    words=_("sign, approve, deadline, too early, regret, undo, distribution"),
)

RULES = (
    _("Grades from the spreadsheet overwrite grades that are already set."),
    _("You can upload the spreadsheet as many times as you want. Each upload overwrites existing grades."),
    _("A candidate who is “Not started” becomes “Submitted” when a grade is imported."),
    _("Empty cells in the column “Grade” do not overwrite existing grades."),
    _("A grade set by mistake can be removed with the arrow on the left of the row."),
    _("After an upload, you can still change each grade by clicking another one."),
    _(
        "A confirmation applies to the grades you saw. If one of them changes, you are asked to confirm again."
    ),
)

QUESTIONS = (
    Topic(
        "wrong-grade",
        _("A grade is wrong. How do I correct it?"),
        (
            _(
                "Until all graders have confirmed, click the right grade. Graders who had confirmed must confirm again."
            ),
            _(
                "When the grades are locked, ask the planner to reopen the committee. Then correct the grade, and all "
                "graders confirm again. This also works when the grade has been sent to FS: the planner transfers the "
                "correction."
            ),
        ),
        words=_("change a grade after confirming, mistake, appeal, regret, complaint"),
    ),
    Topic(
        "absent",
        _("A candidate did not attend. What do I enter?"),
        (
            _(
                "Do not set a grade. To record the reason, click the symbol for “Did not attend” or “Withdrew” "
                "in the column “Attendance”."
            ),
            _(
                "When you confirm, candidates without a grade are listed. Tick the box to confirm that they "
                "should have none."
            ),
        ),
        words=_("absent, sick, no-show, failed to appear"),
    ),
    Topic(
        "on-leave",
        _("My co-grader is ill or on leave. How do we finish?"),
        (
            _(
                "Ask the planner. The planner can replace the grader, or confirm on behalf of the grader with a "
                "reason if the exam allows it. All graders of the committee are notified."
            ),
        ),
        words=_("sick, absent, holiday, vacation, replace"),
    ),
    Topic(
        "other-committee",
        _("My list was refused because it is from another committee or exam."),
        (
            _(
                "No grade was changed. Open Final Grading of the right committee, and upload the file there. If you are "
                "unsure, download a new list."
            ),
        ),
        words=_("wrong file, wrong list"),
    ),
    Topic(
        "locked",
        _("The grades are locked. What does this mean?"),
        (
            _(
                "Every grader has confirmed, so nobody can change a grade. Only a planner can reopen the committee. "
                "The planner’s name and e-mail address are on each page of the exam."
            ),
        ),
        words=_("change a grade after confirming, unlock, regret"),
    ),
    Topic(
        "file-refused",
        _("My file is refused. What is wrong with it?"),
        (
            _("The message says what to do. These are the usual causes:"),
            _("The file is not an Excel workbook (.xlsx). Open it and save it as one."),
            _("The headings “Candidate ID” and “Grade” were changed. Write them exactly like this."),
            _("The workbook is protected with a password. Remove the password and save it."),
            _("If nothing helps, download a new list and copy your grades into it."),
        ),
    ),
    Topic(
        "fewer-rows",
        _("Fewer rows were updated than I expected."),
        (
            _(
                "Look at the counts in the result. Rows may be unchanged, empty or rejected. If all are empty, the file "
                "was probably not saved before the upload."
            ),
        ),
        words=_("not saved, empty, lower case, missing, wrong column"),
    ),
    Topic(
        "colleague-changed",
        _("A co-grader changed grades while I filled in my list."),
        (
            _(
                "Where you did not change the cell, your co-grader’s grade is kept. Where both of you set a "
                "grade, yours is used, and the result shows the other one with a button to restore it."
            ),
        ),
        words=_("overwrite, conflict, both, at the same time, kept"),
    ),
    Topic(
        "missing-exam",
        _("An exam, or a candidate, is missing."),
        (
            _(
                "You see an exam when its planner has added you as a grader. If a candidate is missing from your list, "
                "the planner can add the candidate or move the candidate to your committee."
            ),
        ),
    ),
    Topic(
        "practise",
        _("Can I try this without doing any harm?"),
        (
            _(
                "Yes. Open the “Training” tab. You practise on the same pages with made-up candidates. On the page of "
                "your own exam, “Practise this exam” creates a private copy."
            ),
        ),
    ),
)

GRADER = HelpPage(
    "grader",
    "graduation-cap",
    _("Help for graders"),
    _("From the list of candidates to confirmed grades."),
    (OPEN, DOWNLOAD, FILL_IN, UPLOAD, CLICK, CONFIRM),
    RULES,
    QUESTIONS,
    has_film=True,
)
EXTERNAL_GRADER = HelpPage(
    "external-grader",
    "user-round-check",
    _("Help for external graders"),
    _("How to sign in from another institution. After that, you grade like everyone else."),
    (
        Topic(
            "invitation",
            _("Find the invitation"),
            (
                _(
                    "The planner adds you as a grader, and you get an e-mail with the exam, the deadline and "
                    "how to sign in. If you can’t find it, look in your spam folder."
                ),
            ),
        ),
        Topic(
            "sign-in",
            _("Sign in"),
            (
                _(
                    "If the invitation says Feide, click “Sign in with Feide” and choose your own institution."
                ),
                _(
                    "Otherwise, click “Sign in with a code sent by e-mail”, and enter the address that the invitation "
                    "was sent to. Enter the code from the e-mail."
                ),
            ),
            Picture("sign-in", _("The sign-in page")),
        ),
        OPEN,
        DOWNLOAD,
        FILL_IN,
        UPLOAD,
        CLICK,
        CONFIRM,
    ),
    RULES,
    (
        Topic(
            "no-code",
            _("The code does not arrive."),
            (
                _(
                    "Use exactly the address that the invitation was sent to, and wait a few minutes. Ask the planner "
                    "whether the address is right. The planner can correct it."
                ),
            ),
        ),
        *QUESTIONS,
    ),
    has_film=True,
)
