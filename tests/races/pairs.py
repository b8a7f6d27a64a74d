"""
The pairs of acts. Each generator prepares its scene, yields the two acts, receives their meeting, and then checks
what must hold besides `tests.invariants`. `flip` selects the other variant of the pair.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from committees.actions.effects import NotAgreed
from committees.actions.versions import StaleForm
from committees.enums import LogAction, ReceiptStatus
from committees.errors import Refusal, Refused, StaleVersion
from committees.files.grade_sheet import read_grade_sheet
from committees.models import Candidate, Confirmation, Exam, Grader, TransferLine, Upload
from tests.conftest import stage
from tests.races.meeting import A_DELIVERY, A_TRANSFER, ONE_TRANSACTION, WITHOUT_WRITING, Act, Meeting, Point
from tests.races.scene import Scene

Met = Generator[tuple[Act, Act], Meeting, None]
ExamAudit = Callable[[Scene, bool], Met]


@dataclass(frozen=True, slots=True)
class Pair:
    """A generator, and the points at which its first and second act can be stopped."""

    story: ExamAudit
    left: tuple[Point, ...]
    right: tuple[Point, ...]


PAIRS: dict[str, Pair] = {}


def pair(
    name: str, left: tuple[Point, ...] = ONE_TRANSACTION, right: tuple[Point, ...] = ONE_TRANSACTION
) -> Callable[[ExamAudit], ExamAudit]:
    def listed(story: ExamAudit) -> ExamAudit:
        PAIRS[name] = Pair(story, left, right)
        return story

    return listed


def done(*results: object) -> list[bool]:
    return [not isinstance(result, Refused) for result in results]


def valid(scene: Scene) -> set[str]:
    """Return the people with a valid confirmation of committee 1."""
    seats = Grader.objects.valid().filter(committee=scene.one).select_related("person")
    return {grader.person.username for grader in seats}


@pair("upload × confirm")
def upload_and_confirm(scene: Scene, flip: bool) -> Met:
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded()
    if flip:  # kari's confirmation is the last one, so that it locks the grades
        scene.confirming(ola)()
    meeting = yield scene.uploading(ola, "D", "E"), scene.confirming(kari)
    if meeting.left_had_the_lock_first:
        assert done(*meeting.results) == [True, False]
        assert isinstance(meeting.results[1], StaleVersion)
        assert (scene.grades(), valid(scene)) == (["D", "E", "C"], set())
    elif flip:
        assert done(*meeting.results) == [False, True]
        assert (scene.grades(), stage(scene.one)) == (["A", "B", "C"], "confirmed")
    else:
        assert done(*meeting.results) == [True, True]
        assert (scene.grades(), valid(scene)) == (["D", "E", "C"], set())


@pair("click × upload")
def click_and_upload(scene: Scene, flip: bool) -> Met:
    """ola's list is older than kari's click: if it replaces the click, its result offers to restore it."""
    scene.graded()
    known = scene.list_of(scene.people.ola)
    acts = (
        scene.clicking(scene.people.kari, "10001", "F"),
        scene.uploading(scene.people.ola, "D", known=known),
    )
    meeting = yield acts
    assert scene.news() == {LogAction.GRADE_CLICKED: 1, LogAction.GRADES_UPLOADED: 1}
    upload = meeting.results[1]
    assert isinstance(upload, Upload)
    lost = [row.replaced and row.replaced.grade for row in upload.rows]
    assert lost == (["F"] if meeting.left_had_the_lock_first else [None])
    assert scene.grades()[0] == ("D" if meeting.left_had_the_lock_first else "F")


@pair("confirm × confirm")
def two_confirmations(scene: Scene, flip: bool) -> Met:
    """kari and ola; or kari twice, in two windows."""
    scene.graded()
    kari, other = scene.people.kari, scene.people.kari if flip else scene.people.ola
    meeting = yield scene.confirming(kari), scene.confirming(other)
    assert [type(result) for result in meeting.results] == [Confirmation, Confirmation]
    assert scene.news() == {LogAction.CONFIRMED: 1 if flip else 2}
    assert stage(scene.one) == ("waiting" if flip else "confirmed")


@pair("confirm × withdraw")
def confirm_and_withdraw(scene: Scene, flip: bool) -> Met:
    """ola gives the last confirmation while kari withdraws."""
    scene.graded()
    kari, ola = scene.people.kari, scene.people.ola
    scene.confirming(kari)()
    meeting = yield scene.confirming(ola), scene.withdrawing(kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    assert stage(scene.one) == ("confirmed" if first else "waiting")
    assert valid(scene) == ({"kari", "ola"} if first else {"ola"})


@pair("confirm × withdraw, the same grader", left=WITHOUT_WRITING)
def confirm_and_withdraw_in_two_windows(scene: Scene, flip: bool) -> Met:
    scene.graded()
    kari = scene.people.kari
    scene.confirming(kari)()
    meeting = yield scene.confirming(kari), scene.withdrawing(kari)
    assert done(*meeting.results) == [True, True]
    assert valid(scene) == (set() if meeting.left_had_the_lock_first else {"kari"})


@pair("transfer × transfer", A_TRANSFER, A_TRANSFER)
def two_transfers(scene: Scene, flip: bool) -> Met:
    """The first transfer, or a second one after a correction."""
    scene.graded().confirmed()
    if flip:
        scene.corrected()
    meeting = yield scene.transferring(), scene.transferring()
    assert sum(done(*meeting.results)) == 1
    taken = TransferLine.objects.filter(transfer__exam=scene.exam, status=ReceiptStatus.TAKEN)
    assert taken.count() == (5 if flip else 4)
    assert (stage(scene.one), stage(scene.two)) == ("transferred", "transferred")


@pair("reopen × transfer", right=A_TRANSFER)
def reopen_and_transfer(scene: Scene, flip: bool) -> Met:
    """The first transfer, or that of a correction."""
    scene.graded().confirmed()
    if flip:
        scene.corrected()
    meeting = yield scene.reopening(scene.one), scene.transferring()
    assert done(*meeting.results) == [True, not meeting.left_had_the_lock_first]
    assert stage(scene.one) == "grading"
    sent = TransferLine.objects.filter(transfer__exam=scene.exam).count()
    assert sent == (4 if flip else 0) + (not meeting.left_had_the_lock_first) * (1 if flip else 4)


@pair("unseat × confirm")
def unseat_and_confirm(scene: Scene, flip: bool) -> Met:
    """
    ola is removed while he confirms, or while kari does, which would complete the committee. If the confirmation
    comes first, the planner has agreed neither to delete it nor to lock the grades.
    """
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded()
    meeting = yield scene.unseating(ola), scene.confirming(kari if flip else ola)
    if meeting.left_had_the_lock_first:
        assert done(*meeting.results) == [True, flip]
        assert valid(scene) == ({"kari"} if flip else set())
        assert stage(scene.one) == ("confirmed" if flip else "grading")
    else:
        assert done(*meeting.results) == [False, True]
        assert isinstance(meeting.results[0], NotAgreed)
        assert (valid(scene), stage(scene.one)) == ({"kari" if flip else "ola"}, "waiting")


@pair("edit × edit")
def two_edits(scene: Scene, flip: bool) -> Met:
    """Two planners save the same form: the second is shown what the first changed, in either field."""
    other = scene.editing(name="Second") if flip else scene.editing(place="Second")
    meeting = yield scene.editing(place="First"), other
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first, not first]
    assert isinstance(meeting.results[1 if first else 0], StaleForm)
    scene.exam.refresh_from_db()
    assert scene.exam.place == ("First" if first else "" if flip else "Second")
    assert scene.news() == {LogAction.EXAM_CHANGED: 1}


@pair("edit the rule × confirm")
def edit_rule_and_confirm(scene: Scene, flip: bool) -> Met:
    """A planner agrees that kari's confirmation locks committee 1, and ola confirms it, or another committee."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded().confirming(kari)()
    editing = scene.editing(rule="one")
    meeting = yield editing, scene.confirming(ola, scene.two if flip else scene.one)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == ([True, flip] if first else [False, True])
    assert stage(scene.one) == ("confirmed" if first or not flip else "waiting")
    assert stage(scene.two) == ("confirmed" if first and flip else "waiting" if flip else "grading")


