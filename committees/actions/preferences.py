"""How a person wants the pages and the mail. No part of the grading, so the log tells nothing of it."""

from committees.enums import MailFrequency, Theme
from committees.models import User


def change_preferences(person: User, *, language: str, theme: Theme, mail_frequency: MailFrequency) -> None:
    """Keep what the person chose. No language means that of the browser."""
    person.language, person.theme, person.mail_frequency = language, theme, mail_frequency
    person.save(update_fields=["language", "theme", "mail_frequency"])


def choose_language(person: User, language: str) -> None:
    """Keep the language that the person chose."""
    person.language = language
    person.save(update_fields=["language"])


def take_over_language(person: User, language: str) -> None:
    """Keep the language that somebody chose before they signed in, unless the person has one already."""
    if language and not person.language:
        choose_language(person, language)
