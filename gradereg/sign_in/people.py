"""
Matching of Feide logins with people.

A person is identified by issuer and `sub`, pinned at the first login (a SocialAccount, with the issuer as provider). The
Feide name matches only people without a pinned account: invited ones, and those that support has released. It never
matches a pinned person, because Feide names can be reassigned, nor a person with a password; support removes the
password to open the account for Feide. E-mail addresses are not matched.

A Feide name that changes at Feide stays here until support changes it: results that FS registered under the old name
must not be shown to its next owner.

An unknown person becomes a new user without seats or rights, so that students reach Studentweb.
"""

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from committees.actions.own_account import take_feide_email
from committees.models import User
from gradereg.sign_in.feide import VerifiedIdentity
from gradereg.sign_in.refused import Reason, SignInRefused


def person_for(identity: VerifiedIdentity) -> User:
    """Return the person of a verified identity; pin them at the first login. Raise SignInRefused if there is none."""
    try:
        person = _pinned(identity) or _pin(identity)
    except IntegrityError:
        # Another request created this account or person first; now it can be found.
        person = _pinned(identity) or _pin(identity)
    if not person.is_active or person.sandbox_id is not None:
        raise SignInRefused(Reason.CLOSED)
    take_feide_email(person, identity.email)
    return person


def _pinned(identity: VerifiedIdentity) -> User | None:
    pins = SocialAccount.objects.select_related("user")
    pin = pins.filter(provider=identity.issuer, uid=identity.sub).first()
    return pin.user if pin else None


def _named(feide_name: str) -> User | None:
    """Lock and return the person with this Feide name; people of sandboxes are left out."""
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
        return person  # pinned by a concurrent request of the same login
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
    Unpin the person with this Feide name, so that the name matches again. Return whether they were pinned.

    Their sessions end, unless the person has a password.
    """
    person = _named(feide_name)
    if person is None:
        return False
    pins: int = SocialAccount.objects.filter(user=person).delete()[0]
    if pins and not person.has_usable_password():
        # A new unusable password changes the session hash, which ends the sessions.
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return pins > 0
