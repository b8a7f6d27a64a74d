"""
Whom a login at Feide opens.

A person is known by issuer and `sub`, pinned at the first login (a SocialAccount: its provider is the issuer). The Feide
name finds somebody only once: an invited person, or one whom support has released. It opens nobody who is pinned, for a
name may be given to somebody else one day, and nobody who has a password, for such an account has a holder already;
support takes the password away when Feide shall open it. E-mail finds nobody.

Whose Feide name changes at Feide keeps the old one here until support writes the new one: what FS registered under the old
name must not be shown to somebody else who is given it.

Who is not found becomes a new person without any seat or right, so that students reach Studentweb.
"""

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from committees.models import User
from gradereg.sign_in.feide import VerifiedIdentity
from gradereg.sign_in.refused import Reason, SignInRefused


def person_for(identity: VerifiedIdentity) -> User:
    """The person whom Feide vouched for; pins them at their first login. Raises SignInRefused."""
    try:
        person = _pinned(identity) or _pin(identity)
    except IntegrityError:
        # Somebody else came first with this account or this name; by now they are there to be found.
        person = _pinned(identity) or _pin(identity)
    if not person.is_active or person.sandbox_id is not None:
        raise SignInRefused(Reason.CLOSED)
    return person


def _pinned(identity: VerifiedIdentity) -> User | None:
    pins = SocialAccount.objects.select_related("user")
    pin = pins.filter(provider=identity.issuer, uid=identity.sub).first()
    return pin.user if pin else None


def _named(feide_name: str) -> User | None:
    """The person of the register with this name, locked; the made-up people of practice are nobody's."""
    return User.objects.select_for_update().filter(sandbox=None, feide_name=feide_name).first()


@transaction.atomic
def _pin(identity: VerifiedIdentity) -> User:
    key = {"provider": identity.issuer, "uid": identity.sub}
    person = _named(identity.feide_name)
    pins = SocialAccount.objects.filter(user=person) if person else SocialAccount.objects.none()
    if person is None:
        person = User.invited(identity.feide_name, name=identity.name)
        if User.objects.filter(username=person.username).exists():
            person.username = f"{person.username[:100]}-{get_random_string(12)}"
        person.save()
    elif pins.filter(**key).exists():
        return person  # by the same login, a moment ago
    elif pins.exists():
        raise SignInRefused(Reason.TAKEN)
    elif person.has_usable_password():
        raise SignInRefused(Reason.LOCAL)
    elif not person.is_active:
        raise SignInRefused(Reason.CLOSED)
    elif not person.name and identity.name:
        person.name = identity.name
        person.save(update_fields=["name"])
    SocialAccount.objects.create(user=person, **key)
    return person


@transaction.atomic
def release(feide_name: str) -> bool:
    """
    Unpin the person with this Feide name, so that it finds them once more. Their sessions end, but for those that a
    password began. Returns whether they were pinned.
    """
    person = _named(feide_name)
    if person is None:
        return False
    pins: int = SocialAccount.objects.filter(user=person).delete()[0]
    if pins and not person.has_usable_password():
        # Another unusable password is another session hash.
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return pins > 0
