"""
No planner's act changes a confirmation without asking. Every act is tried in every situation of an exam: the first
response changes no confirmation, and the question names all effects.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from committees.actions.candidates import plan_candidates
from committees.actions.confirmation import reopen_committee
from committees.actions.effects import agreement_to, effect_between, states_of
from committees.actions.fs_import import apply_import, preview_import
from committees.actions.planning import move_candidates
from committees.actions.transfer import transfer_grades
from committees.enums import ChangeCode, ConfirmationRule, Stage
from committees.files.candidate_list import read_candidate_list
from committees.models import Committee, Exam, FsImport, Grader
from tests.access.table import ROWS
from tests.conftest import People, agreeing, candidate, confirm, confirm_all, grade, seat
from tests.views.html import page_of
from tests.views.planning import edit_form, url

pytestmark = pytest.mark.db_independent

# Situations of the exam, whose committee 1 has kari and ola, and committee 2 has ola and ingrid


def graded(people: People) -> None:
    grade(people.kari, people.one, c10001="A", c10002="B", c10003="C")
    grade(people.ingrid, people.two, c10013="D", c10014="E")


def waiting(people: People) -> None:
    graded(people)
    confirm(people.kari, people.one)
    confirm(people.ola, people.two)


def one_confirmed(people: People) -> None:
    graded(people)
    confirm(people.kari, people.one)
    confirm(people.ola, people.one)


def all_confirmed(people: People) -> None:
    graded(people)
    confirm_all(people.exam)


def transferred(people: People) -> None:
    all_confirmed(people)
    transfer_grades(people.exam, by=people.per)


def reopened(people: People) -> None:
    transferred(people)
    reopen_committee(people.one, reason="An appeal", code=ChangeCode.APPEAL, by=people.per)
    confirm(people.kari, people.one)


def one_can_confirm(people: People) -> None:
    graded(people)
    Exam.objects.filter(pk=people.exam.pk).update(rule=ConfirmationRule.ONE)
    confirm(people.kari, people.one)


def moved_away(people: People) -> None:
    """A candidate who was moved away returns, which makes earlier confirmations valid."""
    graded(people)
    confirm(people.kari, people.one)
    agreeing(move_candidates, [candidate("10003")], to=people.two, by=people.per)
    Exam.objects.filter(pk=people.exam.pk).update(rule=ConfirmationRule.ONE)


SITUATIONS: dict[str, Callable[[People], None]] = {
    "not started": lambda people: None,
    "graded": graded,
    "waiting": waiting,
    "one confirmed": one_confirmed,
    "all confirmed": all_confirmed,
    "transferred": transferred,
    "reopened": reopened,
    "one can confirm": one_can_confirm,
    "moved away": moved_away,
}

# Acts


@dataclass(frozen=True, slots=True)
class Act:
    route: str
    form: Callable[[People], dict[str, Any]]
    about: Callable[[People], Any] = lambda people: people.exam


def edit(**fields: Any) -> Act:
    return Act("edit-exam", lambda people: edit_form(Exam.objects.get(pk=people.exam.pk), **fields))


def other_rule(people: People) -> dict[str, Any]:
    exam = Exam.objects.get(pk=people.exam.pk)
    return edit_form(exam, rule="all" if exam.rule == "one" else "one")


def unseat(name: str, number: int) -> Act:
    def about(people: People) -> Grader:
        return seat(getattr(people, name), people.exam.committees.get(number=number))

    return Act("unseat", lambda people: {}, about)


def move(*numbers: str, to: int) -> Act:
    def form(people: People) -> dict[str, Any]:
        committee = people.exam.committees.get(number=to)
        newest = people.exam.log.newest_id()
        return {"candidates": [candidate(one).pk for one in numbers], "to": committee.pk, "newest": newest}

    return Act("move-candidates", form)


def attendance(*numbers: str) -> Act:
    def form(people: People) -> dict[str, Any]:
        newest = people.exam.log.newest_id()
        return {
            "candidates": [candidate(one).pk for one in numbers],
            "attendance": "absent",
            "newest": newest,
        }

    return Act("note-absence", form)


def added(text: str) -> Act:
    def form(people: People) -> dict[str, Any]:
        return {"text": text, "shown": plan_candidates(people.exam, read_candidate_list(text)).fingerprint}

    return Act("apply-candidates", form)


def split(people: People) -> dict[str, Any]:
    return {"committees": ["1", "2"], "everybody": "on"}


LIST = ("10001;1", "10002;1", "10003;1", "10013;2", "10014;2")


def imported(*candidates: str, committees: tuple[str, ...] = (), date: str = "") -> Act:
    """Return FS files with the form of their preview. `date` is the exam's date in its file."""

    def about(people: People) -> FsImport:
        key = ";".join(Exam.objects.get(pk=people.exam.pk).key)
        names = {"10001": "sofie@ntnu.no"}
        lines = [f"{names.get(one[:5], 'student' + one[:5])};{key};{one};" for one in candidates]
        return FsImport.objects.create(
            by=people.per,
            exams=f"{key};{date};Hall;\n".encode() if date else b"",
            committees="".join(f"{key};{one}\n" for one in committees).encode(),
            candidates="\n".join(lines).encode(),
        )

    return Act("apply-import", lambda people: {}, about)


