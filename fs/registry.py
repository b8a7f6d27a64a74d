"""
The simulated FS: stores exams and candidates, and answers each line of a file of results with a receipt.

`sandbox` is the number of the sandbox whose FS is meant; None for the register's FS.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Literal, NamedTuple

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fs.dialect import Line, join_fields, read_lines
from fs.models import Endringsstatus, FsExam, Receipt, ReceivedFile, Registration, fs_grades

KEY_FIELDS = 6  # institusjonsnr;emnekode;versjonskode;vurdkombkode;vurdtidkode;arstall
EXAM_FIELDS = KEY_FIELDS + 3  # ... ;datetime;place;access
CANDIDATE_FIELDS = 1 + KEY_FIELDS + 3  # brukernavn; ... ;kandidatlopenr;kommislopenr;mobile
RESULT_FIELDS = KEY_FIELDS + 4  # ... ;kandidatlopenr;kommislopenr;karakter;endringsstatus
LONGEST_FIELD = 60
LONGEST_NAME = 200

Kind = Literal["exams", "committees", "candidates"]


class Refusal(models.TextChoices):
    """Refusal of a line: code, and sentence for people."""

    UNREADABLE = "unreadable", _("Line %(line)s can’t be read: it must be in FS format and UTF-8.")
    WRONG_FIELDS = (
        "wrong-fields",
        _("Line %(line)s has %(found)s fields, but a result must have %(expected)s."),
    )
    UNKNOWN_EXAM = "unknown-exam", _("Candidate %(candidate)s: exam %(key)s is not in FS.")
    UNKNOWN_CANDIDATE = (
        "unknown-candidate",
        _("Candidate %(candidate)s is not registered for this exam in FS."),
    )
    TWICE = "twice-in-file", _("Candidate %(candidate)s is in this file more than once.")
    WITHDRAWN = "withdrawn", _("Candidate %(candidate)s is registered as withdrawn in FS.")
    UNKNOWN_GRADE = "unknown-grade", _("Candidate %(candidate)s: “%(karakter)s” is not a grade in FS.")
    UNKNOWN_CHANGE = (
        "unknown-change-code",
        _("Candidate %(candidate)s: “%(endringsstatus)s” is not a change code in FS."),
    )
    ALREADY_REGISTERED = (
        "already-registered",
        _(
            "Candidate %(candidate)s already has the result “%(held)s” in FS, and the line has no change "
            "code."
        ),
    )
    NOTHING_TO_CHANGE = (
        "nothing-to-change",
        _("Candidate %(candidate)s has no result in FS that %(endringsstatus)s could change."),
    )


class Result(NamedTuple):
    """The result in one line."""

    key: str
    candidate: str
    karakter: str
    endringsstatus: str


class Verdict(NamedTuple):
    """The answer to one line; for an accepted line also the result and its registration."""

    receipt: Receipt
    result: Result | None = None
    registration: Registration | None = None


# Exams and candidates


def learn(kind: Kind, content: bytes, sandbox: int | None = None) -> None:
    """
    Add the exams and candidates of a file that FS itself would have issued.

    Skips lines in another format, and further lines about the same candidate. Results and withdrawals stay as they are.
    """
    if kind == "exams":
        _learn_exams((fields[:KEY_FIELDS] for fields in _issued(content, EXAM_FIELDS)), sandbox)
    elif kind == "candidates":
        _learn_candidates(content, sandbox)


def _issued(content: bytes, count: int) -> Iterator[tuple[str, ...]]:
    return (line.fields for line in read_lines(content) if line.fields and len(line.fields) == count)


def _fits(*fields: str) -> bool:
    return all(0 < len(field) <= LONGEST_FIELD for field in fields)


def _learn_exams(keys: Iterable[tuple[str, ...]], sandbox: int | None) -> None:
    FsExam.objects.bulk_create(
        [
            FsExam(sandbox=sandbox, key=join_fields(key), emnekode=key[1], vurdtidkode=key[4], arstall=key[5])
            for key in dict.fromkeys(keys)
            if _fits(*key)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def _learn_candidates(content: bytes, sandbox: int | None) -> None:
    rows: dict[tuple[tuple[str, ...], str], tuple[str, str]] = {}
    for brukernavn, *key, number, committee, _mobile in _issued(content, CANDIDATE_FIELDS):
        if _fits(*key, number) and len(committee) <= LONGEST_FIELD and len(brukernavn) <= LONGEST_NAME:
            rows.setdefault((tuple(key), number), (_with_realm(brukernavn), committee))
    _learn_exams((key for key, _number in rows), sandbox)
    joined = {key: join_fields(key) for key in {key for key, _number in rows}}
    known = dict(FsExam.objects.filter(sandbox=sandbox, key__in=joined.values()).values_list("key", "pk"))
    exams = {key: known[text] for key, text in joined.items()}
    # A registered result keeps its person.
    results = Registration.objects.filter(exam__in=exams.values()).exclude(karakter="")
    settled = set(results.values_list("exam_id", "kandidatlopenr"))
    Registration.objects.bulk_create(
        [
            Registration(
                exam_id=exams[key],
                kandidatlopenr=number,
                kommislopenr=committee,
                brukernavn=brukernavn,
            )
            for (key, number), (brukernavn, committee) in rows.items()
            if (exams[key], number) not in settled
        ],
        update_conflicts=True,
        unique_fields=["exam", "kandidatlopenr"],
        update_fields=["kommislopenr", "brukernavn"],
    )


def _with_realm(brukernavn: str) -> str:
    name = brukernavn.strip().lower()
    return f"{name}@{settings.HOME_REALM}" if name and "@" not in name else name


def withdraw(key: tuple[str, ...] | str, numbers: Collection[str], sandbox: int | None) -> None:
    """Mark these candidates as withdrawn, so that FS refuses their results."""
    joined = key if isinstance(key, str) else join_fields(key)
    registrations = Registration.objects.filter(exam__sandbox=sandbox, exam__key=joined)
    registrations.filter(kandidatlopenr__in=numbers).update(is_withdrawn=True)


def forget(sandboxes: Collection[int]) -> None:
    """
    Delete all FS data of these sandboxes, with a constant query count.

    Django's `delete()` would fetch the rows first; this deletes the dependent rows itself.
    """
    registrations = Registration.objects.filter(exam__sandbox__in=sandboxes)
    links = ReceivedFile.exams.through._default_manager.filter(fsexam__sandbox__in=sandboxes)
    files = ReceivedFile.objects.filter(sandbox__in=sandboxes)
    exams = FsExam.objects.filter(sandbox__in=sandboxes)
    with transaction.atomic():
        for rows in (registrations, links, files, exams):
            rows._raw_delete(rows.db)


# Results


def check(content: bytes, sandbox: int | None = None) -> list[Receipt]:
    """Return the receipts that `deliver` would return now. Writes nothing."""
    lines = read_lines(content)
    return [verdict.receipt for verdict in _judge(lines, list(_exams_in(lines, sandbox)))]


@transaction.atomic
def deliver(name: str, content: bytes, sandbox: int | None = None) -> list[Receipt]:
    """
    Register the results of a file, and return a receipt per line; a refused line does not affect the others.

    The same file again gets its first receipts and changes nothing. Locks the exams.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    # A concurrent delivery of the same file waits here for the first.
    file, is_new = ReceivedFile.objects.get_or_create(
        sandbox=sandbox, name=name, sha256=sha256, defaults={"content": content}
    )
    if is_new:
        lines = read_lines(content)
        exams = list(_exams_in(lines, sandbox).select_for_update())
        verdicts = _judge(lines, exams)
        _register(verdicts)
        file.exams.add(*exams)
        file.receipts = [verdict.receipt for verdict in verdicts]
        file.save(update_fields=["receipts"])
    return file.answer


