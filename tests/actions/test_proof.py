"""The log proves itself: whatever is changed behind its back is found, and named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from committees.actions.planning import add_committee
from committees.audit.triggers import install_triggers
from committees.audit.verification import chain_heads, violations
from committees.enums import LogAction
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Grader,
    LogEntry,
    Notification,
    Reopening,
    Transfer,
    TransferLine,
    TransferSheet,
)
from committees.models.log import compute_entry_hash
from tests.conftest import People, drop_log_triggers, grade, seat


def found() -> list[str]:
    return [str(one) for one in violations()]


def test_a_log_that_was_let_be_explains_everything(completed_exam: People) -> None:
    assert found() == []
    assert {entry.action for entry in LogEntry.objects.all()} >= {
        LogAction.GRADE_CLICKED,
        LogAction.CANDIDATES_MOVED,
        LogAction.WITHDRAWN,
        LogAction.REOPENED,
        LogAction.RECEIPTS_RECEIVED,
    }


def test_each_committee_has_its_chain_and_the_exam_one_for_the_rest(completed_exam: People) -> None:
    exam, one, two = completed_exam.exam, completed_exam.one, completed_exam.two
    chains = {entry.chain for entry in exam.log.all()}
    assert chains == {f"exam {exam.pk}", f"committee {one.pk}", f"committee {two.pk}"}
    for name in chains:
        positions = sorted(entry.position for entry in exam.log.all() if entry.chain == name)
        assert positions == list(range(1, len(positions) + 1))


def test_a_seal_covers_all_that_an_entry_says(completed_exam: People) -> None:
    other: dict[str, Any] = {
        "position": 9,
        "at": completed_exam.exam.log.earliest("at").at,
        "by": completed_exam.admin,
        "action": LogAction.GRADE_RESET,
        "exam": completed_exam.other,
        "committee": completed_exam.three,
        "upload_id": 9,
        "transfer_id": 9,
        "changes": {"10001": ["A", "C"]},
        "details": {"x": 1},
    }
    fields = {field.name for field in LogEntry._meta.concrete_fields}
    assert {name.removesuffix("_id") for name in other} == fields - {"id", "entry_hash"}
    entry_hashes = set()
    for name, value in other.items():
        entry = completed_exam.exam.log.order_by("pk").last()
        setattr(entry, name, value)
        entry_hashes.add(compute_entry_hash(entry, "before"))
    entry = completed_exam.exam.log.order_by("pk").last()
    assert (
        len(entry_hashes | {compute_entry_hash(entry, "before"), compute_entry_hash(entry, "elsewhere")})
        == len(other) + 2
    )


# Behind the log's back: each of these is done as the owner of the database could do it.


def set_on(rows: models.QuerySet[Any], **values: Any) -> None:
    models.QuerySet.update(rows, **values)


def remove(rows: models.QuerySet[Any]) -> None:
    rows._raw_delete(rows.db)


def clicked(people: People) -> models.QuerySet[LogEntry]:
    """The entry in which kari gave 10001 an A, the first of committee 1."""
    return LogEntry.objects.filter(committee=people.one, position=1)


def entry_of(people: People, action: LogAction) -> models.QuerySet[LogEntry]:
    return LogEntry.objects.filter(action=action, exam=people.exam)


def other_sheet(people: People) -> None:
    """A grade changed with the digest and the confirmations made to fit."""
    set_on(Candidate.objects.filter(number="10001"), grade="A")


TAMPERING: dict[str, tuple[Callable[[People], object], str]] = {
    "an entry says another grade": (
        lambda people: set_on(clicked(people), changes={"10001": ["", "B"]}),
        "entry 1 is not what was sealed",
    ),
    "an entry names another person": (
        lambda people: set_on(clicked(people), by=people.ola),
        "is not what was sealed",
    ),
    "an entry is of another time": (
        lambda people: set_on(clicked(people), at=people.exam.log.earliest("at").at.replace(year=2020)),
        "is not what was sealed",
    ),
    "an entry in the middle is gone": (
        lambda people: remove(LogEntry.objects.filter(committee=people.one, position=3)),
        "after entry 2 comes entry 4",
    ),
    "an entry is sealed anew, and those after it are not": (
        lambda people: reseal(clicked(people), changes={"10001": ["", "B"]}),
        "entry 2 is not what was sealed",
    ),
    "a grade": (
        lambda people: set_on(Candidate.objects.filter(number="10001"), grade="A"),
        "has the grade “A”, and the log says “B”",
    ),
    "a grade of nobody": (
        lambda people: set_on(
            Candidate.objects.filter(number="10014"), grade="A", grade_entry=clicked(people).get()
        ),
        "has the grade “A”, and the log says “”",
    ),
    "who set a grade": (
        lambda people: set_on(Candidate.objects.filter(number="10001"), grade_entry=clicked(people).get()),
        "points to another log entry",
    ),
    "a candidate's committee": (
        lambda people: set_on(Candidate.objects.filter(number="10003"), committee=people.one),
        "is on committee “1”, and the log says “2”",
    ),
    "a candidate is gone": (
        lambda people: remove(Candidate.objects.filter(number="10003")),
        "is in the log and is gone",
    ),
    "a digest": (
        lambda people: set_on(Committee.objects.filter(pk=people.one.pk), digest="0" * 64),
        "its digest is not",
    ),
    "a round": (lambda people: set_on(Committee.objects.filter(pk=people.one.pk), round=1), "is in round 1"),
    "a reopening's reason": (
        lambda people: set_on(Reopening.objects.all(), reason="None"),
        "its reopenings are not",
    ),
    "a reopening is gone": (lambda people: remove(Reopening.objects.all()), "its reopenings are not"),
    "a seat is gone": (
        lambda people: unseat_behind_its_back(
            Grader.objects.filter(person=people.vera, committee=people.two)
        ),
        "the seat that person",
    ),
    "a confirmation's digest": (
        lambda people: set_on(
            Confirmation.objects.filter(grader__committee=people.one), digest=people.two.digest
        ),
        "is not in the log",
    ),
    "a confirmation's round": (
        lambda people: set_on(Confirmation.objects.filter(grader__committee=people.one), round=2, digest=""),
        "is not in the log",
    ),
    "a confirmation is another person's": (
        lambda people: set_on(
            Confirmation.objects.filter(grader__person=people.kari),
            grader=Grader.objects.create(committee=people.one, person=people.nina),
        ),
        "is not in the log",
    ),
    "a confirmation is gone": (
        lambda people: remove(Confirmation.objects.filter(grader__person=people.kari)),
        "tells of is gone",
    ),
    "a transfer's bytes": (
        lambda people: set_on(Transfer.objects.all(), content=b"x"),
        "its bytes are not those that were logged",
    ),
    "a transfer's bytes and their sum": (
        lambda people: set_on(Transfer.objects.all(), content=b"", sha256=sha256_of_nothing()),
        "its bytes are not those that were logged",
    ),
    "a line's grade": (
        lambda people: set_on(TransferLine.objects.filter(line=1), grade="C"),
        "its lines are not those of its bytes",
    ),
    "a line is gone": (
        lambda people: remove(TransferLine.objects.filter(line=1)),
        "its lines are not those of its bytes",
    ),
    "a refused line is called taken": (
        lambda people: set_on(TransferLine.objects.filter(status="refused"), status="taken"),
        "its receipts are not those that were logged",
    ),
    "two lines change places": (lambda people: swap_receipts(), "other lines than those that were logged"),
    "a sheet is called whole": (
        lambda people: set_on(TransferSheet.objects.filter(committee=people.one), is_complete=True),
        "whether FS holds committee",
    ),
    "a sheet's digest": (
        lambda people: set_on(TransferSheet.objects.filter(committee=people.one), digest="0" * 64),
        "that nobody had confirmed",
    ),
    "FS's answer": (
        lambda people: set_on(Transfer.objects.all(), answered_at=None),
        "differ on whether FS answered",
    ),
    "the triggers": (lambda people: None, "trigger"),
}


def reseal(rows: models.QuerySet[LogEntry], **values: Any) -> None:
    entry = rows.get()
    for name, value in values.items():
        setattr(entry, name, value)
    set_on(rows, **values, entry_hash=compute_entry_hash(entry, ""))


def sha256_of_nothing() -> str:
    return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def unseat_behind_its_back(seats: models.QuerySet[Grader]) -> None:
    remove(Confirmation.objects.filter(grader__in=seats))
    remove(seats)


def swap_receipts() -> None:
    refused = TransferLine.objects.get(status="refused")
    set_on(TransferLine.objects.filter(line=1), status="refused")
    set_on(TransferLine.objects.filter(pk=refused.pk), status="taken")


@contextmanager
def unguarded() -> Iterator[None]:
    connection.check_constraints()  # PostgreSQL alters no table while checks of it are put off
    drop_log_triggers(connection)
    yield
    connection.check_constraints()
    install_triggers(connection)


@pytest.mark.parametrize("name", TAMPERING)
def test_what_was_changed_behind_the_logs_back_is_found(completed_exam: People, name: str) -> None:
    tamper, said = TAMPERING[name]
    with connection.constraint_checks_disabled(), unguarded():
        tamper(completed_exam)
        if name == "the triggers":
            drop_log_triggers(connection)
            assert said in found()[0]
    if name != "the triggers":
        assert said in "\n".join(found())
        with pytest.raises(CommandError, match=found()[0].split(":")[0]):
            call_command("verify_log")


# Heads that were kept


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_log", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_heads_are_the_last_entries_of_all_chains(completed_exam: People, tmp_path: Path) -> None:
    printed = run("--heads")
    lasts = {
        chain: (entry.position, entry.entry_hash)
        for entry in LogEntry.objects.order_by("pk")
        for chain in [entry.chain]
    }
    assert chain_heads() == lasts
    assert printed.splitlines() == [
        f"{chain} {position} {entry_hash}" for chain, (position, entry_hash) in chain_heads().items()
    ]
    (tmp_path / "heads").write_text(printed)
    grade(completed_exam.ola, completed_exam.one, c10001="F")
    assert f"{len(lasts)} kept heads are still there" in run("--kept", str(tmp_path / "heads"))


def test_kept_heads_that_an_editor_saved_with_a_byte_order_mark_are_read(
    completed_exam: People, tmp_path: Path
) -> None:
    (tmp_path / "heads").write_text(run("--heads"), encoding="utf-8-sig")
    assert "kept heads are still there" in run("--kept", str(tmp_path / "heads"))


def test_a_log_that_was_cut_short_is_found_by_its_kept_head(completed_exam: People, tmp_path: Path) -> None:
    grade(completed_exam.ola, completed_exam.one, c10001="F")
    (tmp_path / "heads").write_text(run("--heads"))
    with unguarded():
        last = LogEntry.objects.latest("pk")
        before = LogEntry.objects.filter(
            committee=completed_exam.one, action=LogAction.GRADE_CLICKED
        ).order_by("-pk")[1]
        set_on(Candidate.objects.filter(number="10001"), grade="B", grade_entry=before)
        Notification.objects.filter(entry=last).delete()
        remove(LogEntry.objects.filter(pk=last.pk))
    kept = Confirmation.objects.get(grader=seat(completed_exam.kari, completed_exam.one)).digest
    set_on(Committee.objects.filter(pk=completed_exam.one.pk), digest=kept)
    assert run().startswith(f"{LogEntry.objects.count()} entries")
    with pytest.raises(
        CommandError, match=f"committee {completed_exam.one.pk}: entry {last.position}, whose seal was kept"
    ):
        run("--kept", str(tmp_path / "heads"))


def test_a_log_that_was_made_anew_is_found_by_its_kept_head(completed_exam: People, tmp_path: Path) -> None:
    chain, (position, _entry_hash) = next(iter(chain_heads().items()))
    (tmp_path / "heads").write_text(f"{chain} {position} {'0' * 64}\n")
    with pytest.raises(CommandError, match="has another seal than the one that was kept"):
        run("--kept", str(tmp_path / "heads"))


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "holds no heads"), ("committee 1 2 x\n", "line 1: this is no head"), (None, "can't be read")],
)
def test_a_file_that_holds_no_heads_is_told(db: None, tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "heads").write_text(text)
    with pytest.raises(CommandError, match=said):
        run("--kept", str(tmp_path / "heads"))


def test_the_proof_asks_as_little_for_many_committees_as_for_few(completed_exam: People) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert found() == []
        return len(queries)

    few = cost()
    for number in range(10, 20):
        add_committee(completed_exam.exam, number=number, name="", by=completed_exam.per)
    assert cost() == few
