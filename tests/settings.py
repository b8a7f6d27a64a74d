"""The site's settings, quick enough for tests: cheap password hashes, static files as they lie."""

import os

from gradereg.settings import *  # noqa: F403
from gradereg.settings import BASE_DIR, DATABASES, STORAGES

SECRET_KEY = "for-tests-only"
# Tests sign in and upload as often as they like; tests/sign_in switches the limits on.
LIMITS_ENABLED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of the server itself, which run it with its own settings, have the process (tests/site/test_reading_process.py).
READING_PROCESS = False
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, as in real use: threads that race for it must wait for one another as processes do.
    (BASE_DIR / "build").mkdir(exist_ok=True)
    # One for each process, so that two runs at once do not meet.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "build" / f"test-{os.getpid()}.sqlite3")}
    # No test in this process ends by a power failure.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    # Workers inherit the number of the process that started them, and add their own name.
    run = os.environ.setdefault("GRADEREG_TEST_RUN", str(os.getpid()))
    DATABASES["default"]["TEST"] = {"NAME": f"test_gradereg_{run}"}
