"""Plays of trainers' scenarios in a process of their own."""

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from tests.refusals import refused
from tests.training.authored import draft_of, text_of
from training import verdicts
from training.errors import TrainingRefusal
from training.models import moment_text
from training.verdicts import begin_plays, play_in_process, verdict_of


@pytest.mark.slow
def test_process_plays_in_a_database_of_its_own() -> None:
    reports = list(play_in_process("dancers", text_of()))
    assert (reports[0]["plays"], reports[0]["findings"], reports[-1]["is_done"]) == (1, [], True)
    assert reports[-1]["plays"] > 5


@pytest.mark.slow
def test_scenario_that_cannot_be_built_is_a_finding() -> None:
    people = [{"key": key, "name": "Ola", "feide": "ola@uio.no"} for key in ("ola", "kim")]
    reports = list(play_in_process("dancers", text_of(people=people)))
    assert [one["kind"] for one in reports[-1]["findings"]] == ["broken"]


@pytest.mark.slow
def test_process_is_killed_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "LIMIT", timedelta(seconds=1))
    start = time.monotonic()
    assert list(play_in_process("dancers", text_of())) == [{"ended": True}]
    assert time.monotonic() - start < 10


def playing(draft: Any, **ago: float) -> None:
    draft.verdict = {"version": 1, "token": "t", "started": moment_text(timezone.now() - timedelta(**ago))}
    draft.save(update_fields=["verdict"])


def test_only_some_scenarios_are_played_at_a_time(accounts: SimpleNamespace) -> None:
    drafts = [draft_of(accounts.nina, key) for key in ("a", "b", "c")]
    for draft in drafts[:2]:
        playing(draft)
    with refused(TrainingRefusal.PLAYS_BUSY):
        begin_plays(drafts[2])
    playing(drafts[0], hours=1)
    begin_plays(drafts[2])
    assert [verdict_of(draft).is_playing for draft in drafts] == [False, True, True]
    assert verdict_of(drafts[0]).is_interrupted


def test_plays_that_end_early_are_interrupted_at_once(accounts: SimpleNamespace) -> None:
    draft = draft_of(accounts.nina)
    playing(draft)
    draft.verdict |= {"ended": True}
    assert (verdict_of(draft).is_playing, verdict_of(draft).is_interrupted) == (False, True)