@pair("click × confirm")
def click_and_confirm(scene: Scene, flip: bool) -> Met:
    """ola changes or removes a grade while kari gives the last confirmation."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded().confirming(ola)()
    change = scene.resetting(ola, "10001") if flip else scene.clicking(ola, "10001", "F")
    meeting = yield change, scene.confirming(kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first, not first]
    assert stage(scene.one) == ("grading" if first else "confirmed")


@pair("on behalf × click")
def stand_in_and_click(scene: Scene, flip: bool) -> Met:
    """The planner confirms for ola, as the last or the first one, while kari changes a grade."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded()
    if not flip:
        scene.confirming(kari)()
    meeting = yield scene.standing_in(ola), scene.clicking(kari, "10001", "F")
    first = meeting.left_had_the_lock_first
    if first and not flip:
        assert done(*meeting.results) == [True, False]
        assert stage(scene.one) == "confirmed"
    else:
        assert done(*meeting.results) == [first, True]
        assert (stage(scene.one), valid(scene)) == ("grading", set())


@pair("on behalf × confirm")
def stand_in_and_confirm(scene: Scene, flip: bool) -> Met:
    """The planner confirms for ola while he does so himself, or while kari gives the last confirmation."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded()
    meeting = yield scene.standing_in(ola), scene.confirming(kari if flip else ola)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first or flip, True]
    assert stage(scene.one) == ("confirmed" if flip else "waiting")
    planners = Confirmation.objects.filter(grader__committee=scene.one).values_list(
        "planner__username", flat=True
    )
    assert set(planners) == ({"per", None} if flip else {None})


@pair("on behalf × withdraw")
def stand_in_and_withdraw(scene: Scene, flip: bool) -> Met:
    """The planner confirms for ola, whose confirmation would be the last, while kari withdraws hers."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded().confirming(kari)()
    meeting = yield scene.standing_in(ola), scene.withdrawing(kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    assert stage(scene.one) == ("confirmed" if first else "waiting")


@pair("reopen × transfer by committee", right=A_TRANSFER)
def reopen_and_transfer_by_committee(scene: Scene, flip: bool) -> Met:
    """Committee 1 goes alone and is reopened; or committee 2 is confirmed too, and goes in any case."""
    Exam.objects.filter(pk=scene.exam.pk).update(transfer_by_committee=True)
    scene.graded()
    for committee in (scene.one, scene.two)[: 2 if flip else 1]:
        for grader in committee.graders.select_related("person"):
            scene.confirming(grader.person, committee)()
    meeting = yield scene.reopening(scene.one), scene.transferring()
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, flip or not first]
    assert (stage(scene.one), stage(scene.two)) == ("grading", "transferred" if flip else "grading")
    sent = TransferLine.objects.filter(transfer__exam=scene.exam).count()
    assert sent == (3 if not first else 0) + (1 if flip else 0)


