"""The real site's settings, with password hashes that are cheap: people sign in hundreds of times in these tests."""

from gradereg.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
