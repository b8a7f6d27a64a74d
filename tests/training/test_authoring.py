"""Acts of authors, and what a publication changes and does not change."""

from types import SimpleNamespace

import pytest

from committees.models import User
from tests.refusals import refused
from tests.training.authored import draft_of, pass_plays, published_of, text_of, titled
from tests.training.rows import session_of
from training.actions import end_session, join_session, self_study, start_over, start_scenario
from training.authoring import create_scenario, delete_scenario, publish, save_source, withdraw
from training.catalogue import blueprint_of, blueprints, scenarios, session_scenarios
from training.errors import TrainingRefusal
from training.scenario_models import AuthoredScenario
from training.verdicts import record_report, verdict_of


@pytest.fixture
def nina(accounts: SimpleNamespace) -> User:
    trainer: User = accounts.nina
    return trainer


def republish(scenario: AuthoredScenario, title: str) -> AuthoredScenario:
    saved = save_source(scenario, text_of(**titled(title)), expected_version=scenario.version)
    pass_plays(saved)
    return publish(saved, expected_version=saved.version)


def test_draft_is_not_in_the_catalogue_before_it_is_published(nina: User) -> None:
    draft = draft_of(nina)
    assert ("dancers" in scenarios(), blueprint_of(None, "dancers")) == (False, None)
    pass_plays(draft)
    publish(draft, expected_version=1)
    assert (list(blueprints())[-1], str(scenarios()["dancers"].title)) == ("dancers", "A story")


def test_publication_replaces_the_text_at_once(nina: User) -> None:
    scenario = published_of(nina)
    assert str(scenarios()["dancers"].title) == "A story"
    saved = save_source(scenario, text_of(**titled("Other")), expected_version=1)
    assert (str(scenarios()["dancers"].title), saved.has_changes) == ("A story", True)
    pass_plays(saved)
    publish(saved, expected_version=2)
    assert str(scenarios()["dancers"].title) == "Other"


@pytest.mark.parametrize("key", ["first-exam", "dancers", "practice-copy-1"])
def test_key_that_is_taken_is_refused(nina: User, key: str) -> None:
    draft_of(nina)
    with refused(TrainingRefusal.SCENARIO_KEY_TAKEN, key=key):
        create_scenario(key, text_of(), by=nina)


def test_stale_save_is_refused(nina: User) -> None:
    draft = draft_of(nina)
    save_source(draft, text_of(minutes=7), expected_version=1)
    with refused(TrainingRefusal.SCENARIO_STALE):
        save_source(draft, text_of(minutes=8), expected_version=1)
    draft.refresh_from_db()
    assert (draft.version, draft.table["minutes"]) == (2, 7)


def test_equal_save_keeps_version_and_verdict(nina: User) -> None:
    draft = draft_of(nina)
    pass_plays(draft)
    saved = save_source(draft, draft.source, expected_version=1)
    assert (saved.version, verdict_of(saved).passes) == (1, True)


def test_text_with_problems_is_not_published(nina: User) -> None:
    draft = draft_of(nina, role="boss")
    pass_plays(draft)
    with refused(TrainingRefusal.SCENARIO_HAS_PROBLEMS):
        publish(draft, expected_version=1)


def test_text_that_was_not_played_is_not_published(nina: User) -> None:
    draft = draft_of(nina)
    pass_plays(draft)
    saved = save_source(draft, text_of(minutes=7), expected_version=1)
    with refused(TrainingRefusal.SCENARIO_NOT_PLAYED):
        publish(saved, expected_version=2)


@pytest.mark.parametrize(("turn", "passes"), [("", False), ("leaves and returns", True)])
def test_finding_on_the_straight_path_keeps_from_publishing(nina: User, turn: str, passes: bool) -> None:
    draft = draft_of(nina)
    pass_plays(draft, {"turn": turn, "task": "look", "kind": "unreachable", "detail": ""})
    draft.refresh_from_db()
    assert verdict_of(draft).passes is passes


def test_stale_publication_is_refused(nina: User) -> None:
    draft = draft_of(nina)
    saved = save_source(draft, text_of(minutes=7), expected_version=1)
    pass_plays(saved)
    with refused(TrainingRefusal.SCENARIO_STALE):
        publish(draft, expected_version=1)


def test_run_keeps_its_scenario_and_a_new_one_gets_the_new_text(nina: User) -> None:
    scenario, trainee = published_of(nina), self_study(nina)
    run = start_scenario(trainee, "dancers")
    republish(scenario, "Other")
    assert str(start_scenario(trainee, "dancers").scenario.title) == "A story"
    withdraw(scenario)
    run.refresh_from_db()
    assert (str(run.scenario.title), run.sandbox is not None) == ("A story", True)


def test_self_study_begins_over_with_the_new_text(nina: User) -> None:
    scenario, trainee = published_of(nina), self_study(nina)
    run = start_scenario(trainee, "dancers")
    type(run).objects.update(started_at="2000-01-01T00:00Z")
    republish(scenario, "Other")
    assert str(start_over(trainee, "dancers").scenario.title) == "Other"


def test_all_trainees_of_a_session_get_the_same_text(nina: User) -> None:
    scenario = published_of(nina)
    session = session_of(nina, scenarios=["first-exam", "dancers"])
    start_scenario(join_session(session, name="Bo"), "dancers")
    republish(scenario, "Other")
    later = start_scenario(join_session(session, name="Eva"), "dancers")
    assert (str(later.scenario.title), str(scenarios()["dancers"].title)) == ("A story", "Other")
    assert [str(one.title) for one in session_scenarios(session).values()][1] == "A story"


def test_session_keeps_a_withdrawn_scenario(nina: User) -> None:
    scenario = published_of(nina)
    session = session_of(nina, scenarios=["dancers"])
    withdraw(scenario)
    assert ("dancers" in scenarios(), list(session_scenarios(session))) == (False, ["dancers"])
    assert start_scenario(join_session(session, name="Bo"), "dancers").tasks == {}


def test_published_and_used_scenarios_are_not_deleted(nina: User) -> None:
    scenario = published_of(nina)
    session = session_of(nina, scenarios=["dancers"])
    with refused(TrainingRefusal.SCENARIO_PUBLISHED):
        delete_scenario(scenario)
    withdraw(scenario)
    with refused(TrainingRefusal.SCENARIO_IN_USE):
        delete_scenario(scenario)
    end_session(session)
    delete_scenario(scenario)
    with refused(TrainingRefusal.SCENARIO_GONE):
        withdraw(scenario)


def test_report_of_an_earlier_play_is_ignored(nina: User) -> None:
    draft = draft_of(nina)
    pass_plays(draft)
    assert record_report(draft.pk, "other", {"plays": 1}) is False
    assert record_report(draft.pk, "t", {"plays": 10}) is True
    draft.refresh_from_db()
    assert (verdict_of(draft).plays, record_report(0, "t", {})) == (10, False)
