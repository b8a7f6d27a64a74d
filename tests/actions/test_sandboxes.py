"""Acts in a sandbox affect nothing outside it, and deleting it leaves nothing behind."""

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.actions.graders import invite_grader
from committees.actions.grading import set_grade
from committees.actions.planning import change_exam, create_exam
from committees.actions.reminding import remind_graders
from committees.actions.sandboxes import create_sandbox, delete_sandboxes
from committees.actions.transfer import preview_transfer, transfer_grades
from committees.audit.verification import violations
from committees.errors import Refusal
from committees.forms.exams import ExamForm
from committees.models import Exam, Grader, LogEntry, Notification, Sandbox, User
from committees.views.exam_forms import new_exam
from fs.models import FsExam, ReceivedFile, Registration
from tests.conftest import People, grade, seat
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from tests.refusals import refused
from tests.sandboxes import confirm_here, fill_sandbox, import_exam, sample_sandbox
from tests.snapshot import snapshot


class NoFs:
    """An FS that must not be contacted."""

    def __init__(self) -> NoReturn:
        raise AssertionError("practice came to the real FS")


@pytest.fixture
def there(people: People, settings: Any) -> SimpleNamespace:
    """A sandbox beside the register, whose FS fails if a practice transfer reaches it."""
    made = sample_sandbox()
    settings.FS_BACKEND = f"{__name__}.NoFs"
    return made


# Planning


def test_exam_is_in_the_sandbox_of_its_creator(there: SimpleNamespace, people: People) -> None:
    exams = [
        create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[], by=planner)
        for planner in (there.per, people.per)
    ]
    assert [exam.sandbox for exam in exams] == [there.sandbox, None]
    with refused(Refusal.FS_KEY_TAKEN):
        create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[], by=there.per)


def test_planners_are_of_the_same_sandbox(there: People, people: People) -> None:
    for by, stranger, exam in ((there.per, people.petra, there.exam), (people.per, there.per, people.exam)):
        with refused(Refusal.PRACTICE_AND_REAL, names=stranger):
            create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[stranger], by=by)
        with refused(Refusal.PRACTICE_AND_REAL, names=stranger):
            change_exam(exam, planners=[by, stranger], by=by)
    assert not Exam.objects.filter(emnekode="NEW1000").exists()


def test_forms_offer_planners_of_the_same_sandbox(there: SimpleNamespace, people: People) -> None:
    offered = [
        set(ExamForm(instance=exam, submit="").fields["planners"].queryset)  # type: ignore[attr-defined]
        for exam in (Exam(sandbox=there.sandbox), there.exam, people.exam, Exam())
    ]
    assert offered == [{there.per}, {there.per}, {people.per, people.petra}, {people.per, people.petra}]


def test_key_is_unique_per_sandbox(there: SimpleNamespace, people: People, rf: RequestFactory) -> None:
    def posted(code: str) -> int:
        form = {"institusjonsnr": "194", "emnekode": code, "versjonskode": "1", "vurdkombkode": "V1"}
        form |= {"vurdtidkode": "HØST", "arstall": "2026", "name": "An exam", "date": "2026-11-20"}
        form |= {"kind": "oral", "scale": "A-F", "rule": "all", "planners": str(there.per.pk)}
        request: Any = rf.post("/plan/exams/new/", form)
        request.user, request._messages = there.per, CookieStorage(request)
        return new_exam(request).status_code

    Exam.objects.filter(pk=people.exam.pk).update(vurdkombkode="V1")
    assert [posted("LUP1001"), posted("LUP1001"), posted("TDT4100")] == [302, 422, 422]
    assert Exam.objects.filter(emnekode="LUP1001", sandbox=there.sandbox).count() == 1


def test_seat_is_for_the_person_of_the_sandbox(there: SimpleNamespace, people: People) -> None:
    two = CommitteeFactory.create(exam=there.exam, number=2)
    with refused(Refusal.PERSON_KNOWN, name=there.kari):
        invite_grader(two, name="Kari", feide_name="kari@ntnu.no", is_external=False, by=there.per)
    vera = invite_grader(two, name="Vera", feide_name="vera@ntnu.no", is_external=False, by=there.per).person
    assert (vera.sandbox, vera.is_invited) == (there.sandbox, True)
    assert not Grader.objects.filter(person=people.vera, committee__exam=there.exam).exists()


