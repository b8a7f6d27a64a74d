"""Acts in a world of practice reach nothing outside of it, and its end leaves nothing behind."""

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from django.apps import apps
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committees.actions import Refused
from committees.actions.grading import set_grade
from committees.actions.planning import change_exam, create_exam, nudge_graders, seat_grader
from committees.actions.proof import breaks
from committees.actions.transfer import rehearse_transfer, transfer_grades
from committees.actions.worlds import end_worlds, make_world
from committees.forms import ExamForm
from committees.models import Exam, Grader, LogEntry, Notice, User, World
from committees.views.exam_forms import new_exam
from fs.models import FsExam, ReceivedFile, Registration
from tests.conftest import grade, seat
from tests.factories import CommitteeFactory, ExamFactory, UserFactory
from tests.snapshot import snapshot
from tests.worlds import confirm_here, given, live, planted


class NoFs:
    """Whoever comes to this FS has gone wrong."""

    def __init__(self) -> NoReturn:
        raise AssertionError("practice came to the real FS")


@pytest.fixture
def there(cast: SimpleNamespace, settings: Any) -> SimpleNamespace:
    """A world beside the register, whose FS would tell if something of practice came to it."""
    made = planted()
    settings.FS_BACKEND = f"{__name__}.NoFs"
    return made


# Planning


def test_an_exam_is_in_the_world_of_who_creates_it(there: SimpleNamespace, cast: SimpleNamespace) -> None:
    exams = [
        create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[], by=planner)
        for planner in (there.per, cast.per)
    ]
    assert [exam.world for exam in exams] == [there.world, None]
    with pytest.raises(Refused, match="FS key already"):
        create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[], by=there.per)


def test_planners_are_of_the_exams_own_world(there: SimpleNamespace, cast: SimpleNamespace) -> None:
    sentence = "Practice and real exams are kept apart, so .* can't plan this one"
    for by, stranger, exam in ((there.per, cast.petra, there.exam), (cast.per, there.per, cast.exam)):
        with pytest.raises(Refused, match=sentence):
            create_exam(ExamFactory.build(emnekode="NEW1000"), planners=[stranger], by=by)
        with pytest.raises(Refused, match=sentence):
            change_exam(exam, planners=[by, stranger], by=by)
    assert not Exam.objects.filter(emnekode="NEW1000").exists()


def test_forms_offer_planners_of_the_same_world(there: SimpleNamespace, cast: SimpleNamespace) -> None:
    offered = [
        set(ExamForm(instance=exam, submit="").fields["planners"].queryset)  # type: ignore[attr-defined]
        for exam in (Exam(world=there.world), there.exam, cast.exam, Exam())
    ]
    assert offered == [{there.per}, {there.per}, {cast.per, cast.petra}, {cast.per, cast.petra}]


def test_a_new_exam_may_have_the_key_of_a_real_one_and_none_of_its_own_world(
    there: SimpleNamespace, cast: SimpleNamespace, rf: RequestFactory
) -> None:
    def posted(code: str) -> int:
        form = {"institusjonsnr": "194", "emnekode": code, "versjonskode": "1", "vurdkombkode": "V1"}
        form |= {"vurdtidkode": "HØST", "arstall": "2026", "name": "An exam", "date": "2026-11-20"}
        form |= {"kind": "oral", "scale": "A-F", "rule": "all", "planners": str(there.per.pk)}
        request: Any = rf.post("/plan/exams/new/", form)
        request.user, request._messages = there.per, CookieStorage(request)
        return new_exam(request).status_code

    Exam.objects.filter(pk=cast.exam.pk).update(vurdkombkode="V1")
    assert [posted("LUP1001"), posted("LUP1001"), posted("TDT4100")] == [302, 422, 422]
    assert Exam.objects.filter(emnekode="LUP1001", world=there.world).count() == 1


def test_a_seat_goes_to_the_person_of_that_world(there: SimpleNamespace, cast: SimpleNamespace) -> None:
    two = CommitteeFactory.create(exam=there.exam, number=2)
    seats = [
        seat_grader(two, feide_name=name, is_external=False, by=there.per)
        for name in ("kari@ntnu.no", "vera@ntnu.no")
    ]
    assert seats[0].person == there.kari
    assert (seats[1].person.world, seats[1].person.is_invited) == (there.world, True)
    assert not Grader.objects.filter(person=cast.vera, committee__exam=there.exam).exists()
    assert (
        seat_grader(cast.two, feide_name="kari@ntnu.no", is_external=False, by=cast.per).person == cast.kari
    )


