"""Forms that refer to rows of others."""

from typing import Any

import pytest
from django.urls import reverse

from committees.models import Candidate, Committee, User
from tests.access.targets import Targets, client_of
from tests.conftest import candidate
from tests.snapshot import snapshot, writes
from tests.views.html import page_of


def posted(targets: Targets, route: str, **fields: Any) -> int:
    """Return the status of per's POST about their own exam."""
    url = reverse(route, args=[targets.exam.pk])
    return client_of("per").post(url, fields).status_code


def foreign(number: str) -> int:
    return Candidate.objects.get(number=number).pk


# 90001 is in another planner's exam, 20001 in another exam of per's.
@pytest.mark.parametrize("number", ["90001", "20001"])
@pytest.mark.parametrize("route", ["move-candidates", "note-absence"])
def test_candidate_of_another_exam_cannot_be_selected(targets: Targets, route: str, number: str) -> None:
    client, before = client_of("per"), snapshot()
    form = {"candidates": [foreign(number)], "to": targets.spare.pk, "attendance": "absent"}
    assert client.post(reverse(route, args=[targets.exam.pk]), form).status_code == 409
    assert {**snapshot(), "sessions.Session": []} == {**before, "sessions.Session": []}


@pytest.mark.parametrize("route", ["move-candidates", "note-absence"])
def test_only_own_candidates_of_a_selection_are_used(targets: Targets, route: str) -> None:
    own, other = targets.candidates[2], candidate("90001")
    chosen = [own.pk, other.pk, 0, "-1", "x", "٣", "9" * 30, ""]
    form = {"candidates": chosen, "to": targets.spare.pk, "attendance": "absent"}
    assert posted(targets, route, **form) == 302
    own.refresh_from_db()
    assert (own.committee == targets.spare, own.attendance == "absent").count(True) == 1
    now = candidate("90001")
    assert (now.committee, now.attendance) == (other.committee, other.attendance)


@pytest.mark.parametrize("place", ["elsewhere", "own-other-exam", "none", "nonsense"])
def test_committee_of_another_exam_is_no_destination(targets: Targets, place: str) -> None:
    to = {
        "elsewhere": str(targets.people.other.committees.get().pk),
        "own-other-exam": str(targets.people.three.pk),
        "none": "9" * 30,
        "nonsense": "1 OR 1=1",
    }[place]
    assert posted(targets, "move-candidates", candidates=[targets.candidates[2].pk], to=to) == 409
    targets.candidates[2].refresh_from_db()
    assert targets.candidates[2].committee == targets.committee


@pytest.mark.parametrize("who", ["kari", "closed", "none", "nonsense"])
def test_only_planners_can_be_chosen_as_planners(targets: Targets, who: str) -> None:
    User.objects.filter(username="petra").update(is_active=False)
    named = {
        "kari": targets.people.kari.pk,
        "closed": targets.people.petra.pk,
        "none": "9" * 30,
        "nonsense": "x",
    }[who]
    client = client_of("per")
    url = reverse("edit-exam", args=[targets.exam.pk])
    shown = page_of(client.get(url))
    form = {one["name"]: one.attributes.get("value", "") for one in shown.all("input", type="text")}
    assert len(form) > 3
    client.post(url, form | {"planners": [named]})
    assert [one.username for one in targets.exam.planners.all()] == ["per"]


def test_version_of_another_committee_confirms_nothing(targets: Targets) -> None:
    other = Committee.objects.get(pk=targets.confirmed.pk).version
    url = reverse("confirm", args=[targets.committee.pk])
    assert client_of("kari").post(url, {"expected_version": other, "acknowledged": "on"}).status_code == 409
    assert targets.committee.graders.valid().count() == 0


@pytest.mark.parametrize("kind", ["exams", "committees", "candidates"])
def test_imported_files_do_not_change_exams_of_others(targets: Targets, kind: str) -> None:
    key = ";".join(targets.people.other.key)
    line = {
        "exams": f"{key};2026-01-01T09:00;Elsewhere;\n",
        "committees": f"{key};1;Taken over;per;J\n",
        "candidates": f"per;{key};90001;1;\n",
    }[kind]
    targets.batch.exams = targets.batch.committees = targets.batch.candidates = b""
    setattr(targets.batch, kind, line.encode())
    targets.batch.save()
    per, before = client_of("per"), snapshot()
    assert (
        "You are not a planner of XXX1000."
        in page_of(per.get(reverse("import-preview", args=[targets.batch.pk]))).text
    )
    with writes(but=("django_session", "committees_fsimport")) as written:
        per.post(reverse("apply-import", args=[targets.batch.pk]))
    ours = {table for table in before if table.startswith("committees.")} - {"committees.FsImport"}
    now = snapshot()
    assert {table for table in ours if now[table] != before[table]} == set()
    assert [sql for sql in written if '"committees_' in sql] == []
