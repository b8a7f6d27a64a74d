"""verify_log: changes that bypass the log are found and named."""

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
from tests.conftest import People, drop_log_triggers, grade, seat


def found() -> list[str]:
    return [str(one) for one in violations()]


def test_untouched_log_has_no_violations(completed_exam: People) -> None:
    assert found() == []
    assert {entry.action for entry in LogEntry.objects.all()} >= {
        LogAction.GRADE_CLICKED,
        LogAction.CANDIDATES_MOVED,
        LogAction.WITHDRAWN,
        LogAction.REOPENED,
        LogAction.RECEIPTS_RECEIVED,
    }


def test_committees_and_exams_have_separate_chains(completed_exam: People) -> None:
    exam, one, two = completed_exam.exam, completed_exam.one, completed_exam.two
    chains = {entry.chain for entry in exam.log.all()}
    assert chains == {f"exam {exam.pk}", f"committee {one.pk}", f"committee {two.pk}"}
    for name in chains:
        positions = sorted(entry.position for entry in exam.log.all() if entry.chain == name)
        assert positions == list(range(1, len(positions) + 1))


def test_entry_hash_covers_every_field(completed_exam: People) -> None:
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
        entry = completed_exam.exam.log.latest("pk")
        setattr(entry, name, value)
        entry_hashes.add(entry.compute_hash("before"))
    entry = completed_exam.exam.log.latest("pk")
    assert (
        len(entry_hashes | {entry.compute_hash("before"), entry.compute_hash("elsewhere")}) == len(other) + 2
    )


# Changes that bypass the log, as the owner of the database could make them.


def set_on(rows: models.QuerySet[Any], **values: Any) -> None:
    models.QuerySet.update(rows, **values)


def remove(rows: models.QuerySet[Any]) -> None:
    rows._raw_delete(rows.db)


def clicked(people: People) -> models.QuerySet[LogEntry]:
    """The first entry of committee 1: kari gave 10001 an A."""
    return LogEntry.objects.filter(committee=people.one, position=1)


def entry_of(people: People, action: LogAction) -> models.QuerySet[LogEntry]:
    return LogEntry.objects.filter(action=action, exam=people.exam)


def other_sheet(people: People) -> None:
    """Change a grade, and the digest and confirmations to match."""
    set_on(Candidate.objects.filter(number="10001"), grade="A")