@pair("click × click")
def two_clicks(scene: Scene, flip: bool) -> Met:
    """On the same candidate, or on two of the same committee."""
    scene.graded()
    number = "10002" if flip else "10001"
    acts = scene.clicking(scene.people.kari, "10001", "E"), scene.clicking(scene.people.ola, number, "F")
    meeting = yield acts
    assert (done(*meeting.results), scene.news()) == ([True, True], {LogAction.GRADE_CLICKED: 2})
    last = "F" if meeting.left_had_the_lock_first else "E"
    assert scene.grades()[:2] == (["E", "F"] if flip else [last, "B"])


@pair("undo × click")
def undo_and_click(scene: Scene, flip: bool) -> Met:
    """A click after the upload is kept when the upload is undone."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded()
    upload = scene.uploading(kari, "D", "E")()
    assert isinstance(upload, Upload)
    meeting = yield scene.undoing(kari, upload), scene.clicking(ola, "10001", "F")
    assert done(*meeting.results) == [True, True]
    assert scene.grades() == ["F", "B", "C"]


@pair("undo × confirm")
def undo_and_confirm(scene: Scene, flip: bool) -> Met:
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded()
    upload = scene.uploading(kari, "D", "E")()
    assert isinstance(upload, Upload)
    scene.confirming(ola)()
    meeting = yield scene.undoing(kari, upload), scene.confirming(kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first, not first]
    assert scene.grades()[:2] == (["A", "B"] if first else ["D", "E"])


@pair("accept proposals × undo")
def accept_and_undo(scene: Scene, flip: bool) -> Met:
    """Undoing an upload includes proposals accepted before, and refuses later ones."""
    kari, ola = scene.people.kari, scene.people.ola
    upload = scene.uploading(kari, "A", "b")()
    assert isinstance(upload, Upload)
    meeting = yield scene.accepting(ola, upload), scene.undoing(kari, upload)
    assert done(*meeting.results) == [meeting.left_had_the_lock_first, True]
    assert scene.grades() == ["", "", ""]


@pair("give back × click")
def give_back_and_click(scene: Scene, flip: bool) -> Met:
    """A replaced grade is restored unless somebody else has set another one; a click is never lost."""
    kari, ola = scene.people.kari, scene.people.ola
    known = scene.list_of(ola)
    scene.clicking(kari, "10001", "A")()
    upload = scene.uploading(ola, "D", known=known)()
    assert isinstance(upload, Upload)
    meeting = yield scene.giving_back(ola, upload), scene.clicking(kari, "10001", "F")
    assert done(*meeting.results) == [meeting.left_had_the_lock_first, True]
    assert scene.grades()[0] == "F"


@pair("move × confirm")
def move_and_confirm(scene: Scene, flip: bool) -> Met:
    """A candidate is moved out of or into the committee during the last confirmation."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded().confirming(ola)()
    move = scene.moving("10013", scene.one) if flip else scene.moving("10003", scene.two)
    meeting = yield move, scene.confirming(kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first, not first]
    assert stage(scene.one) == ("grading" if first else "confirmed")


