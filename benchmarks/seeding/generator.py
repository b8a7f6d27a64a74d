"""
Generated faculties with people, students, exams and committees.

The same seed gives the same faculties in a country of any size: a small country is the beginning of a larger one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from committees.enums import ConfirmationRule, ExamKind, Stage
from committees.grade_scales import LETTERS, PASS
from committees.models import Exam
from committees.models.exams import default_deadline

TODAY = date(2026, 6, 15)
"""The country's current day, in the weeks of the deadline."""
EXAMS, GRADERS, EXTERNALS, STUDENTS = 100, 150, 30, 1_400
"""Numbers per faculty."""
CANDIDATES = 10_000
"""Number of candidates of all exams of a faculty together."""


class Institution(NamedTuple):
    number: str
    realm: str


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A person with an account."""

    username: str
    name: str
    feide_name: str
    is_planner: bool = False


@dataclass(frozen=True, slots=True)
class CommitteePlan:
    """A committee: number of candidates, indexes of the faculty's graders, and stage."""

    size: int
    graders: Sequence[int]
    stage: Stage


@dataclass(frozen=True, slots=True)
class ExamPlan:
    """An unsaved exam with its committees."""

    exam: Exam
    committees: Sequence[CommitteePlan]

    @property
    def is_transferred(self) -> bool:
        return all(one.stage == Stage.TRANSFERRED for one in self.committees)


@dataclass(frozen=True, slots=True)
class Faculty:
    """A faculty with `students` students; its last `external` graders come from another institution."""

    number: int
    institution: Institution
    planner: PersonPlan
    graders: Sequence[PersonPlan]
    external: int
    students: int
    exam_plans: list[ExamPlan] = field(default_factory=list)

    def student(self, index: int) -> str:
        """Return the Feide name of a student. The very first student is STUDENT."""
        name = f"s{self.number:04}{index:04}" if self.number or index else STUDENT.username
        return f"{name}@{self.institution.realm}"


INSTITUTIONS = [
    Institution("901", "fjord.example"),
    Institution("902", "vidda.example"),
    Institution("903", "kysten.example"),
    Institution("904", "skogen.example"),
    Institution("905", "breen.example"),
    Institution("906", "dalen.example"),
    Institution("907", "byen.example"),
    Institution("908", "holmen.example"),
]
SUBJECTS = [
    *[("MAT", "Mathematics"), ("FYS", "Physics"), ("KJE", "Chemistry"), ("BIO", "Biology"), ("GEO", "Geology")],
    *[("INF", "Informatics"), ("STA", "Statistics"), ("HIS", "History"), ("FIL", "Philosophy"), ("NOR", "Norwegian")],
    *[("ENG", "English"), ("TYS", "German"), ("FRA", "French"), ("MUS", "Music"), ("TEA", "Theatre")],
    *[("JUS", "Law"), ("OKO", "Economics"), ("SOS", "Sociology"), ("PSY", "Psychology"), ("PED", "Education")],
    *[("MED", "Medicine"), ("SYK", "Nursing"), ("ODO", "Dentistry"), ("VET", "Veterinary Science"), ("FAR", "Pharmacy")],
]  # fmt: skip
COURSES = [
    *["Introduction to {}", "{} in Practice", "Methods in {}", "History of {}", "Project in {}"],
    *["Laboratory Course in {}", "Teaching {}", "{} and Society", "Topics in {}", "Seminar in {}"],
]
FIRST_NAMES = [
    *["Anne", "Bjørn", "Camilla", "Dag", "Elin", "Frode", "Guro", "Håkon", "Ida", "Jan", "Kristin", "Lars"],
    *[
        "Marte",
        "Nils",
        "Oda",
        "Pål",
        "Ragnhild",
        "Sverre",
        "Tone",
        "Ulrik",
        "Vilde",
        "Yngve",
        "Åse",
        "Øystein",
    ],
]
LAST_NAMES = [
    *[
        "Aasen",
        "Bakke",
        "Berge",
        "Dahle",
        "Eide",
        "Fossum",
        "Grønli",
        "Haugen",
        "Iversen",
        "Jensen",
        "Knutsen",
    ],
    *[
        "Lunde",
        "Myhre",
        "Nygård",
        "Olsen",
        "Pettersen",
        "Rønning",
        "Solheim",
        "Tangen",
        "Ulriksen",
        "Vik",
        "Ødegård",
    ],
]

# People that benchmarks sign in as
PLANNER = PersonPlan("planner", "Pia Planlegger", "planner@fjord.example", is_planner=True)
STUDENT = PersonPlan("student", "Sunniva Sletten", "student@fjord.example")
PLANNED = 500
"""Number of exams of PLANNER, the first of the country."""

COMMITTEE_COUNTS = [1] * 35 + [2] * 25 + [3] * 15 + [4] * 8 + [5] * 6 + [8] * 5 + [10] * 2 + [12] * 4
"""Numbers of committees of a faculty's exams, three on average."""
OPEN_STAGES = {Stage.NOT_STARTED: 10, Stage.GRADING: 30, Stage.WAITING: 25, Stage.CONFIRMED: 35}


