"""The site's settings, quick enough for tests: cheap password hashes, static files as they lie."""

from gradereg.settings import *  # noqa: F403
from gradereg.settings import STORAGES

SECRET_KEY = "for-tests-only"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