def _exams_in(lines: list[Line], sandbox: int | None) -> models.QuerySet[FsExam]:
    keys = {result.key for line in lines if (result := _result(line))}
    return FsExam.objects.filter(sandbox=sandbox, key__in=keys).order_by("pk")


def _result(line: Line) -> Result | None:
    if line.fields is None or len(line.fields) != RESULT_FIELDS:
        return None
    *key, candidate, _committee, karakter, endringsstatus = line.fields
    return Result(join_fields(key), candidate, karakter, endringsstatus)


def _judge(lines: list[Line], exams: list[FsExam]) -> list[Verdict]:
    keys = {exam.pk: exam.key for exam in exams}
    known = set(keys.values())
    held = {
        (keys[registration.exam_id], registration.kandidatlopenr): registration
        for registration in Registration.objects.filter(exam__in=exams)
    }
    results = {line.number: result for line in lines if (result := _result(line))}
    times = Counter(result[:2] for result in results.values())
    verdicts = []
    for line in lines:
        if (result := results.get(line.number)) is None:
            verdicts.append(_unread(line))
            continue
        registration = held.get(result[:2])
        if result.key not in known:
            refusal: Refusal | None = Refusal.UNKNOWN_EXAM
        elif registration is None:
            refusal = Refusal.UNKNOWN_CANDIDATE
        elif times[result[:2]] > 1:
            refusal = Refusal.TWICE
        else:
            refusal = _objection(result, registration)
        verdicts.append(_verdict(line.number, result, registration, refusal))
    return verdicts


def _verdict(
    line: int, result: Result, registration: Registration | None, refusal: Refusal | None
) -> Verdict:
    if refusal is None:
        return Verdict(Receipt(line, True, "", ""), result, registration)
    held = registration.karakter if registration else ""
    reason = refusal.label % {"line": line, "held": held, **result._asdict()}
    return Verdict(Receipt(line, False, refusal.value, reason))


def _unread(line: Line) -> Verdict:
    refusal = Refusal.UNREADABLE if line.fields is None else Refusal.WRONG_FIELDS
    facts = {"line": line.number, "found": len(line.fields or ()), "expected": RESULT_FIELDS}
    return Verdict(Receipt(line.number, False, refusal.value, refusal.label % facts))


def _objection(result: Result, registration: Registration) -> Refusal | None:
    """Return why the result of a registered candidate is refused; None if it is accepted."""
    if registration.is_withdrawn:
        return Refusal.WITHDRAWN
    if result.karakter not in fs_grades():
        return Refusal.UNKNOWN_GRADE
    if result.endringsstatus and result.endringsstatus not in Endringsstatus:
        return Refusal.UNKNOWN_CHANGE
    if registration.karakter and not result.endringsstatus:
        return Refusal.ALREADY_REGISTERED
    if result.endringsstatus and not registration.karakter:
        return Refusal.NOTHING_TO_CHANGE
    return None


def _register(verdicts: list[Verdict]) -> None:
    """Write the results with one query per distinct grade and change code."""
    taken = defaultdict(list)
    for _receipt, result, registration in verdicts:
        if result and registration:
            taken[result.karakter, result.endringsstatus].append(registration.pk)
    now = timezone.now()
    for (karakter, endringsstatus), pks in taken.items():
        Registration.objects.filter(pk__in=pks).update(
            karakter=karakter, endringsstatus=endringsstatus, registered_at=now
        )