@pair("move × click")
def move_and_click(scene: Scene, flip: bool) -> Met:
    """The old committee sets the grade of a moved candidate before the move, or not at all."""
    scene.graded()
    meeting = yield scene.moving("10001", scene.two), scene.clicking(scene.people.kari, "10001", "F")
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    assert scene.candidate("10001").grade == ("A" if first else "F")


@pair("move × move")
def two_moves(scene: Scene, flip: bool) -> Met:
    """Two acts move different candidates, or the same one."""
    scene.graded()
    other = scene.moving("10001", scene.two) if flip else scene.moving("10013", scene.one)
    meeting = yield scene.moving("10001", scene.two), other
    assert meeting.failed == []
    numbers = [sorted(one.candidates.values_list("number", flat=True)) for one in (scene.one, scene.two)]
    assert (numbers[1] == ["10001", "10013"]) is flip
    assert sorted([*numbers[0], *numbers[1]]) == ["10001", "10002", "10003", "10013"]


@pair("deactivate × confirm")
def deactivate_and_confirm(scene: Scene, flip: bool) -> Met:
    """The confirmation of an inactive account never counts."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded().confirming(kari)()
    meeting = yield scene.deactivating(ola), scene.confirming(ola)
    assert done(*meeting.results)[0]
    assert (valid(scene), stage(scene.one)) == ({"kari"}, "waiting")


@pair("unseat × click")
def unseat_and_click(scene: Scene, flip: bool) -> Met:
    scene.graded()
    ola = scene.people.ola
    change = scene.uploading(ola, "F") if flip else scene.clicking(ola, "10001", "F")
    meeting = yield scene.unseating(ola), change
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    assert scene.grades()[0] == ("A" if first else "F")


@pair("import × click")
def import_and_click(scene: Scene, flip: bool) -> Met:
    """FS's file drops or moves a candidate that kari grades: a candidate with a grade is never dropped."""
    on = "2" if flip else "1"
    names = ("10001;1", f"10002;{on}", "10013;2") if flip else ("10001;1", "10002;1", "10013;2")
    number = "10002" if flip else "10003"
    clicking = scene.clicking(scene.people.kari, number, "F")
    meeting = yield scene.importing(candidates=names), clicking
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    there = scene.exam.candidates.filter(number=number).values_list("grade", flat=True)
    assert list(there) == ([""] if first and flip else [] if first else ["F"])