def faculties(seed: int, exams: int, largest: int) -> Iterator[Faculty]:
    """Yield the fixed exams with at most `largest` candidates, then `exams` generated exams by faculty."""
    yield fixed_exams(largest)
    for number in range(1, -(-exams // EXAMS) + 1):
        faculty = generate_faculty(seed, number)
        del faculty.exam_plans[exams - (number - 1) * EXAMS :]
        yield faculty


def fixed_exams(largest: int) -> Faculty:
    """
    Return the exams of exact sizes, all with the same two graders: open exams with one committee of 10, 100, 1,000 and
    5,000 candidates; a confirmed exam of 5,000 in ten committees; and a small one with published results.
    """
    institution = INSTITUTIONS[0]
    graders = [
        PersonPlan("grader-1", "Gerd Grindheim", f"grader-1@{institution.realm}"),
        PersonPlan("grader-2", "Geir Grude", f"grader-2@{INSTITUTIONS[1].realm}"),
    ]
    faculty = Faculty(0, institution, PLANNER, graders, external=1, students=5_000)
    plans = [
        *[("OPEN", [size], Stage.GRADING) for size in (10, 100, 1_000, 5_000)],
        ("SEND", [500] * 10, Stage.CONFIRMED),
        ("READ", [20] * 2, Stage.TRANSFERRED),
    ]
    for word, sizes, stage in plans:
        if sum(sizes) > largest:
            continue
        exam = _exam(faculty, f"{word}{sum(sizes)}", f"Examen Philosophicum {sum(sizes)}")
        faculty.exam_plans.append(ExamPlan(exam, [CommitteePlan(size, (0, 1), stage) for size in sizes]))
    return faculty


def generate_faculty(seed: int, number: int) -> Faculty:
    """Return the faculty with this number, from 1."""
    # Results have to be repeatable.
    random = Random(f"{seed}/{number}")
    turn, place = divmod(number - 1, len(INSTITUTIONS))
    institution, elsewhere = INSTITUTIONS[place], INSTITUTIONS[(place + 1) % len(INSTITUTIONS)]
    first = 3 + (number - 1) * GRADERS
    graders = []
    for index in range(GRADERS):
        realm = (institution if index < GRADERS - EXTERNALS else elsewhere).realm
        graders.append(
            PersonPlan(f"grader-{first + index}", _name(random), f"grader-{first + index}@{realm}")
        )
    username = f"planner-{number}"
    planner = PersonPlan(username, _name(random), f"{username}@{institution.realm}", is_planner=True)
    faculty = Faculty(number, institution, planner, graders, EXTERNALS, STUDENTS)
    prefix, subject = SUBJECTS[turn % len(SUBJECTS)]
    prefix += "ABCDEFGHIJ"[turn // len(SUBJECTS)] if turn >= len(SUBJECTS) else ""
    counts, sizes = list(COMMITTEE_COUNTS), committee_sizes()
    random.shuffle(counts)
    random.shuffle(sizes)
    for index, count in enumerate(counts):
        name = COURSES[index % len(COURSES)].format(subject) + f" {index // len(COURSES) + 1}"
        exam = _exam(faculty, f"{prefix}{1000 + 10 * index}", name, random)
        mine = [sizes.pop() for _ in range(count)]
        faculty.exam_plans.append(ExamPlan(exam, _committee_plans(random, exam, mine)))
    return faculty


def committee_sizes() -> list[int]:
    """Return the sizes of a faculty's committees: 6 to 60 candidates each, `CANDIDATES` in all."""
    count = sum(COMMITTEE_COUNTS)
    sizes = [5 + index * 56 // count for index in range(count)]
    missing = CANDIDATES - sum(sizes)
    return [size + (index < missing) for index, size in enumerate(sizes)]


def _name(random: Random) -> str:
    return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"


def _exam(faculty: Faculty, code: str, name: str, random: Random | None = None) -> Exam:
    """Return an exam of this term; with `random` it may be one of last autumn."""
    exam = Exam(
        institusjonsnr=faculty.institution.number,
        emnekode=code,
        versjonskode="1",
        vurdkombkode="V1",
        vurdtidkode="VÅR",
        arstall=TODAY.year,
        name=name,
        date=TODAY - timedelta(days=14),
        place=f"Room {len(faculty.exam_plans) % 40 + 100}",
    )
    if random:
        exam.kind = random.choices(list(ExamKind), [5, 3, 2])[0]
        exam.scale = random.choices([LETTERS.code, PASS.code], [3, 1])[0]
        exam.rule = random.choices(list(ConfirmationRule), [9, 1])[0]
        exam.is_anonymous = random.random() < 0.8
        exam.date = TODAY - timedelta(days=random.randint(7, 30))
        if random.random() < 0.15:
            exam.date -= timedelta(days=185)
            exam.vurdtidkode, exam.arstall = "HØST", exam.date.year
    exam.deadline = default_deadline(exam.date)
    return exam


def _committee_plans(random: Random, exam: Exam, sizes: list[int]) -> list[CommitteePlan]:
    """Return committees in their stages: exams of last autumn are transferred, most others are open."""
    whole: Stage | None = Stage.TRANSFERRED
    if exam.vurdtidkode == "VÅR":
        whole = random.choices([Stage.TRANSFERRED, Stage.CONFIRMED, None], [15, 10, 75])[0]
    return [CommitteePlan(size, _graders(random), whole or _open_stage(random, exam)) for size in sizes]


def _graders(random: Random) -> list[int]:
    """Draw two or three graders, the last of them often external."""
    internal = random.sample(range(GRADERS - EXTERNALS), random.choice([1, 2, 2]))
    if len(internal) == 1 or random.random() < 0.5:
        return [*internal, random.randrange(GRADERS - EXTERNALS, GRADERS)]
    return internal


def _open_stage(random: Random, exam: Exam) -> Stage:
    stage = random.choices(list(OPEN_STAGES), list(OPEN_STAGES.values()))[0]
    # If one confirmation is enough, a committee never waits for another.
    is_alone = exam.rule == ConfirmationRule.ONE and stage == Stage.WAITING
    return Stage.CONFIRMED if is_alone else stage