ACTS: dict[str, Act] = {
    "other key": edit(versjonskode="2"),
    "other rule": Act("edit-exam", other_rule),
    "other scale": edit(scale="PASS"),
    "other name and place": edit(name="Other", place="Elsewhere"),
    "names shown": edit(is_anonymous=""),
    "add a committee": Act("new-committee", lambda people: {"number": "7"}),
    "seat vera": Act("seat", lambda people: {"feide_name": "vera@ntnu.no"}, lambda people: people.one),
    "seat vera on 2": Act("seat", lambda people: {"feide_name": "vera@ntnu.no"}, lambda people: people.two),
    "invite gro": Act(
        "invite", lambda people: {"name": "Gro", "email": "gro@example.org"}, lambda people: people.one
    ),
    "unseat kari": unseat("kari", 1),
    "unseat ola": unseat("ola", 1),
    "unseat ola from 2": unseat("ola", 2),
    "unseat ingrid": unseat("ingrid", 2),
    "move one away": move("10001", to=2),
    "move one here": move("10013", to=1),
    "move 10003 back": move("10003", to=1),
    "move all away": move("10001", "10002", "10003", to=2),
    "move nobody": move("10001", to=1),
    "add a candidate": added("10009 1"),
    "add a candidate to none": added("10009"),
    "add who is there": added("10001 1"),
    "split evenly": Act("split-candidates", split),
    "note attendance": attendance("10001", "10013"),
    "delete the exam": Act("delete-exam", lambda people: {"newest": people.exam.log.newest_id()}),
    "cancel the exam": Act("cancel-exam", lambda people: {"reason": "Illness"}),
    "delete committee 1": Act(
        "delete-committee",
        lambda people: {"newest": people.exam.log.newest_id()},
        lambda people: people.one,
    ),
    "delete 10003": Act(
        "delete-candidates", lambda people: {"candidates": [candidate("10003").pk], "sure": "1"}
    ),
    "add a planner": Act("planners", lambda people: {"person": people.petra.pk}),
    "remind": Act("remind", lambda people: {}),
    "import what is there": imported(*LIST),
    "import a new candidate": imported(*LIST, "10009;1"),
    "import without a candidate": imported(*LIST[1:]),
    "import a move": imported("10001;2", *LIST[1:]),
    "import a grader": imported(committees=("1;;vera@ntnu.no;N",)),
    "import a role and a name": imported(committees=("1;Oral;kari@ntnu.no;J",)),
    "import another day": imported(date="2026-01-02T09:00"),
}
SAY_IT_THEMSELVES = {
    "confirm-on-behalf",
    "deliver-transfer",
    "exam-transfer",
    "reopen",
    "withdraw-on-behalf",
}
"""Acts whose purpose is to change a stage."""
ELSEWHERE = {
    "add-candidates",
    "add-person",
    "ask-code",
    "change-email",
    "change-name",
    "change-password",
    "check-protocol",
    "code-password",
    "confirm-email",
    "correct-grader",
    "enter-code",
    "forgot-password",
    "grader-email",
    "hand-over",
    "home",
    "language",
    "new-password",
    "place-files",
    "plan",
    "planned-candidates",
    "read-notifications",
    "rehearse",
    "remove-planner",
    "remind-exams",
    "self-study",
    "settings",
    "sign-in",
    "sign-out",
    "undo-act",
    "undo-import",
}
"""
Forms about a person or without an exam, for searching only, or that undo and hand over. `remind-exams` is covered by
`remind`, and `add-person` by `seat`.
"""
MAKE_WHAT_IS_NEW = {
    "new-exam",
    "copy-exam",
    "import",
    "fs:withdraw",
    "fs:restore",
    "join",
    "join-code",
    "join-link",
}

Confirmations = dict[int, tuple[str, frozenset[str]]]