@pair("import × import")
def two_imports(scene: Scene, flip: bool) -> Met:
    """Both imports add the same committee and candidate, which then exist once."""
    new = {"committees": ("3;Oral C;kari;N",)}
    lists = ("10001;1", "10002;1", "10003;1", "10013;2", "10021;3")
    meeting = yield scene.importing(**new, candidates=lists), scene.importing(**new, candidates=lists)
    assert (meeting.failed, sum(done(*meeting.results)) >= 1) == ([], True)
    assert (scene.exam.committees.count(), scene.exam.candidates.count()) == (3, 5)
    assert scene.news() == {LogAction.FILES_IMPORTED: 1}


@pair("import × transfer", right=A_TRANSFER)
def import_and_transfer(scene: Scene, flip: bool) -> Met:
    """An import never moves a candidate of a confirmed exam, before, during or after the transfer."""
    scene.graded().confirmed()
    lists = ("10001;2", "10002;1", "10003;1", "10013;2")
    meeting = yield scene.importing(candidates=lists), scene.transferring()
    assert done(*meeting.results) == [True, True]
    assert (stage(scene.one), stage(scene.two)) == ("transferred", "transferred")


@pair("deliver × deliver", A_DELIVERY, A_DELIVERY)
def two_deliveries(scene: Scene, flip: bool) -> Met:
    """The same transfer is delivered to FS twice at once, as after a time-out."""
    scene.graded().confirmed()
    transfer = scene.frozen()
    meeting = yield scene.delivering(transfer), scene.delivering(transfer)
    assert (done(*meeting.results), scene.news()) == ([True, True], {LogAction.RECEIPTS_RECEIVED: 1})
    assert (stage(scene.one), stage(scene.two)) == ("transferred", "transferred")


@pair("attendance × click")
def attendance_and_click(scene: Scene, flip: bool) -> Met:
    """An act on several committees and one on one of them: nothing is lost, and there is no deadlock."""
    numbers = ("10002", "10013") if flip else ("10001", "10013")
    meeting = yield scene.noting(*numbers), scene.clicking(scene.people.kari, "10001", "F")
    assert done(*meeting.results) == [True, True]
    assert scene.news() == {LogAction.ATTENDANCE_NOTED: 1, LogAction.GRADE_CLICKED: 1}
    assert [scene.candidate(number).attendance for number in numbers] == ["attended", "attended"]


