"""The log proves itself: whatever is changed behind its back is found, and named."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from committees.actions.planning import add_committee
from committees.actions.proof import breaks, heads
from committees.enums import Verb
from committees.guard import guard_log
from committees.models import (
    Candidate,
    Committee,
    Confirmation,
    Grader,
    LogEntry,
    Notice,
    Reopening,
    Transfer,
    TransferLine,
    TransferSheet,
)
from committees.models.log import seal_over
from tests.conftest import grade, seat, unguard_log


def found() -> list[str]:
    return [str(one) for one in breaks()]


def test_a_log_that_was_let_be_explains_everything(lived: SimpleNamespace) -> None:
    assert found() == []
    assert {entry.verb for entry in LogEntry.objects.all()} >= {
        Verb.GRADE_CLICKED,
        Verb.CANDIDATES_MOVED,
        Verb.WITHDRAWN,
        Verb.REOPENED,
        Verb.RECEIPTS_RECEIVED,
    }


def test_each_committee_has_its_chain_and_the_exam_one_for_the_rest(lived: SimpleNamespace) -> None:
    exam, one, two = lived.exam, lived.one, lived.two
    chains = {entry.chain for entry in exam.log.all()}
    assert chains == {f"exam {exam.pk}", f"committee {one.pk}", f"committee {two.pk}"}
    for name in chains:
        positions = sorted(entry.position for entry in exam.log.all() if entry.chain == name)
        assert positions == list(range(1, len(positions) + 1))


def test_a_seal_covers_all_that_an_entry_says(lived: SimpleNamespace) -> None:
    other: dict[str, Any] = {
        "position": 9,
        "at": lived.exam.log.earliest("at").at,
        "by": lived.admin,
        "verb": Verb.GRADE_RESET,
        "exam": lived.other,
        "committee": lived.three,
        "upload_id": 9,
        "transfer_id": 9,
        "changes": {"10001": ["A", "C"]},
        "details": {"x": 1},
    }
    fields = {field.name for field in LogEntry._meta.concrete_fields}
    assert {name.removesuffix("_id") for name in other} == fields - {"id", "seal"}
    seals = set()
    for name, value in other.items():
        entry = lived.exam.log.order_by("pk").last()
        setattr(entry, name, value)
        seals.add(seal_over(entry, "before"))
    entry = lived.exam.log.order_by("pk").last()
    assert len(seals | {seal_over(entry, "before"), seal_over(entry, "elsewhere")}) == len(other) + 2


# Behind the log's back: each of these is done as the owner of the database could do it.


def set_on(rows: models.QuerySet[Any], **values: Any) -> None:
    models.QuerySet.update(rows, **values)


def remove(rows: models.QuerySet[Any]) -> None:
    rows._raw_delete(rows.db)


def clicked(cast: SimpleNamespace) -> models.QuerySet[LogEntry]:
    """The entry in which kari gave 10001 an A, the first of committee 1."""
    return LogEntry.objects.filter(committee=cast.one, position=1)


def entry_of(cast: SimpleNamespace, verb: Verb) -> models.QuerySet[LogEntry]:
    return LogEntry.objects.filter(verb=verb, exam=cast.exam)


def other_sheet(cast: SimpleNamespace) -> None:
    """A grade changed with the digest and the confirmations made to fit."""
    set_on(Candidate.objects.filter(number="10001"), grade="A")


TAMPERING: dict[str, tuple[Callable[[SimpleNamespace], object], str]] = {
    "an entry says another grade": (
        lambda cast: set_on(clicked(cast), changes={"10001": ["", "B"]}),
        "entry 1 is not what was sealed",
    ),
    "an entry names another person": (
        lambda cast: set_on(clicked(cast), by=cast.ola),
        "is not what was sealed",
    ),
    "an entry is of another time": (
        lambda cast: set_on(clicked(cast), at=cast.exam.log.earliest("at").at.replace(year=2020)),
        "is not what was sealed",
    ),
    "an entry in the middle is gone": (
        lambda cast: remove(LogEntry.objects.filter(committee=cast.one, position=3)),
        "after entry 2 comes entry 4",
    ),
    "an entry is sealed anew, and those after it are not": (
        lambda cast: reseal(clicked(cast), changes={"10001": ["", "B"]}),
        "entry 2 is not what was sealed",
    ),
    "a grade": (
        lambda cast: set_on(Candidate.objects.filter(number="10001"), grade="A"),
        "has the grade “A”, and the log says “B”",
    ),
    "a grade of nobody": (
        lambda cast: set_on(
            Candidate.objects.filter(number="10014"), grade="A", grade_entry=clicked(cast).get()
        ),
        "has the grade “A”, and the log says “”",
    ),
    "who set a grade": (
        lambda cast: set_on(Candidate.objects.filter(number="10001"), grade_entry=clicked(cast).get()),
        "points to another log entry",
    ),
    "a candidate's committee": (
        lambda cast: set_on(Candidate.objects.filter(number="10003"), committee=cast.one),
        "is on committee “1”, and the log says “2”",
    ),
    "a candidate is gone": (
        lambda cast: remove(Candidate.objects.filter(number="10003")),
        "is in the log and is gone",
    ),
    "a digest": (
        lambda cast: set_on(Committee.objects.filter(pk=cast.one.pk), digest="0" * 64),
        "its digest is not",
    ),
    "a round": (lambda cast: set_on(Committee.objects.filter(pk=cast.one.pk), round=1), "is in round 1"),
    "a reopening's reason": (
        lambda cast: set_on(Reopening.objects.all(), reason="None"),
        "its reopenings are not",
    ),
    "a reopening is gone": (lambda cast: remove(Reopening.objects.all()), "its reopenings are not"),
    "a seat is gone": (
        lambda cast: unseat_behind_its_back(Grader.objects.filter(person=cast.vera, committee=cast.two)),
        "the seat that person",
    ),
    "a confirmation's digest": (
        lambda cast: set_on(Confirmation.objects.filter(grader__committee=cast.one), digest=cast.two.digest),
        "is not in the log",
    ),
    "a confirmation's round": (
        lambda cast: set_on(Confirmation.objects.filter(grader__committee=cast.one), round=2, digest=""),
        "is not in the log",
    ),
    "a confirmation is another person's": (
        lambda cast: set_on(
            Confirmation.objects.filter(grader__person=cast.kari),
            grader=Grader.objects.create(committee=cast.one, person=cast.nina),
        ),
        "is not in the log",
    ),
    "a confirmation is gone": (
        lambda cast: remove(Confirmation.objects.filter(grader__person=cast.kari)),
        "tells of is gone",
    ),
    "a transfer's bytes": (
        lambda cast: set_on(Transfer.objects.all(), content=b"x"),
        "its bytes are not those that were logged",
    ),
    "a transfer's bytes and their sum": (
        lambda cast: set_on(Transfer.objects.all(), content=b"", sha256=sha256_of_nothing()),
        "its bytes are not those that were logged",
    ),
    "a line's grade": (
        lambda cast: set_on(TransferLine.objects.filter(line=1), grade="C"),
        "its lines are not those of its bytes",
    ),
    "a line is gone": (
        lambda cast: remove(TransferLine.objects.filter(line=1)),
        "its lines are not those of its bytes",
    ),
    "a refused line is called taken": (
        lambda cast: set_on(TransferLine.objects.filter(status="refused"), status="taken"),
        "its receipts are not those that were logged",
    ),
    "two lines change places": (lambda cast: swap_receipts(), "other lines than those that were logged"),
    "a sheet is called whole": (
        lambda cast: set_on(TransferSheet.objects.filter(committee=cast.one), is_complete=True),
        "whether FS holds committee",
    ),
    "a sheet's digest": (
        lambda cast: set_on(TransferSheet.objects.filter(committee=cast.one), digest="0" * 64),
        "that nobody had confirmed",
    ),
    "FS's answer": (
        lambda cast: set_on(Transfer.objects.all(), answered_at=None),
        "differ on whether FS answered",
    ),
    "the triggers": (lambda cast: None, "trigger"),
}


def reseal(rows: models.QuerySet[LogEntry], **values: Any) -> None:
    entry = rows.get()
    for name, value in values.items():
        setattr(entry, name, value)
    set_on(rows, **values, seal=seal_over(entry, ""))


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
    unguard_log(connection)
    yield
    connection.check_constraints()
    guard_log(connection)


@pytest.mark.parametrize("name", TAMPERING)
def test_what_was_changed_behind_the_logs_back_is_found(lived: SimpleNamespace, name: str) -> None:
    tamper, said = TAMPERING[name]
    with connection.constraint_checks_disabled(), unguarded():
        tamper(lived)
        if name == "the triggers":
            unguard_log(connection)
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


def test_the_heads_are_the_last_entries_of_all_chains(lived: SimpleNamespace, tmp_path: Path) -> None:
    printed = run("--heads")
    lasts = {
        chain: (entry.position, entry.seal)
        for entry in LogEntry.objects.order_by("pk")
        for chain in [entry.chain]
    }
    assert heads() == lasts
    assert printed.splitlines() == [
        f"{chain} {position} {seal}" for chain, (position, seal) in heads().items()
    ]
    (tmp_path / "heads").write_text(printed)
    grade(lived.ola, lived.one, c10001="F")
    assert f"{len(lasts)} kept heads are still there" in run("--kept", str(tmp_path / "heads"))


def test_kept_heads_that_an_editor_saved_with_a_byte_order_mark_are_read(
    lived: SimpleNamespace, tmp_path: Path
) -> None:
    (tmp_path / "heads").write_text(run("--heads"), encoding="utf-8-sig")
    assert "kept heads are still there" in run("--kept", str(tmp_path / "heads"))


def test_a_log_that_was_cut_short_is_found_by_its_kept_head(lived: SimpleNamespace, tmp_path: Path) -> None:
    grade(lived.ola, lived.one, c10001="F")
    (tmp_path / "heads").write_text(run("--heads"))
    with unguarded():
        last = LogEntry.objects.latest("pk")
        before = LogEntry.objects.filter(committee=lived.one, verb=Verb.GRADE_CLICKED).order_by("-pk")[1]
        set_on(Candidate.objects.filter(number="10001"), grade="B", grade_entry=before)
        Notice.objects.filter(entry=last).delete()
        remove(LogEntry.objects.filter(pk=last.pk))
    kept = Confirmation.objects.get(grader=seat(lived.kari, lived.one)).digest
    set_on(Committee.objects.filter(pk=lived.one.pk), digest=kept)
    assert run().startswith(f"{LogEntry.objects.count()} entries")
    with pytest.raises(
        CommandError, match=f"committee {lived.one.pk}: entry {last.position}, whose seal was kept"
    ):
        run("--kept", str(tmp_path / "heads"))


def test_a_log_that_was_made_anew_is_found_by_its_kept_head(lived: SimpleNamespace, tmp_path: Path) -> None:
    chain, (position, _seal) = next(iter(heads().items()))
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


def test_the_proof_asks_as_little_for_many_committees_as_for_few(lived: SimpleNamespace) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert found() == []
        return len(queries)

    few = cost()
    for number in range(10, 20):
        add_committee(lived.exam, number=number, name="", by=lived.per)
    assert cost() == few