def test_a_nudge_in_a_world_mails_nobody_and_is_logged(
    there: SimpleNamespace, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        entry = nudge_graders(there.exam, by=there.per)
    assert (entry.details["people"], entry.details["without_address"]) == (
        ["Kari (robot)", "Ola (robot)"],
        [],
    )
    assert (mailoutbox, Notice.objects.count()) == ([], 0)
    with pytest.raises(Refused, match="nudged less than an hour ago"):
        nudge_graders(there.exam, by=there.per)


# Import


def test_an_import_makes_and_seats_people_of_its_world_only(
    there: SimpleNamespace, cast: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    before = User.objects.filter(world=None).count()
    with django_capture_on_commit_callbacks(execute=True):
        exam = given(there.per, "NEW1000", "kari", "vera", "late@uio.no")
    people = [grader.person for grader in Grader.objects.filter(committee__exam=exam)]
    assert {person.feide_name for person in people} == {"kari@ntnu.no", "vera@ntnu.no", "late@uio.no"}
    assert {person.world for person in people} == {there.world} == {exam.world}
    assert there.kari in people
    assert User.objects.filter(world=None).count() == before
    assert exam.candidates.get().name == "Sofie (robot)"
    assert FsExam.objects.get(emnekode="NEW1000").world == there.world.pk


def test_an_import_finds_the_exam_of_its_world(there: SimpleNamespace, cast: SimpleNamespace) -> None:
    log = LogEntry.objects.filter(exam=cast.exam).count()
    exam = given(there.per, "TDT4100", "ola", "late@uio.no")
    assert (exam, exam.committees.get().graders.count()) == (there.exam, 3)
    assert LogEntry.objects.filter(exam=cast.exam).count() == log


def test_an_import_of_the_register_finds_nobody_and_nothing_of_a_world(
    there: SimpleNamespace, cast: SimpleNamespace
) -> None:
    there.kari.feide_name = "vera@uio.no"
    there.kari.save()
    practice = given(there.per, "NEW1000", "vera@uio.no")
    exam = given(cast.per, "NEW1000", "vera@uio.no")
    assert (exam.world, exam == practice) == (None, False)
    assert {grader.person.world for grader in exam.committees.get().graders.all()} == {None}


# Transfer


def test_a_transfer_of_a_world_comes_to_its_own_fs_alone(
    there: SimpleNamespace, cast: SimpleNamespace
) -> None:
    planted()
    there.fs.withdraw(";".join(there.exam.key), ["10002"])
    grade_all(there)
    confirm_here(there.exam)
    refused = [row.problem for row in rehearse_transfer(there.exam) if row.problem]
    assert refused == ["FS would refuse: Candidate 10002 is registered as withdrawn in FS."]
    lines = transfer_grades(there.exam, by=there.per).lines.order_by("line")
    assert [line.status for line in lines] == ["taken", "refused", "taken"]
    graded = Registration.objects.exclude(karakter="").values_list("exam__world", flat=True)
    assert set(graded) == {there.world.pk}
    assert set(ReceivedFile.objects.values_list("world", flat=True)) == {there.world.pk}


def test_a_transfer_of_the_register_comes_to_the_real_fs(
    there: SimpleNamespace, cast: SimpleNamespace
) -> None:
    grade(cast.kari, cast.three, c20001="Pass")
    confirm_here(cast.pass_exam)
    assert transfer_grades(cast.pass_exam, by=cast.per).answered_at is None  # NoFs raised


def grade_all(there: SimpleNamespace) -> None:
    for candidate in there.one.candidates.all():
        set_grade(seat(there.kari, there.one), candidate, "A")


# The end


def test_the_end_of_worlds_leaves_everything_else_as_it_was(lived: SimpleNamespace) -> None:
    given(lived.per, "NEW1000", "new@uio.no")
    kept = planted()
    live(kept)
    before = snapshot()
    gone = [planted(), planted()]
    for one in gone:
        live(one)
    assert all(len(rows) > len(before[table]) for table, rows in snapshot().items() if table in FILLED)
    end_worlds([one.world.pk for one in gone])
    connection.check_constraints()
    assert snapshot() == before
    assert list(breaks()) == []


OURS = ("committees", "fs")
LEFT_EMPTY = {
    # Nobody has rights by a group here, nor is anybody told of practice.
    "committees.User_groups",
    "committees.User_user_permissions",
    "committees.Notice",
}
FILLED = {
    one._meta.label
    for one in apps.get_models(include_auto_created=True)
    if one._meta.app_label in OURS and one._meta.label not in LEFT_EMPTY
}


def statements(worlds: list[SimpleNamespace]) -> int:
    with CaptureQueriesContext(connection) as queries:
        end_worlds([one.world.pk for one in worlds])
    return len(queries)


def test_three_worlds_end_in_as_many_statements_as_one(cast: SimpleNamespace) -> None:
    worlds = [planted() for _number in range(4)]
    for one in worlds:
        live(one)
    assert statements(worlds[:1]) == statements(worlds[1:])
    assert (World.objects.count(), User.objects.filter(world__isnull=False).count()) == (0, 0)


def test_the_end_of_no_world_ends_none(there: SimpleNamespace) -> None:
    before = snapshot()
    end_worlds([])
    assert snapshot() == before


def test_accounts_elsewhere_go_with_the_people(there: SimpleNamespace, cast: SimpleNamespace) -> None:
    for person in (there.kari, cast.kari):
        person.socialaccount_set.create(provider="x", uid=str(person.pk))
    end_worlds([there.world.pk])
    connection.check_constraints()
    assert [one.user for one in cast.kari.socialaccount_set.model.objects.all()] == [cast.kari]


@pytest.mark.django_db(transaction=True)
def test_a_world_that_a_real_exam_hangs_on_does_not_end(
    there: SimpleNamespace, cast: SimpleNamespace
) -> None:
    Grader.objects.create(committee=cast.one, person=there.ola)
    before = snapshot()
    with pytest.raises(IntegrityError):
        end_worlds([there.world.pk])
    assert snapshot() == before


def test_a_world_begins_empty(db: None) -> None:
    world = make_world()
    assert (world.exams.count(), world.people.count()) == (0, 0)


def test_a_page_of_the_register_names_nobody_of_a_world(
    there: SimpleNamespace, cast: SimpleNamespace, sign_in: Any
) -> None:
    UserFactory.create(world=there.world, name="Robot planner", is_planner=True, feide_name="r@ntnu.no")
    page = sign_in(cast.per).get(reverse("new-exam")).content.decode()
    assert ("Robot planner" in page, "Petra" in page) == (False, True)
