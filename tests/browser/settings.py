"""The site's settings with cheap password hashes, because these tests sign in hundreds of times."""

from gradereg.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