TAMPERING: dict[str, tuple[Callable[[People], object], str]] = {
    "an entry's grade": (
        lambda people: set_on(clicked(people), changes={"10001": ["", "B"]}),
        "entry 1 does not match its hash",
    ),
    "an entry's person": (
        lambda people: set_on(clicked(people), by=people.ola),
        "does not match its hash",
    ),
    "an entry's time": (
        lambda people: set_on(clicked(people), at=people.exam.log.earliest("at").at.replace(year=2020)),
        "does not match its hash",
    ),
    "a deleted entry": (
        lambda people: remove(LogEntry.objects.filter(committee=people.one, position=3)),
        "after entry 2 comes entry 4",
    ),
    "an entry with a new hash": (
        lambda people: rehash(clicked(people), changes={"10001": ["", "B"]}),
        "entry 2 does not match its hash",
    ),
    "a grade": (
        lambda people: set_on(Candidate.objects.filter(number="10001"), grade="A"),
        "has the grade “A”, but “B” in the log",
    ),
    "a grade without an entry": (
        lambda people: set_on(
            Candidate.objects.filter(number="10014"), grade="A", grade_entry=clicked(people).get()
        ),
        "has the grade “A”, but “” in the log",
    ),
    "a grade's entry": (
        lambda people: set_on(Candidate.objects.filter(number="10001"), grade_entry=clicked(people).get()),
        "does not refer to the log entry",
    ),
    "a candidate's committee": (
        lambda people: set_on(Candidate.objects.filter(number="10003"), committee=people.one),
        "is on committee “1”, but on “2” in the log",
    ),
    "a deleted candidate": (
        lambda people: remove(Candidate.objects.filter(number="10003")),
        "is in the log but does not exist",
    ),
    "a digest": (
        lambda people: set_on(Committee.objects.filter(pk=people.one.pk), digest="0" * 64),
        "its digest does not match",
    ),
    "a round": (lambda people: set_on(Committee.objects.filter(pk=people.one.pk), round=1), "is in round 1"),
    "a reopening's reason": (
        lambda people: set_on(Reopening.objects.all(), reason="None"),
        "its reopenings differ",
    ),
    "a deleted reopening": (lambda people: remove(Reopening.objects.all()), "its reopenings differ"),
    "a deleted seat": (
        lambda people: remove_unlogged(Grader.objects.filter(person=people.vera, committee=people.two)),
        "the logged seat of person",
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
    "a confirmation's person": (
        lambda people: set_on(
            Confirmation.objects.filter(grader__person=people.kari),
            grader=Grader.objects.create(committee=people.one, person=people.nina),
        ),
        "is not in the log",
    ),
    "a deleted confirmation": (
        lambda people: remove(Confirmation.objects.filter(grader__person=people.kari)),
        "the confirmation of entry",
    ),
    "a transfer's bytes": (
        lambda people: set_on(Transfer.objects.all(), content=b"x"),
        "its bytes differ from the log",
    ),
    "a transfer's bytes and hash": (
        lambda people: set_on(Transfer.objects.all(), content=b"", sha256=sha256_of_nothing()),
        "its bytes differ from the log",
    ),
    "a line's grade": (
        lambda people: set_on(TransferLine.objects.filter(line=1), grade="C"),
        "its lines differ from its bytes",
    ),
    "a deleted line": (
        lambda people: remove(TransferLine.objects.filter(line=1)),
        "its lines differ from its bytes",
    ),
    "a refused line marked as accepted": (
        lambda people: set_on(TransferLine.objects.filter(status="refused"), status="taken"),
        "its receipts differ from the log",
    ),
    "two lines exchanged": (lambda people: exchange_receipts(), "its accepted lines differ"),
    "a sheet marked as complete": (
        lambda people: set_on(TransferSheet.objects.filter(committee=people.one), is_complete=True),
        "whether FS has all grades of committee",
    ),
    "a sheet's digest": (
        lambda people: set_on(TransferSheet.objects.filter(committee=people.one), digest="0" * 64),
        "that nobody had confirmed",
    ),
    "FS's answer": (
        lambda people: set_on(Transfer.objects.all(), answered_at=None),
        "whether FS answered differs",
    ),
    "the triggers": (lambda people: None, "trigger"),
}


def rehash(rows: models.QuerySet[LogEntry], **values: Any) -> None:
    entry = rows.get()
    for name, value in values.items():
        setattr(entry, name, value)
    set_on(rows, **values, entry_hash=entry.compute_hash(""))


def sha256_of_nothing() -> str:
    return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def remove_unlogged(seats: models.QuerySet[Grader]) -> None:
    remove(Confirmation.objects.filter(grader__in=seats))
    remove(seats)


def exchange_receipts() -> None:
    refused = TransferLine.objects.get(status="refused")
    set_on(TransferLine.objects.filter(line=1), status="refused")
    set_on(TransferLine.objects.filter(pk=refused.pk), status="taken")


@contextmanager
def without_triggers() -> Iterator[None]:
    connection.check_constraints()  # PostgreSQL can't alter a table with deferred checks.
    drop_log_triggers(connection)
    yield
    connection.check_constraints()
    install_triggers(connection)


@pytest.mark.parametrize("name", TAMPERING)
def test_changed_data_are_found(completed_exam: People, name: str) -> None:
    tamper, expected = TAMPERING[name]
    with connection.constraint_checks_disabled(), without_triggers():
        tamper(completed_exam)
        if name == "the triggers":
            drop_log_triggers(connection)
            assert expected in found()[0]
    if name != "the triggers":
        assert expected in "\n".join(found())
        with pytest.raises(CommandError, match=found()[0].split(":")[0]):
            call_command("verify_log")


# Kept heads


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_log", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_chain_heads_are_the_last_entries(completed_exam: People, tmp_path: Path) -> None:
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
    assert f"{len(lasts)} kept heads were found" in run("--against", str(tmp_path / "heads"))


def test_chain_heads_with_a_byte_order_mark_are_read(completed_exam: People, tmp_path: Path) -> None:
    (tmp_path / "heads").write_text(run("--heads"), encoding="utf-8-sig")
    assert "kept heads were found" in run("--against", str(tmp_path / "heads"))


def test_truncated_log_is_found_by_kept_heads(completed_exam: People, tmp_path: Path) -> None:
    grade(completed_exam.ola, completed_exam.one, c10001="F")
    (tmp_path / "heads").write_text(run("--heads"))
    with without_triggers():
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
        CommandError, match=f"committee {completed_exam.one.pk}: entry {last.position} of the kept heads"
    ):
        run("--against", str(tmp_path / "heads"))


def test_rewritten_log_is_found_by_kept_heads(completed_exam: People, tmp_path: Path) -> None:
    chain, (position, _entry_hash) = next(iter(chain_heads().items()))
    (tmp_path / "heads").write_text(f"{chain} {position} {'0' * 64}\n")
    with pytest.raises(CommandError, match="does not match the kept head"):
        run("--against", str(tmp_path / "heads"))


@pytest.mark.parametrize(
    ("text", "error"),
    [("", "contains no heads"), ("committee 1 2 x\n", "line 1: not a head"), (None, "can't be read")],
)
def test_file_without_heads_is_reported(db: None, tmp_path: Path, text: str | None, error: str) -> None:
    if text is not None:
        (tmp_path / "heads").write_text(text)
    with pytest.raises(CommandError, match=error):
        run("--against", str(tmp_path / "heads"))


def test_queries_do_not_grow_with_committees(completed_exam: People) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert found() == []
        return len(queries)

    few = cost()
    for number in range(10, 20):
        add_committee(completed_exam.exam, number=number, name="", by=completed_exam.per)
    assert cost() == few
