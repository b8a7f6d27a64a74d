"""Refusals by code."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.models import TextChoices

from committees.errors import Refused


@contextmanager
def refused(code: TextChoices, **params: object) -> Iterator[None]:
    """Expect a refusal with this code, at least these parameters, and a complete sentence."""
    with pytest.raises(Refused) as caught:
        yield
    found = {name: str(caught.value.params.get(name)) for name in params}
    assert (caught.value.code, found) == (code, {name: str(value) for name, value in params.items()})
    assert caught.value.sentence


def sentence(code: TextChoices, **params: object) -> str:
    """Return the sentence of this refusal."""
    return Refused(code, **params).sentence
