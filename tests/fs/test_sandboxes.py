"""Every sandbox has its own FS, separate from that of the register."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from committees.actions.sandboxes import create_sandbox
from fs import views
from fs.backend import SimulatedFs
from fs.models import FsExam, Receipt, ReceivedFile, Registration
from fs.registry import forget

pytestmark = pytest.mark.django_db

KEY = "194;TDT4100;1;V1;HØST;2026"
RESULT = f"{KEY};10001;1;B;\n".encode()
TAKEN = Receipt(1, True, "", "")


def keys_of(user: Any) -> set[str]:
    """Return all exam keys: everybody plans the exam."""
    return {KEY}


def fs_of(sandbox: int | None) -> SimulatedFs:
    """Return the FS of `sandbox`, with sofie as 10001 and emil as 10002."""
    fs = SimulatedFs(sandbox)
    fs.learn("candidates", f"sofie@ntnu.no;{KEY};10001;1;\nemil@ntnu.no;{KEY};10002;1;\n".encode())
    return fs


def grades(sandbox: int | None) -> dict[str, str]:
    registrations = Registration.objects.filter(exam__sandbox=sandbox)
    return dict(registrations.values_list("kandidatlopenr", "karakter"))


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.FS_KEYS_OF = f"{__name__}.keys_of"


def test_results_are_separate_per_sandbox() -> None:
    for sandbox in (None, 1, 2):
        fs_of(sandbox)
    assert SimulatedFs(1).deliver("a.txt", RESULT) == [TAKEN]
    assert (grades(1)["10001"], grades(2)["10001"], grades(None)["10001"]) == ("B", "", "")
    assert SimulatedFs().deliver("a.txt", RESULT.replace(b"B", b"C")) == [TAKEN]
    assert (grades(1)["10001"], grades(2)["10001"], grades(None)["10001"]) == ("B", "", "C")


def test_file_is_delivered_once_per_sandbox() -> None:
    for sandbox in (None, 1, 2):
        fs_of(sandbox)
        assert SimulatedFs(sandbox).deliver("a.txt", RESULT) == [TAKEN]
        assert SimulatedFs(sandbox).deliver("a.txt", RESULT) == [TAKEN]
    assert sorted(ReceivedFile.objects.values_list("sandbox", flat=True), key=str) == [1, 2, None]


def test_exams_of_another_sandbox_are_unknown() -> None:
    fs_of(1)
    assert [answer.code for answer in SimulatedFs(2).check(RESULT)] == ["unknown-exam"]
    assert [answer.code for answer in SimulatedFs().check(RESULT)] == ["unknown-exam"]


@pytest.mark.parametrize("model", [FsExam, ReceivedFile])
@pytest.mark.parametrize("sandbox", [None, 1])
def test_database_refuses_duplicates_in_a_sandbox(model: Any, sandbox: int | None) -> None:
    values: Any = {"key": KEY, "emnekode": "TDT4100"} if model is FsExam else {"name": "a", "sha256": "b"}
    for other in (None, 1, 2):
        model.objects.create(sandbox=other, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(sandbox=sandbox, **values)


@pytest.mark.parametrize("key", [KEY, tuple(KEY.split(";"))])
def test_withdrawn_candidate_is_refused_in_that_sandbox(key: Any) -> None:
    fs_of(1), fs_of(2)
    SimulatedFs(1).withdraw(key, ["10001"])
    assert [answer.code for answer in SimulatedFs(1).check(RESULT)] == ["withdrawn"]
    assert SimulatedFs(2).check(RESULT) == [TAKEN]


def test_deleted_sandboxes_take_only_their_rows() -> None:
    for sandbox in (None, 1, 2, 3):
        fs_of(sandbox).deliver("a.txt", RESULT)
    with CaptureQueriesContext(connection) as one:
        forget([1])
    with CaptureQueriesContext(connection) as two:
        SimulatedFs.forget([2, 3])
    assert len(one) == len(two)
    assert [exam.sandbox for exam in FsExam.objects.all()] == [None]
    assert (Registration.objects.count(), ReceivedFile.objects.get().exams.count()) == (2, 1)
    assert grades(None)["10001"] == "B"


# The pages


def person(name: str, sandbox: Any = None) -> Any:
    prefix = f"practice-{sandbox.pk}-" if sandbox else ""
    return get_user_model().objects.create_user(
        username=prefix + name, feide_name=f"{name}@ntnu.no", is_planner=True, sandbox=sandbox
    )


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(rf: RequestFactory, user: Any, view: Any, *args: Any) -> str:
    """Return the page as shown in practice, without sign-in."""
    request = rf.get("/")
    request.user = user
    return str(view(request, *args).content.decode())


def test_studentweb_shows_results_of_the_own_sandbox_only(rf: RequestFactory) -> None:
    sandbox = create_sandbox()
    fs_of(sandbox.pk).deliver("a.txt", RESULT)
    real, practice = person("sofie"), person("sofie", sandbox)
    assert "TDT4100" not in client_of(real).get("/studentweb/").content.decode()
    assert "B – very good" in seen(rf, practice, views.studentweb)
    fs_of(None).deliver("a.txt", RESULT.replace(b"B", b"C"))
    assert "C – good" in client_of(real).get("/studentweb/").content.decode()
    assert "C – good" not in seen(rf, practice, views.studentweb)


def test_planner_sees_exams_of_the_own_sandbox(rf: RequestFactory) -> None:
    sandbox = create_sandbox()
    fs_of(sandbox.pk).deliver("a.txt", RESULT)
    fs_of(None)
    theirs, ours = FsExam.objects.get(sandbox=sandbox.pk), FsExam.objects.get(sandbox=None)
    real, practice = client_of(person("pia")), person("pia", sandbox)
    assert [one.pk for one in real.get("/fs/").context["exams"]] == [ours.pk]
    assert real.get(f"/fs/{ours.pk}/").context["exam"].results == 0
    assert real.get(f"/fs/{theirs.pk}/").status_code == 404
    assert "a.txt" in seen(rf, practice, views.exam, theirs.pk)
    page = seen(rf, practice, views.exams)
    assert (f"/fs/{theirs.pk}/" in page, f"/fs/{ours.pk}/" in page) == (True, False)


@pytest.mark.parametrize("act", ["withdraw", "restore"])
def test_planner_cannot_withdraw_in_another_sandbox(act: str) -> None:
    sandbox = create_sandbox()
    fs_of(sandbox.pk)
    registration = Registration.objects.get(exam__sandbox=sandbox.pk, kandidatlopenr="10001")
    assert client_of(person("pia")).post(f"/fs/registrations/{registration.pk}/{act}/").status_code == 404
    registration.refresh_from_db()
    assert registration.is_withdrawn is False
