"""Personal preferences. They are not part of the grading and are not logged."""

from django.conf import settings

from committees.enums import MailFrequency, Theme
from committees.models import User


def change_preferences(person: User, *, language: str, theme: Theme, mail_frequency: MailFrequency) -> None:
    """Save the preferences. An empty language means the browser's."""
    person.language, person.theme, person.mail_frequency = language, theme, mail_frequency
    person.save(update_fields=["language", "theme", "mail_frequency"])


def choose_language(person: User, language: str) -> None:
    person.language = language
    person.save(update_fields=["language"])


def take_over_language(person: User, language: str) -> None:
    """Save a language that was chosen before sign-in, unless the person has one."""
    if language and not person.language:
        choose_language(person, language)


def note_language(person: User, language: str) -> None:
    """Save the language in which the person signed in last, for mail."""
    if person.last_language != language and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=person.pk).update(last_language=language)
