from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from committees.models import User

SignIn = Callable[[User], Client]


@pytest.fixture
def kari(cast: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(cast.kari)


@pytest.fixture
def ola(cast: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(cast.ola)


@pytest.fixture
def per(cast: SimpleNamespace, sign_in: SignIn) -> Client:
    return sign_in(cast.per)