def test_sandbox_reminder_is_logged_without_mail(
    there: SimpleNamespace, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        entry = remind_graders(there.exam, by=there.per)
    assert (entry.details["people"], entry.details["without_address"]) == (
        ["Kari (robot)", "Ola (robot)"],
        [],
    )
    assert (mailoutbox, Notification.objects.count()) == ([], 0)
    with refused(Refusal.REMINDED_RECENTLY):
        remind_graders(there.exam, by=there.per)


# Import


def test_import_uses_people_of_its_sandbox(
    there: SimpleNamespace, people: People, django_capture_on_commit_callbacks: Any
) -> None:
    before = User.objects.filter(sandbox=None).count()
    with django_capture_on_commit_callbacks(execute=True):
        exam = import_exam(there.per, "NEW1000", "kari", "vera", "late@uio.no")
    persons = [grader.person for grader in Grader.objects.filter(committee__exam=exam)]
    assert {person.feide_name for person in persons} == {"kari@ntnu.no", "vera@ntnu.no", "late@uio.no"}
    assert {person.sandbox for person in persons} == {there.sandbox} == {exam.sandbox}
    assert there.kari in persons
    assert User.objects.filter(sandbox=None).count() == before
    assert exam.candidates.get().name == "Sofie (robot)"
    assert FsExam.objects.get(emnekode="NEW1000").sandbox == there.sandbox.pk


def test_import_finds_the_exam_of_its_sandbox(there: SimpleNamespace, people: People) -> None:
    log = LogEntry.objects.filter(exam=people.exam).count()
    exam = import_exam(there.per, "TDT4100", "ola", "late@uio.no")
    assert (exam, exam.committees.get().graders.count()) == (there.exam, 3)
    assert LogEntry.objects.filter(exam=people.exam).count() == log


def test_register_import_ignores_sandboxes(there: SimpleNamespace, people: People) -> None:
    there.kari.feide_name = "vera@uio.no"
    there.kari.save()
    practice = import_exam(there.per, "NEW1000", "vera@uio.no")
    exam = import_exam(people.per, "NEW1000", "vera@uio.no")
    assert (exam.sandbox, exam == practice) == (None, False)
    assert {grader.person.sandbox for grader in exam.committees.get().graders.all()} == {None}


# Transfer


def test_sandbox_transfer_goes_to_its_own_fs(there: SimpleNamespace, people: People) -> None:
    sample_sandbox()
    there.fs.withdraw(";".join(there.exam.key), ["10002"])
    grade_all(there)
    confirm_here(there.exam)
    refused = [row.problem for row in preview_transfer(there.exam) if row.problem]
    assert refused == ["FS would refuse: Candidate 10002 is registered as withdrawn in FS."]
    lines = transfer_grades(there.exam, by=there.per).lines.order_by("line")
    assert [line.status for line in lines] == ["taken", "refused", "taken"]
    graded = Registration.objects.exclude(karakter="").values_list("exam__sandbox", flat=True)
    assert set(graded) == {there.sandbox.pk}
    assert set(ReceivedFile.objects.values_list("sandbox", flat=True)) == {there.sandbox.pk}


def test_register_transfer_goes_to_the_real_fs(there: SimpleNamespace, people: People) -> None:
    grade(people.kari, people.three, c20001="Pass")
    confirm_here(people.pass_exam)
    assert transfer_grades(people.pass_exam, by=people.per).answered_at is None  # NoFs raised


def grade_all(there: SimpleNamespace) -> None:
    for candidate in there.one.candidates.all():
        set_grade(seat(there.kari, there.one), candidate, "A")


# Deleting


def test_deleting_sandboxes_leaves_everything_else(completed_exam: People) -> None:
    import_exam(completed_exam.per, "NEW1000", "new@uio.no")
    kept = sample_sandbox()
    fill_sandbox(kept)
    before = snapshot()
    gone = [sample_sandbox(), sample_sandbox()]
    for one in gone:
        fill_sandbox(one)
    assert all(len(rows) > len(before[table]) for table, rows in snapshot().items() if table in FILLED)
    delete_sandboxes([one.sandbox.pk for one in gone])
    connection.check_constraints()
    assert snapshot() == before
    assert list(violations()) == []


OURS = ("committees", "fs")
LEFT_EMPTY = {
    # No groups are used, and practice creates no notices.
    "committees.User_groups",
    "committees.User_user_permissions",
    "committees.Notification",
}
FILLED = {
    one._meta.label
    for one in apps.get_models(include_auto_created=True)
    if one._meta.app_label in OURS and one._meta.label not in LEFT_EMPTY
}


def statements(sandboxes: list[SimpleNamespace]) -> int:
    with CaptureQueriesContext(connection) as queries:
        delete_sandboxes([one.sandbox.pk for one in sandboxes])
    return len(queries)


def test_statements_do_not_grow_with_sandboxes(people: People) -> None:
    sandboxes = [sample_sandbox() for _number in range(4)]
    for one in sandboxes:
        fill_sandbox(one)
    assert statements(sandboxes[:1]) == statements(sandboxes[1:])
    assert (Sandbox.objects.count(), User.objects.filter(sandbox__isnull=False).count()) == (0, 0)


def test_deleting_no_sandboxes_does_nothing(there: SimpleNamespace) -> None:
    before = snapshot()
    delete_sandboxes([])
    assert snapshot() == before


def test_social_accounts_are_deleted_with_people(there: SimpleNamespace, people: People) -> None:
    for person in (there.kari, people.kari):
        SocialAccount.objects.create(user=person, provider="x", uid=str(person.pk))
    delete_sandboxes([there.sandbox.pk])
    connection.check_constraints()
    assert [one.user for one in SocialAccount.objects.all()] == [people.kari]


@pytest.mark.django_db(transaction=True)
def test_sandbox_with_a_register_exam_is_kept(there: SimpleNamespace, people: People) -> None:
    Grader.objects.create(committee=people.one, person=there.ola)
    before = snapshot()
    with pytest.raises(IntegrityError):
        delete_sandboxes([there.sandbox.pk])
    assert snapshot() == before


def test_new_sandbox_is_empty(db: None) -> None:
    sandbox = create_sandbox()
    assert (sandbox.exams.count(), sandbox.people.count()) == (0, 0)


def test_register_pages_show_no_sandbox_people(there: SimpleNamespace, people: People, sign_in: Any) -> None:
    UserFactory.create(sandbox=there.sandbox, name="Robot planner", is_planner=True, feide_name="r@ntnu.no")
    page = sign_in(people.per).get(reverse("new-exam")).content.decode()
    assert ("Robot planner" in page, "Petra" in page) == (False, True)