def confirmations(people: People) -> Confirmations:
    """Return stage and counted confirmations by committee number; not started and grading count as one stage."""
    seats = Grader.objects.valid().select_related("person", "committee")
    return {
        one.number: (
            Stage.GRADING if one.stage == Stage.NOT_STARTED else one.stage,
            frozenset(grader.person.name for grader in seats if grader.committee_id == one.pk),
        )
        for one in Committee.everything.with_stage().filter(exam=people.exam)
        if one.number < 3
    }


def done(client: Client, people: People, act: Act) -> tuple[Any, str, dict[str, Any]]:
    """Submit the form of `act` as its page shows it, without an agreement; return the response and what was sent."""
    about = act.about(people)
    form, address = act.form(people), url(act.route, about)
    if act.route == "apply-import":
        page = page_of(client.get(url("import-preview", about)))
        forms = page.all("form", action=address)
        form = forms[0].fields if forms else {}
        form.pop("agreement", None)
    return client.post(address, form), address, form


def sentences(response: Any) -> list[str]:
    """Return the effects that a question names."""
    return page_of(response).one("div", data_effects="*").texts("li")


def asked_of(response: Any) -> str:
    """Return the agreement that a question offers, "" for other responses."""
    if response.status_code != 409:
        return ""
    fields = page_of(response).all("input", name="agreement")
    return fields[0]["value"] if fields else ""


ASKED = {
    "waiting": {
        "other key",
        "other rule",
        "unseat kari",
        "unseat ola",
        "unseat ola from 2",
        "unseat ingrid",
        "move one away",
        "move one here",
        "move all away",
        "add a candidate",
        "import a new candidate",
        "import a move",
    },
    "one confirmed": set(),
    "reopened": {"unseat kari", "unseat ola", "add a candidate", "import a new candidate"},
    "moved away": {"split evenly", "move 10003 back", "import what is there", "import without a candidate"},
}
"""The acts that ask, by situation; no others do."""


def tries(people: People, acts: Mapping[str, Act] = ACTS) -> Iterator[tuple[str, Act]]:
    """Run each act, and restore everything afterwards."""
    for name, act in acts.items():
        savepoint = transaction.savepoint()
        yield name, act
        transaction.savepoint_rollback(savepoint)


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_acts_ask_before_changing_confirmations(
    people: People, per: Client, situation: str, step: int
) -> None:
    """The quick run tries each act where it asks, and in every third other situation."""
    SITUATIONS[situation](people)
    before, asked = confirmations(people), set()
    first = list(SITUATIONS).index(situation) % step
    names = {*list(ACTS)[first::step], *ASKED.get(situation, ())}
    for name, act in tries(people, {name: act for name, act in ACTS.items() if name in names}):
        response, address, form = done(per, people, act)
        assert confirmations(people) == before, name
        assert response.status_code in (302, 409, 422), (name, response.status_code)
        if agreement := asked_of(response):
            asked.add(name)
            named = " ".join(sentences(response))
            again = per.post(address, form | {"agreement": agreement})
            assert again.status_code == 302, (name, again.status_code)
            assert_named(before, confirmations(people), named)
        elif response.status_code != 302:
            assert page_of(response).alerts, name
    assert asked == ASKED.get(situation, set())


def assert_named(before: Confirmations, after: Confirmations, named: str) -> None:
    """Check that something changed, and that it was named."""
    assert after != before
    for number, (stage, persons) in after.items():
        if (stage, persons) != before[number]:
            assert f"Committee {number}" in named
            assert [name for name in persons ^ before[number][1] if name not in named] == []
        if stage == Stage.CONFIRMED != before[number][0]:
            assert f"Committee {number} will be confirmed and its grades locked immediately" in named


def test_every_planner_form_is_among_the_acts() -> None:
    per = 2 + 4
    forms = {row[0] for row in ROWS if row[1] == "POST" and row[per] == "302"}
    known = {act.route for act in ACTS.values()} | SAY_IT_THEMSELVES | ELSEWHERE | MAKE_WHAT_IS_NEW
    assert forms - known == set()


def test_key_of_a_confirmed_exam_is_refused_with_a_remedy(people: People, per: Client) -> None:
    one_confirmed(people)
    response = per.post(url("edit-exam", people.exam), edit_form(people.exam, versjonskode="2"))
    assert page_of(response).faults == [
        "The FS key can’t be changed while a committee is confirmed. Reopen that committee first."
    ]
    assert Exam.objects.get(pk=people.exam.pk).versjonskode == "1"