@pair("click × download")
def click_and_download(scene: Scene, flip: bool) -> Met:
    """
    An act on other committees ends during a click, then a list is downloaded. If the list does not show the click,
    its upload reports that it replaced the click, although its ID has a newer log entry.
    """
    scene.graded()
    kari, ola = scene.people.kari, scene.people.ola
    Candidate.objects.create(exam=scene.exam, number="10099")
    noting = scene.moving("10099", scene.two) if flip else scene.noting("10013", "10099")

    def note_and_download() -> bytes:
        noting()
        return scene.download(ola)

    meeting = yield scene.clicking(kari, "10001", "F"), note_and_download
    assert isinstance(meeting.results[1], bytes)
    downloaded = read_grade_sheet(meeting.results[1])
    cell = downloaded.rows[0].grade_cell
    shown = cell and cell.text
    upload = scene.uploading(ola, "E", known=downloaded.list_id)()
    assert isinstance(upload, Upload)
    lost = upload.rows[0].replaced
    assert (lost and lost.grade) == (None if shown == "F" else "F")


@pair("seat × confirm")
def seat_and_confirm(scene: Scene, flip: bool) -> Met:
    """A grader added before the last confirmation has to confirm too; afterwards nobody is added."""
    scene.graded().confirming(scene.people.ola)()
    meeting = yield scene.seating(scene.people.ingrid), scene.confirming(scene.people.kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first, True]
    assert stage(scene.one) == ("waiting" if first else "confirmed")


@pair("reopen × confirm", right=WITHOUT_WRITING)
def reopen_and_confirm(scene: Scene, flip: bool) -> Met:
    """A confirmation of the old round never counts in the new one."""
    scene.graded().confirmed()
    meeting = yield scene.reopening(scene.one), scene.confirming(scene.people.kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    assert (valid(scene), stage(scene.one)) == (set(), "grading")


@pair("delete × grade")
def delete_and_grade(scene: Scene, flip: bool) -> Met:
    """The first grade of an exam or committee prevents its deletion; after the deletion no grade can be set."""
    deleting = scene.deleting(scene.one if flip else None)
    meeting = yield deleting, scene.clicking(scene.people.kari, "10001", "A")
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first, not first]
    code = Refusal.COMMITTEE_GONE if flip else Refusal.EXAM_DELETED
    kept = Refusal.COMMITTEE_HAS_GRADES if flip else Refusal.EXAM_HAS_GRADES
    refusal = meeting.results[1 if first else 0]
    assert isinstance(refusal, Refused)
    assert refusal.code == (code if first else kept)
    assert scene.candidate("10001").grade == ("" if first else "A")


@pair("undo import × click")
def undo_import_and_click(scene: Scene, flip: bool) -> Met:
    """A grade of an imported candidate, or of another one, prevents the undo; after it the candidate is gone."""
    undoing = scene.undoing_import()
    number = "10001" if flip else "10099"
    meeting = yield undoing, scene.clicking(scene.people.kari, number, "A")
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [first, flip or not first]
    assert scene.exam.candidates.filter(number="10099").exists() is not first
    if not first:
        assert isinstance(meeting.results[0], Refused)
        assert meeting.results[0].code == Refusal.IMPORT_USED


@pair("cancel × confirm")
def cancel_and_confirm(scene: Scene, flip: bool) -> Met:
    """The last confirmation, or the first, comes before the cancellation, or is refused."""
    kari, ola = scene.people.kari, scene.people.ola
    scene.graded()
    if flip:
        scene.confirming(ola)()
    meeting = yield scene.cancelling(), scene.confirming(kari)
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    assert stage(scene.one) == (
        ("waiting" if flip else "grading") if first else "confirmed" if flip else "waiting"
    )


@pair("hand over × transfer", right=A_TRANSFER)
def hand_over_and_transfer(scene: Scene, flip: bool) -> Met:
    """A planner can't transfer after handing the exam over; a transfer made before is still delivered."""
    scene.graded().confirmed()
    if flip:
        scene.corrected()
    meeting = yield scene.handing_over(), scene.transferring()
    first = meeting.left_had_the_lock_first
    assert done(*meeting.results) == [True, not first]
    assert list(scene.exam.planners.values_list("username", flat=True)) == ["pia"]
    sent = TransferLine.objects.filter(transfer__exam=scene.exam).count()
    assert sent == (4 if flip else 0) + (not first) * (1 if flip else 4)
