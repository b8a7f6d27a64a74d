from collections.abc import Callable

import pytest
from django.test import Client

from committees.models import User
from tests.conftest import People

SignIn = Callable[[User], Client]


@pytest.fixture
def kari(people: People, sign_in: SignIn) -> Client:
    return sign_in(people.kari)


@pytest.fixture
def ola(people: People, sign_in: SignIn) -> Client:
    return sign_in(people.ola)


@pytest.fixture
def per(people: People, sign_in: SignIn) -> Client:
    return sign_in(people.per)