def test_question_names_the_effects(people: People, per: Client) -> None:
    waiting(people)
    response, _address, _form = done(per, people, ACTS["other rule"])
    page = page_of(response)
    assert page.texts("h1") == ["Save the changes to TDT4100 Programming?"]
    assert sentences(response) == [
        "Committee 1 will be confirmed and its grades locked immediately, because Kari has already confirmed.",
        "Ola will no longer need to confirm.",
        "Committee 2 will be confirmed and its grades locked immediately, because Ola has already confirmed.",
        "Ingrid will no longer need to confirm.",
    ]
    response, _address, _form = done(per, people, ACTS["move one away"])
    assert page_of(response).texts("h1") == ["Move 1 candidate to Committee 2?"]
    assert sentences(response) == [
        "Kari has confirmed Committee 1 and will have to confirm again.",
        "Ola has confirmed Committee 2 and will have to confirm again.",
    ]
    response, _address, _form = done(per, people, ACTS["unseat kari"])
    assert page_of(response).texts("h1") == ["Remove Kari from Committee 1?"]
    assert sentences(response) == ["Kari has confirmed Committee 1. That confirmation will be removed."]


def test_form_keeps_its_input(people: People, per: Client) -> None:
    waiting(people)
    response = per.post(url("edit-exam", people.exam), edit_form(people.exam, rule="one", place="Hall 3"))
    form = page_of(response).one("main").one("form")
    back = per.post(url("edit-exam", people.exam), form.fields | {"back": "1"})
    shown = page_of(back).one("main").one("form")
    assert (back.status_code, shown.one("input", name="place")["value"]) == (200, "Hall 3")
    assert shown.one("input", name="rule", checked="*")["value"] == "one"
    assert people.exam.log.filter(action="exam.changed").count() == 0


def test_changed_effects_are_asked_about_again(people: People, per: Client) -> None:
    graded(people)
    confirm(people.kari, people.one)
    response, address, form = done(per, people, ACTS["other rule"])
    confirm(people.ola, people.two)
    again = per.post(address, form | {"agreement": asked_of(response)})
    assert (again.status_code, len(sentences(again))) == (409, 4)
    assert confirmations(people)[1][0] == "waiting"
    assert per.post(address, form | {"agreement": asked_of(again)}).status_code == 302


def test_log_and_graders_have_the_effects(people: People, per: Client) -> None:
    waiting(people)
    response, address, form = done(per, people, ACTS["other rule"])
    per.post(address, form | {"agreement": asked_of(response)})
    entry = people.exam.log.get(action="exam.changed")
    assert entry.details["effects"] == [
        {"committee": 1, "locked_by": ["Kari"]},
        {"committee": 2, "locked_by": ["Ola"]},
    ]
    assert set(people.ingrid.notifications.values_list("kind", flat=True)) >= {"locked"}
    said = page_of(per.get(url("exam-log", people.exam))).one("ol").texts("li")[0]
    assert "committee 1 confirmed immediately (Kari); committee 2 confirmed immediately (Ola)" in said


def test_changed_key_notifies_confirmed_graders(people: People, per: Client) -> None:
    waiting(people)
    response, address, form = done(per, people, ACTS["other key"])
    per.post(address, form | {"agreement": asked_of(response)})
    assert list(people.kari.notifications.values_list("kind", flat=True)) == ["voided"]
    assert list(people.ingrid.notifications.values_list("kind", flat=True)) == []


# The preview of an import


@pytest.mark.parametrize("situation", SITUATIONS)
def test_preview_names_the_effects_of_an_import(people: People, situation: str) -> None:
    SITUATIONS[situation](people)
    committees = list(Committee.objects.with_stage().filter(exam=people.exam).select_related("exam"))
    before = states_of(committees)
    for name, act in tries(people, {name: ACTS[name] for name in ACTS if name.startswith("import")}):
        given = act.about(people)
        foreseen = agreement_to(preview_import(given).effects)
        apply_import(given, agreement=foreseen)
        after = states_of(list(Committee.objects.with_stage().filter(pk__in=before).select_related("exam")))
        made = [effect_between(before[pk], after[pk]) for pk in before]
        assert agreement_to([one for one in made if one]) == foreseen, name


def test_import_with_previewed_effects_is_applied(people: People, per: Client) -> None:
    waiting(people)
    about = ACTS["import a new candidate"].about(people)
    page = page_of(per.get(url("import-preview", about)))
    assert page.one("div", data_effects="*").texts("li") == [
        "Kari has confirmed Committee 1 and will have to confirm again."
    ]
    form = page.one("form", action=url("apply-import", about))
    assert per.post(form["action"], form.fields).status_code == 302
    assert confirmations(people)[1] == ("grading", frozenset())
