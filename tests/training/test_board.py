from types import SimpleNamespace

import pytest
from django.test import Client
from django.test.utils import override_script_prefix
from django.urls import reverse
from django.utils import translation

from committees.models import User
from tests.training.rows import FIRST, SECOND, joined, session_of, tasks_of
from tests.views.html import HTMX, Element, page_of
from tests.views.queries import queries_of
from training.actions import end_session, join_session, open_scenario, start_scenario
from training.board import State, board_of
from training.models import Run, TrainingSession
from training.scenarios.loader import file_scenarios as scenarios

ALL = len(tasks_of(FIRST))
STUCK_MINUTES = 6


@pytest.fixture
def session(accounts: SimpleNamespace) -> TrainingSession:
    return session_of(accounts.nina)


@pytest.fixture
def nina(accounts: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(accounts.nina)
    return client


def page(client: Client, session: TrainingSession, scenario: str = "") -> Element:
    address = reverse("training-session", args=[session.pk])
    return page_of(client.get(address, {"scenario": scenario} if scenario else {}))


def names(board: Element) -> list[str]:
    said = "View the pages of "
    return [one.removeprefix(said) for one in board.texts("th", scope="row")]


def states(session: TrainingSession, chosen: str = "") -> dict[str, State]:
    return {row.name: row.state for row in board_of(session, chosen).rows}


# Who is where


def test_row_shows_state_step_and_progress(nina: Client, session: TrainingSession) -> None:
    joined(session, "Bo", first=ALL, second=2)
    (cells,) = page(nina, session).cells
    assert (cells[1], cells[3], cells[4]) == ("Working", f"{ALL} of {ALL}", f"2 of {len(tasks_of(SECOND))}")
    assert cells[2].startswith(f"{tasks_of(SECOND)[2]} scenario 2, since ")


def test_chosen_scenario_has_a_labelled_column_per_task(nina: Client, session: TrainingSession) -> None:
    joined(session, "Bo", first=2)
    board = page(nina, session, FIRST)
    heads = board.texts("th", scope="col")[4:-1]
    assert heads == [f"{number}: {title}" for number, title in enumerate(tasks_of(FIRST), start=1)]
    (cells,) = board.cells
    assert cells[3:-1] == [f"2 of {ALL}", "done", "done", "working on it"] + ["·not done"] * (ALL - 3)


def test_stuck_trainees_come_first_and_others_by_name(nina: Client, session: TrainingSession) -> None:
    joined(session, "Dag", first=1)
    joined(session, "åse", first=ALL, second=len(tasks_of(SECOND)))
    joined(session, "Cato", first=2, ago=STUCK_MINUTES)
    joined(session, "Berit", first=2, ago=STUCK_MINUTES + 4)
    joined(session, "Anne", first=1)
    joined(session, "Eva")
    joined(session, "Finn", first=ALL)
    assert names(page(nina, session)) == ["Berit", "Cato", "Eva", "Finn", "Anne", "Dag", "åse"]


@pytest.mark.parametrize(("minutes", "state"), [(4.9, State.WORKING), (5.1, State.STUCK)])
def test_trainee_without_progress_for_five_minutes_is_stuck(
    session: TrainingSession, minutes: float, state: State
) -> None:
    joined(session, "Bo", first=1, ago=minutes)
    assert states(session) == {"Bo": state}


def test_row_shows_for_how_long_a_trainee_is_stuck(nina: Client, session: TrainingSession) -> None:
    joined(session, "Bo", first=1, ago=12.5)
    assert page(nina, session).cells[0][2].endswith("(12 min)")


def test_progress_in_another_scenario_is_not_stuck(
    session: TrainingSession,
) -> None:
    joined(session, "Bo", first=1, second=0)
    assert states(session) == {"Bo": State.WORKING}
    assert states(session, FIRST) == {"Bo": State.STUCK}


def test_trainee_with_all_open_scenarios_done_is_done(session: TrainingSession) -> None:
    joined(session, "Bo", first=ALL)
    assert states(session) == {"Bo": State.BETWEEN}
    open_scenario(session, SECOND, is_open=False)
    assert states(TrainingSession.objects.get(pk=session.pk)) == {"Bo": State.DONE}


def test_nobody_is_stuck_in_an_ended_scenario(session: TrainingSession) -> None:
    joined(session, "Bo", first=1, ago=20)
    open_scenario(session, FIRST, is_open=False)
    fresh = TrainingSession.objects.get(pk=session.pk)
    assert (states(fresh), states(fresh, FIRST)) == ({"Bo": State.BETWEEN}, {"Bo": State.UNFINISHED})


def test_tally_counts_each_trainee_once(nina: Client, session: TrainingSession) -> None:
    for name, far in {"A": {}, "B": {"first": 1}, "C": {"first": 0}, "D": {"first": ALL}}.items():
        joined(session, name, **far)
    joined(session, "E", first=0, ago=STUCK_MINUTES)
    assert page(nina, session).one("ul", class_="count-list board-counts").texts("li") == [
        "5 Trainees", "1 Stuck", "1 Not started", "1 Between scenarios", "2 Working", "0 Done",
    ]  # fmt: skip


def test_board_shows_only_its_session(accounts: SimpleNamespace, session: TrainingSession) -> None:
    joined(session_of(accounts.nina), "Somebody else", first=1)
    joined(session, "Bo")
    assert list(states(session)) == ["Bo"]


def test_scenario_without_a_file_is_taken_from_a_run(session: TrainingSession) -> None:
    trainee = joined(session, "Bo", first=1)
    trainee.runs.update(scenario_key="gone")
    TrainingSession.objects.filter(pk=session.pk).update(scenarios=["gone", "never-there", SECOND])
    board = board_of(TrainingSession.objects.get(pk=session.pk))
    assert [(one.number, one.key, one.title) for one in board.columns] == [
        (1, "gone", str(scenarios()[FIRST].title)),
        (2, SECOND, str(scenarios()[SECOND].title)),
    ]
    assert [cell.done for cell in board.rows[0].cells] == [1, 0]


def test_titles_are_in_the_trainers_language(session: TrainingSession) -> None:
    with translation.override("nn"):
        titles = [column.title for column in board_of(session).columns]
    assert titles == [scenarios()[key].title["nn"] for key in (FIRST, SECOND)]


# Over the shoulder


def test_name_links_to_the_trainees_pages_if_there_is_a_copy(nina: Client, session: TrainingSession) -> None:
    run = start_scenario(join_session(session, name="Bo"), FIRST)
    joined(session, "Copy is gone", first=1)
    links = page(nina, session).one("tbody").all("a")
    assert [(one.text, one["href"]) for one in links] == [
        ("View the pages of Bo", f"/practice/{run.pk}/you/"),
        ("Details Bo", f"/training/sessions/{session.pk}/trainees/{run.trainee_id}/"),
        ("Details Copy is gone", f"/training/sessions/{session.pk}/trainees/{run.trainee_id + 1}/"),
    ]
    assert nina.get(links[0]["href"], follow=True).status_code == 200


def test_link_to_the_trainees_pages_keeps_the_script_prefix(
    accounts: SimpleNamespace, nina: Client, session: TrainingSession
) -> None:
    run = start_scenario(join_session(session, name="Bo"), FIRST)
    address = reverse("training-session", args=[session.pk])
    with override_script_prefix("/grades/"):
        shown = page_of(nina.get(address))
    assert shown.one("a", id=f"look-{run.trainee_id}")["href"] == f"/grades/practice/{run.pk}/you/"


# Live


def live(client: Client, session: TrainingSession, seen: str = "", **asked: str) -> tuple[int, str]:
    response = client.get(reverse("training-board", args=[session.pk]), {"seen": seen, **asked}, headers=HTMX)
    return response.status_code, response.headers.get("HX-Refresh", "")


def test_unchanged_board_is_204(nina: Client, session: TrainingSession) -> None:
    trainee = joined(session, "Bo", first=1)
    asks = page(nina, session).one("div", id="live")["hx-get"]
    assert nina.get(asks, headers=HTMX).status_code == 204
    Run.objects.filter(trainee=trainee).update(tasks={})
    answer = nina.get(asks, headers=HTMX)
    assert page_of(answer).cells[0][3] == f"0 of {ALL}"
    assert nina.get(page_of(answer).one("div", id="live")["hx-get"], headers=HTMX).status_code == 204


def test_row_is_rendered_per_language(nina: Client, session: TrainingSession) -> None:
    joined(session, "Bo", first=1)
    address, languages = reverse("training-session", args=[session.pk]), ("en", "nb", "en")
    told = [page_of(nina.get(address, headers={"accept-language": one})).cells[0][1] for one in languages]
    expected = []
    for one in languages:
        with translation.override(one):
            expected.append(str(State.WORKING.label))
    assert (told, len({*expected})) == (expected, 2)


def test_poll_keeps_the_chosen_scenario(nina: Client, session: TrainingSession) -> None:
    joined(session, "Bo", first=1)
    asks = page(nina, session, FIRST).one("div", id="live")["hx-get"]
    joined(session, "Eva")
    assert len(page_of(nina.get(asks, headers=HTMX)).cells[0]) == 5 + ALL


def test_poll_shows_the_first_trainee(nina: Client, session: TrainingSession) -> None:
    shown = page(nina, session)
    assert shown.texts("h2")[-1] == "No one has joined yet"
    assert shown.texts("a", class_="board-link") == [
        f"http://testserver/join/{session.code}/{session.link_key}/"
    ]
    joined(session, "Bo")
    answer = nina.get(shown.one("div", id="live")["hx-get"], headers=HTMX)
    assert names(page_of(answer)) == ["Bo"]


def test_board_reloads_after_the_end_of_the_session(nina: Client, session: TrainingSession) -> None:
    end_session(session)
    assert live(nina, session) == (200, "true")


def test_board_without_htmx_redirects_to_the_page(nina: Client, session: TrainingSession) -> None:
    response = nina.get(reverse("training-board", args=[session.pk]), {"scenario": FIRST})
    assert response.headers["Location"] == f"/training/sessions/{session.pk}/?scenario={FIRST}"


def test_poster_poll_returns_the_number_of_trainees(nina: Client, session: TrainingSession) -> None:
    asks = page_of(nina.get(reverse("training-poster", args=[session.pk]))).one("p", id="live")
    assert asks.text == "No one has joined yet"
    assert nina.get(asks["hx-get"], headers=HTMX).status_code == 204
    joined(session, "Bo")
    assert page_of(nina.get(asks["hx-get"], headers=HTMX)).one("p", id="live").text == "1 has joined"


@pytest.mark.parametrize("scenario", ["", FIRST])
def test_board_query_count_is_constant(
    nina: Client, accounts: SimpleNamespace, session: TrainingSession, scenario: str
) -> None:
    address = reverse("training-session", args=[session.pk]) + f"?scenario={scenario}"
    live_address = reverse("training-board", args=[session.pk]) + f"?scenario={scenario}"
    joined(session, "One", first=1)
    few = queries_of(nina, address), queries_of(nina, live_address, headers=HTMX)
    for number in range(19):
        joined(session, f"Trainee {number}", first=number % ALL, second=number % 3)
    assert (queries_of(nina, address), queries_of(nina, live_address, headers=HTMX)) == few
    assert few[1] <= 6


# After the end


def test_ended_session_is_readable_without_forms(nina: Client, session: TrainingSession) -> None:
    joined(session, "Bo", first=1, ago=STUCK_MINUTES)
    joined(session, "Eva", first=ALL, second=len(tasks_of(SECOND)))
    end_session(session)
    shown = page(nina, session).one("main")
    assert shown.all("form") == []
    assert shown.one("div", data_over="").text.startswith("This training session ended on ")
    assert [cells[1] for cells in shown.cells] == ["Not finished", "Done"]
    assert shown.cells[0][2] == f"stopped at: {tasks_of(FIRST)[1]}"
    assert "hx-get" not in shown.one("div", id="live").attributes


def test_rows_link_to_certificates(nina: Client, session: TrainingSession) -> None:
    done = joined(session, "Eva", first=ALL, second=len(tasks_of(SECOND)))
    joined(session, "Bo", first=1)
    links = [one["href"] for one in page(nina, session).one("tbody").all("a", class_="board-small")]
    assert links == [reverse("certificate", args=[done.pk])]
    assert nina.get(links[0]).status_code == 200


def test_board_is_for_its_trainer_only(accounts: SimpleNamespace, session: TrainingSession) -> None:
    User.objects.filter(pk=accounts.ola.pk).update(is_trainer=True)
    seen = {}
    for name in ("nina", "ola", "kari"):
        client = Client()
        client.force_login(getattr(accounts, name))
        seen[name] = live(client, session)[0]
    assert seen == {"nina": 200, "ola": 404, "kari": 403}
