"""The site's settings for fast tests: cheap password hashes, static files without collection."""

import os

from gradereg.settings import *  # noqa: F403
from gradereg.settings import BASE_DIR, DATABASES, STORAGES

SECRET_KEY = "for-tests-only"
# No rate limits; tests/sign_in switches them on.
LIMITS_ENABLED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The reading process is used by tests with the server's own settings (tests/site/test_reading_process.py).
READING_PROCESS = False
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, as in production, so that threads wait for each other like processes.
    (BASE_DIR / "build").mkdir(exist_ok=True)
    # One per process, so that simultaneous runs do not collide.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "build" / f"test-{os.getpid()}.sqlite3")}
    # Durability does not matter here.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    # Workers inherit the id of the process that started them, and add their own name.
    run = os.environ.setdefault("GRADEREG_TEST_RUN", str(os.getpid()))
    DATABASES["default"]["TEST"] = {"NAME": f"test_gradereg_{run}"}
    # Nor here.
    options = DATABASES["default"]["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off"
