"""
Comparison of FS's three files with the database: what an import would do, line by line. Writes nothing.

Lines with a problem are left out and reported. A candidate with a grade is never dropped.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import date

from django.utils.translation import gettext as _

from committees.actions.import_choices import ExamChoice, choices_for
from committees.actions.import_plan import ImportPlan, Key, Problem, in_chunks
from committees.actions.import_warnings import (
    warnings_about_committees,
    warnings_about_people,
    warnings_about_terms,
)
from committees.files.fs_style import (
    CandidateLine,
    CommitteeLine,
    ExamLine,
    read_candidate_lines,
    read_committee_lines,
    read_exam_lines,
)
from committees.models import Candidate, Committee, Exam, FsImport, Grader, User
from committees.models.exams import KEY_FIELDS, default_deadline, folded_key
from committees.models.people import as_feide_name


def _exams_with(keys: Iterable[Key], sandbox: int | None) -> dict[Key, Exam]:
    # One query by course code, then a comparison of whole keys.
    wanted = set(keys)
    codes = {key[1] for key in wanted}
    found = Exam.objects.current().filter(sandbox=sandbox, emnekode__in=codes)
    return {exam.key: exam for exam in found if exam.key in wanted}


class FsImportPlanner:
    """
    Check of the three files, in the order exams, committees, candidates, against one snapshot of the database.

    An import in a sandbox reads and creates only data of that sandbox.
    """

    def __init__(self, batch: FsImport) -> None:
        self.batch = batch
        self.sandbox = batch.by.sandbox
        self.result = ImportPlan()
        self.transferred: set[int] = set()
        self.planned: set[int] = set()  # exams that the importing planner may change
        self.similar: dict[Key, Exam] = {}  # existing and new exams by `folded_key`
        self.unread: set[tuple[Key, str]] = set()  # existing candidates of lines that are left out
        self.seated: dict[tuple[int, str | None], Grader] = {}  # by committee and Feide name
        self.known: dict[tuple[Key, str], Candidate] = {}  # existing candidates
        self.first_line: dict[tuple[Key, str], int] = {}  # line number of a candidate
        self.choices: dict[Key, ExamChoice] = {}
        self.exam_lines = read_exam_lines(bytes(batch.exams))
        self.committee_lines = read_committee_lines(bytes(batch.committees))
        self.candidate_lines = read_candidate_lines(bytes(batch.candidates))

    def every_line(self) -> Iterator[tuple[int, ExamLine | CommitteeLine | CandidateLine]]:
        yield from self.exam_lines.lines
        yield from self.committee_lines.lines
        yield from self.candidate_lines.lines

    def exams(self) -> list[int]:
        """Return the pks of the existing exams in the files, which are locked before `plan()`."""
        return [exam.pk for exam in self._exams_named().values()]

    def _exams_named(self) -> dict[Key, Exam]:
        return _exams_with((tuple(line.key) for _n, line in self.every_line()), self.batch.by.sandbox_id)

    def plan(self) -> ImportPlan:
        plan = self.result
        for name, reading in (
            ("exams", self.exam_lines),
            ("committees", self.committee_lines),
            ("candidates", self.candidate_lines),
        ):
            plan.problems += [Problem(name, problem.line, problem.sentence) for problem in reading.problems]
        plan.exams = self._exams_named()
        exams = [exam.pk for exam in plan.exams.values()]
        planners = Exam.planners.through._default_manager.filter(user=self.batch.by, exam__in=exams)
        self.planned = set(planners.values_list("exam", flat=True))
        committees = Committee.objects.filter(exam__in=exams).with_stage().select_related("exam")
        keys = {tuple(line.key) for _n, line in self.every_line()} - plan.exams.keys()
        self.similar = Exam.objects.like_keys(keys, self.batch.by.sandbox_id) if keys else {}
        self.similar |= {folded_key(key): exam for key, exam in plan.exams.items()}
        self.choices = choices_for(self.batch, {tuple(line.key) for _n, line in self.exam_lines.lines})
        plan.committees = {(committee.exam.key, committee.number): committee for committee in committees}
        for number, exam_line in self.exam_lines.lines:
            self._exam(number, exam_line)
        self._committees()
        self._candidates()
        seats = self.seated.values()
        committees_of = ((n, tuple(line.key), line.kommislopenr) for n, line in self.candidate_lines.lines)
        plan.warnings = [
            *warnings_about_terms(plan, ((n, tuple(line.key)) for n, line in self.exam_lines.lines)),
            *warnings_about_people(plan, self.known.values(), seats, self.first_line),
            *warnings_about_committees(plan, seats, committees_of),
        ]
        plan.problems.sort(
            key=lambda problem: (["exams", "committees", "candidates"].index(problem.file), problem.line)
        )
        return plan

    def _problem(self, file: str, line: int, sentence: str) -> None:
        self.result.problems.append(Problem(file, line, sentence))

    def _may_plan(self, file: str, line: int, key: Key) -> Exam | None:
        """Return the exam of a line if the importing planner may change it; otherwise add a problem."""
        exam = self.result.exams.get(key)
        if exam is None and folded_key(key) in self.similar:
            self._differs_by_case(file, line, key)
        elif exam is None and not self._is_own_institution(key):
            self._foreign(file, line, key)
        elif exam is None:
            sentence = _("No exam has the key %(key)s. Import the exam file too.")
            if self.batch.exams:
                sentence = _(
                    "No exam has the key %(key)s. Its line in the exam file is missing or was left out."
                )
            self._problem(file, line, sentence % {"key": ";".join(key)})
        elif exam.pk and exam.pk not in self.planned:
            self._problem(file, line, _("You are not a planner of %(exam)s.") % {"exam": exam.emnekode})
            return None
        return exam

    def _is_own_institution(self, key: Key) -> bool:
        return self.sandbox is not None or key[0] in self.batch.by.own_institutions

    def _foreign(self, file: str, line: int, key: Key) -> None:
        sentence = _(
            "You can’t import exams of institution %(number)s, only of %(own)s. Ask support if this is wrong."
        )
        own = ", ".join(self.batch.by.own_institutions)
        self._problem(file, line, sentence % {"number": key[0], "own": own})

    def _differs_by_case(self, file: str, line: int, key: Key) -> None:
        sentence = _(
            "The key %(key)s is the same as that of the exam %(exam)s, except for upper and lower case. "
            "Correct the one that is wrong."
        )
        exam = self.similar[folded_key(key)]
        self._problem(file, line, sentence % {"key": ";".join(key), "exam": ";".join(exam.key)})

    def _exam(self, number: int, line: ExamLine) -> None:
        plan, key = self.result, tuple(line.key)
        exam = plan.exams.get(key)
        if exam is None and folded_key(key) in self.similar:
            self._differs_by_case("exams", number, key)
        elif line.date is None:
            self._problem(
                "exams", number, _("The date of %(exam)s is missing.") % {"exam": line.key.emnekode}
            )
        elif exam is None and not self._is_own_institution(key):
            self._foreign("exams", number, key)
        elif exam is None:
            values = dict(zip(KEY_FIELDS, key, strict=True)) | {"arstall": int(line.key.arstall)}
            exam = Exam(
                **values,
                **asdict(self.choices[key]),
                date=line.date,
                place=line.place,
                deadline=default_deadline(line.date),
                sandbox=self.sandbox,
            )
            plan.moments[key] = line.moment
            plan.exams[key] = plan.new_exams[key] = self.similar[folded_key(key)] = exam
        elif self._may_plan("exams", number, key):
            self._change_exam(exam, line.date, line.place)

    def _change_exam(self, exam: Exam, held: date, place: str) -> None:
        if (exam.date, exam.place) == (held, place):
            self.result.unchanged += 1
            return
        # Keep the deadline, which a person may have set, unless the exam is now after it.
        new = {"date": held, "place": place, "deadline": max(exam.deadline, held)}
        for name, value in new.items():
            if getattr(exam, name) != value:
                self.result.changed[exam.key][name] = [str(getattr(exam, name)), str(value)]
                setattr(exam, name, value)
        self.result.changed_exams[exam.key] = exam

    def _committees(self) -> None:
        lines = self.committee_lines.lines
        names = {as_feide_name(line.brukernavn) for _n, line in lines}
        people = {user.feide_name: user for user in self._people(names)}
        graders = Grader.objects.filter(committee__in=[c.pk for c in self.result.committees.values() if c.pk])
        seated = self.seated = {
            (grader.committee_id, grader.person.feide_name): grader
            for grader in graders.select_related("person")
        }
        strangers = {name: User.invited(name, sandbox=self.sandbox) for name in names - people.keys()}
        usernames = [person.username for person in strangers.values()]
        taken = {
            name
            for chunk in in_chunks(usernames)
            for name in User.objects.filter(username__in=chunk).values_list("username", flat=True)
        }
        planned: set[tuple[Key, int, str]] = set()
        for number, line in lines:
            exam = self._may_plan("committees", number, tuple(line.key))
            if exam is None:
                continue
            committee = self._committee(exam, int(line.kommislopenr), line.kommisjonsnavn)
            name = as_feide_name(line.brukernavn)
            params = {"committee": committee, "name": name}
            if seat := seated.get((committee.pk, name)):
                self._seated(seat, exam, line.is_external)
            elif (exam.key, committee.number, name) in planned:
                self._problem(
                    "committees",
                    number,
                    _("%(name)s is already listed as a grader in %(committee)s on an earlier line.") % params,
                )
            elif committee.pk and committee.is_locked:
                self._problem(
                    "committees",
                    number,
                    _("%(committee)s is confirmed, so %(name)s can’t be added as a grader. Reopen it first.")
                    % params,
                )
            elif name in people and not people[name].is_active:
                sentence = _("The account of %(name)s is closed. Ask support to open it.") % {
                    "name": people[name]
                }
                self._problem("committees", number, sentence)
            elif name in strangers and strangers[name].username in taken:
                self._problem(
                    "committees",
                    number,
                    _(
                        "%(name)s can’t be invited, because another account already "
                        "has this name. Contact support."
                    )
                    % params,
                )
            else:
                planned.add((exam.key, committee.number, name))
                person = people.get(name) or self.result.invited.setdefault(name, strangers[name])
                self.result.new_graders.append(
                    Grader(committee=committee, person=person, is_external=line.is_external)
                )

    def _seated(self, seat: Grader, exam: Exam, is_external: bool) -> None:
        """Update an existing seat if FS has changed whether it is external."""
        if seat.is_external == is_external:
            self.result.unchanged += 1
            return
        self.result.changed[exam.key][f"external: {seat.person.feide_name}"] = [
            str(seat.is_external),
            str(is_external),
        ]
        seat.is_external = is_external
        self.result.changed_graders.append(seat)

    def _committee(self, exam: Exam, number: int, name: str) -> Committee:
        """Return the exam's committee with this number: added if new, renamed if FS has another name."""
        plan = self.result
        committee = plan.committees.get((exam.key, number))
        if committee is None:
            committee = Committee(exam=exam, number=number, name=name)
            plan.committees[exam.key, number] = plan.new_committees[exam.key, number] = committee
        elif name and committee.name != name:
            if committee.pk:
                plan.renamed_committees[exam.key, number] = committee
                change = plan.changed[exam.key].setdefault(f"committee {number}", [committee.name, name])
                change[1] = name
            committee.name = name
        return committee

    def _candidates(self) -> None:
        lines = self.candidate_lines.lines
        known = self._known()
        numbers = {(key, int(number)): number for key, number in known}
        names = {as_feide_name(line.brukernavn) for _n, line in lines if line.brukernavn}
        people = {person.feide_name: person.name for person in self._people(names)}
        for number, line in lines:
            key = tuple(line.key)
            exam = self._may_plan("candidates", number, key)
            if exam is None:
                continue
            committee = self._committee(exam, int(line.kommislopenr), "") if line.kommislopenr else None
            there = known.get((key, line.kandidatlopenr))
            other = numbers.get((key, int(line.kandidatlopenr)))
            if there is None and other:
                self.unread.add((key, other))
                sentence = _(
                    "Candidate %(number)s is the same as candidate %(other)s, except for "
                    "leading zeros. Correct the one that is wrong."
                )
                self._problem(
                    "candidates", number, sentence % {"number": line.kandidatlopenr, "other": other}
                )
                continue
            self.first_line[key, line.kandidatlopenr] = number
            name = as_feide_name(line.brukernavn)
            if there is None:
                self._new_candidate(number, exam, committee, line.kandidatlopenr, name, people.get(name, ""))
            else:
                self._old_candidate(number, there, committee, name, people.get(name, ""))
        self._missing(known)

    def _people(self, names: Collection[str]) -> Iterator[User]:
        for chunk in in_chunks(names):
            yield from User.objects.filter(sandbox=self.sandbox, feide_name__in=chunk)

    def _known(self) -> dict[tuple[Key, str], Candidate]:
        """
        Return the existing candidates by key and number.

        Exams and committees come from the plan instead of a join: thousands of candidates share few of them.
        """
        exams = {exam.pk: (key, exam) for key, exam in self.result.exams.items() if exam.pk}
        committees = {one.pk: one for one in self.result.committees.values() if one.pk}
        found = Candidate.objects.filter(exam__in=exams)
        self.transferred = set(found.filter(transfer_lines__isnull=False).values_list("pk", flat=True))
        known = {}
        for candidate in found:
            key, candidate.exam = exams[candidate.exam_id]
            candidate.committee = committees[candidate.committee_id] if candidate.committee_id else None
            known[key, candidate.number] = candidate
        self.known = known
        return known

    def _new_candidate(
        self, line: int, exam: Exam, committee: Committee | None, number: str, feide_name: str, name: str
    ) -> None:
        if committee is not None and committee.pk and committee.is_locked:
            self._confirmed(line, committee, number)
            return
        candidate = Candidate(exam=exam, committee=committee, number=number, feide_name=feide_name, name=name)
        self.result.new_candidates.append(candidate)
        self.result.moves[exam.key][number] = ["", str(committee.number) if committee else ""]

    def _old_candidate(
        self, line: int, candidate: Candidate, committee: Committee | None, feide_name: str, name: str
    ) -> None:
        """Update an existing candidate. Without a committee in the file, the candidate's committee is kept."""
        old = candidate.committee
        if self._is_settled(candidate, old) and feide_name not in ("", candidate.feide_name):
            sentence = _(
                "%(candidate)s is %(old)s here but %(new)s in the file. An import can’t change the person "
                "behind a candidate number that has a grade. Check in FS which is right."
            )
            params = {"candidate": candidate.number, "old": candidate.feide_name or "?", "new": feide_name}
            self._problem("candidates", line, sentence % params)
            return
        moves = committee is not None and committee is not old
        if moves:
            locked = [one for one in (old, committee) if one is not None and one.pk and one.is_locked]
            if locked:
                self._confirmed(line, locked[0], candidate.number)
                return
            self.result.moves[candidate.exam.key][candidate.number] = [
                str(old.number) if old else "",
                str(committee.number) if committee else "",
            ]
            candidate.committee = committee
        renamed = (feide_name or candidate.feide_name, name or candidate.name)
        if not moves and renamed == (candidate.feide_name, candidate.name):
            self.result.unchanged += 1
            return
        if renamed != (candidate.feide_name, candidate.name):
            self.result.renamed_people[candidate.exam.key] += 1
        candidate.feide_name, candidate.name = renamed
        self.result.changed_candidates.append(candidate)

    def _is_settled(self, candidate: Candidate, committee: Committee | None) -> bool:
        """Return whether the candidate has a result, so that the number must not get another person."""
        return bool(candidate.feide_name) and (
            candidate.grade != ""
            or candidate.pk in self.transferred
            or (committee is not None and bool(committee.pk) and committee.is_locked)
        )

    def _confirmed(self, line: int, committee: Committee, number: str) -> None:
        self._problem(
            "candidates",
            line,
            _(
                "%(committee)s is confirmed, so %(candidate)s can’t be moved into or out of it. Reopen it "
                "first."
            )
            % {"committee": committee, "candidate": number},
        )

    def _missing(self, known: dict[tuple[Key, str], Candidate]) -> None:
        """Drop candidates who are no longer in the file, which has all candidates of each of its exams."""
        named = {(tuple(line.key), line.kandidatlopenr) for _n, line in self.candidate_lines.lines}
        keys = {key for key, _number in named}
        named |= self.unread
        for (key, number), candidate in sorted(known.items()):
            exam = self.result.exams.get(key)
            if (key, number) in named or key not in keys or exam is None or exam.pk not in self.planned:
                continue
            self._missing_one(
                candidate, bool(self.candidate_lines.problems), candidate.pk in self.transferred
            )

    def _missing_one(self, candidate: Candidate, file_is_broken: bool, was_transferred: bool) -> None:
        params = {"candidate": candidate.number, "exam": candidate.exam.emnekode, "grade": candidate.grade}
        committee = candidate.committee
        if candidate.grade:
            sentence = _(
                "%(candidate)s in %(exam)s is not in the file but is kept, because the "
                "candidate has the grade %(grade)s."
            )
        elif was_transferred:
            sentence = _(
                "%(candidate)s in %(exam)s is not in the file but is kept, because the candidate was "
                "included in a transfer to FS."
            )
        elif committee and committee.is_locked:
            sentence = _(
                "%(candidate)s in %(exam)s is not in the file but is kept, because the "
                "committee is confirmed."
            )
        elif file_is_broken:
            sentence = _(
                "%(candidate)s in %(exam)s is not in the file but is kept, because some lines can’t be read."
            )
        else:
            self.result.dropped.append(candidate)
            self.result.moves[candidate.exam.key][candidate.number] = [
                str(committee.number) if committee else "",
                "",
            ]
            return
        self._problem("candidates", 0, sentence % params)
