"""A trainer's page about one trainee: another name, and removal."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from committees.errors import Refused
from committees.models import Sandbox
from tests.training.conftest import acting_user, client_of
from training.actions import join_session, remove_trainee, rename_trainee
from training.errors import TrainingRefusal
from training.models import Run, Trainee, TrainingSession


@pytest.fixture
def nina(accounts: Any) -> Client:
    client = Client()
    client.force_login(accounts.nina)
    return client


def address(route: str, trainee: Trainee) -> str:
    return reverse(route, args=[trainee.session_id, trainee.pk])


def test_new_name_is_everywhere(start_run: Callable[..., Run], lise: Trainee, nina: Client) -> None:
    run = start_run(lise, "first-exam")
    assert nina.post(address("rename-trainee", lise), {"name": " Lise  Moe "}).status_code == 302
    lise.refresh_from_db()
    assert (lise.name, acting_user(run).name) == ("Lise Moe", "Lise Moe")


def test_name_of_another_trainee_is_refused(hall: TrainingSession, lise: Trainee, nina: Client) -> None:
    join_session(hall, name="Bo")
    with pytest.raises(Refused) as refusal:
        rename_trainee(lise, "BO")
    assert refusal.value.code == TrainingRefusal.TRAINEE_NAME_TAKEN
    assert nina.post(address("rename-trainee", lise), {"name": "BO"}).status_code == 422


def test_own_name_can_change_in_case(lise: Trainee) -> None:
    assert rename_trainee(lise, "LISE").name == "LISE"


def test_removed_trainee_is_told(start_run: Callable[..., Run], lise: Trainee, nina: Client) -> None:
    run, client = start_run(lise, "first-exam"), client_of(lise)
    assert nina.post(address("remove-trainee", lise)).status_code == 302
    assert (Trainee.objects.count(), Sandbox.objects.count()) == (0, 0)
    list_page, practice = client.get(f"/training/trainees/{lise.pk}/"), client.get(f"/practice/{run.pk}/you/")
    assert (list_page.status_code, practice.status_code) == (410, 404)


def test_trainee_is_removed_once(lise: Trainee) -> None:
    remove_trainee(Trainee.objects.get())
    with pytest.raises(Refused) as refusal:
        remove_trainee(lise)
    assert refusal.value.code == TrainingRefusal.TRAINEE_GONE


def test_trainee_of_another_session_is_404(lise: Trainee, hall: TrainingSession, nina: Client) -> None:
    assert nina.get(reverse("training-trainee", args=[hall.pk + 1, lise.pk])).status_code == 404
