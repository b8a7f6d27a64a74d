"""Rows for tests that need no acts to create them."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory, Password
from factory.helpers import post_generation

from committees import models
from committees.actions.sheets import renew_digest


class UserFactory(DjangoModelFactory[models.User]):
    class Meta:
        model = models.User

    username = Sequence(lambda n: f"person{n}")
    name = Sequence(lambda n: f"Tor Ødegård {n}")
    feide_name = LazyAttribute(lambda person: f"{person.username}@ntnu.no")
    email = LazyAttribute(lambda person: f"{person.username}@example.org")
    password = Password("demo")


class ExamFactory(DjangoModelFactory[models.Exam]):
    class Meta:
        model = models.Exam
        skip_postgeneration_save = True

    institusjonsnr = "194"
    emnekode = Sequence(lambda n: f"TST{1000 + n}")
    versjonskode = "1"
    vurdkombkode = "V1"
    vurdtidkode = "HØST"
    arstall = 2026
    name = "An exam"
    date: Any = LazyFunction(lambda: timezone.localdate() - timedelta(days=5))
    deadline: Any = LazyAttribute(lambda exam: exam.date + timedelta(days=21))

    @post_generation
    def planners(self: Any, create: bool, people: Any, **kwargs: Any) -> None:
        if create and people:
            self.planners.set(people)


class CommitteeFactory(DjangoModelFactory[models.Committee]):
    """A committee with `graders` (people) and `numbers` (candidate numbers), ungraded."""

    class Meta:
        model = models.Committee
        skip_postgeneration_save = True

    exam = SubFactory(ExamFactory)
    number = Sequence(lambda n: n + 1)

    @post_generation
    def graders(self: Any, create: bool, people: Any, **kwargs: Any) -> None:
        for person in people or []:
            models.Grader.objects.create(committee=self, person=person)

    @post_generation
    def numbers(self: Any, create: bool, numbers: Any, **kwargs: Any) -> None:
        models.Candidate.objects.bulk_create(
            models.Candidate(exam_id=self.exam_id, committee_id=self.pk, number=str(number))
            for number in numbers or []
        )
        renew_digest(self)


def in_days(days: int) -> date:
    """Return the date `days` from today."""
    return timezone.localdate() + timedelta(days=days)
