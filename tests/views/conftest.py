from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from committees.models import User

SignIn = Callable[[User], Client]


@pytest.fixture
def kari(people: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(people.kari)


@pytest.fixture
def ola(people: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(people.ola)


@pytest.fixture
def per(people: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(people.per)
