from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils import timezone

from committees.models import User
from committees.models.people import as_feide_name
from tests.conftest import People
from tests.factories import UserFactory


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kari@ntnu.no", "kari@ntnu.no"),
        (" Kari@NTNU.no\n", "kari@ntnu.no"),
        ("kari", "kari@uib.no"),
        ("KARI ", "kari@uib.no"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_feide_name_is_lower_case_with_a_realm(written: str, meant: str, settings: Any) -> None:
    settings.HOME_REALM = "uib.no"
    assert as_feide_name(written) == meant


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ({"name": "Kari Nordmann", "feide_name": "kari@ntnu.no", "username": "k1"}, "Kari Nordmann"),
        ({"name": "", "feide_name": "kari@ntnu.no", "username": "k1"}, "kari@ntnu.no"),
        ({"name": "", "feide_name": None, "username": "k1"}, "k1"),
    ],
)
def test_display_name_is_the_best_available(names: dict[str, Any], shown: str) -> None:
    person = User(**names)
    assert (str(person), person.get_full_name()) == (shown, shown)


def test_short_name_is_the_first_name() -> None:
    assert User(name="Kari Anne Nordmann").get_short_name() == "Kari"
    assert User(feide_name="kari@ntnu.no").get_short_name() == "kari@ntnu.no"


def test_invited_person_cannot_sign_in_with_a_password(db: None) -> None:
    person = User.invited("new@uio.no", email="new@example.org")
    person.save()
    assert (person.username, person.feide_name, person.email) == ("new@uio.no",) * 2 + ("new@example.org",)
    assert (person.is_invited, person.is_planner, person.is_staff) == (True, False, False)
    assert authenticate(username="new@uio.no", password="") is None


def test_person_is_not_invited_after_signing_in(db: None) -> None:
    person = User.invited("new@uio.no")
    person.last_login = timezone.now()
    assert person.is_invited is False


def test_person_with_a_password_is_not_invited(people: People) -> None:
    assert (people.kari.last_login, people.kari.is_invited) == (None, False)
    assert authenticate(username="kari", password="demo") == people.kari


def test_clean_normalises_the_feide_name(settings: Any) -> None:
    settings.HOME_REALM = "uib.no"
    persons = [UserFactory.build(feide_name=name) for name in (" Kari ", "", None)]
    for person in persons:
        person.clean()
    assert [person.feide_name for person in persons] == ["kari@uib.no", None, None]


def test_duplicate_feide_name_is_refused(people: People) -> None:
    person = UserFactory.build(username="twin", feide_name="KARI@ntnu.no")
    with pytest.raises(ValidationError) as told:
        person.full_clean()
    assert told.value.message_dict == {"__all__": ["A person with this Feide name already exists."]}


def test_inactive_person_cannot_sign_in(people: People) -> None:
    User.objects.filter(pk=people.kari.pk).update(is_active=False)
    assert authenticate(username="kari", password="demo") is None
