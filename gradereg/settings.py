"""
How the site runs. Everything that differs between machines comes from the environment:

SECRET_KEY           needed unless DEBUG is on; `make demo` makes one and keeps it
DEBUG                "1" while developing; off otherwise
ALLOWED_HOSTS        comma-separated; loopback by default
CSRF_TRUSTED_ORIGINS comma-separated, when a proxy speaks TLS for us
DATABASE_URL         e.g. postgres://user@host/name; otherwise SQLite in GRADEREG_DATA
GRADEREG_DATA        the folder of the SQLite database and the collected static files
GRADEREG_DEMO        "1" shows the demo world's sign-ins on the sign-in page
HOME_REALM           the Feide realm of user names that come without one
GRADING_DEADLINE_DAYS  days from an exam to its grading deadline, when a planner gives none
EMAIL_FROM           sender of our mails
FS_BACKEND           the class that hands a transfer to FS; the simulated FS by default
HTTPS                "1" behind a proxy that speaks TLS: secure cookies, redirect to https
"""

import os
from pathlib import Path

import dj_database_url
import django_stubs_ext
from bootstrap_wrapper import get_bootstrap_dir
from django.core.management.utils import get_random_secret_key


def _listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("GRADEREG_DATA", BASE_DIR / "demo")).resolve()

DEBUG = os.environ.get("DEBUG") == "1"
DEMO = os.environ.get("GRADEREG_DEMO") == "1"
# A run without a key of its own gets one that dies with the process; checks.py refuses it for a deployment.
SECRET_KEY_GIVEN = bool(os.environ.get("SECRET_KEY"))
SECRET_KEY = os.environ.get("SECRET_KEY") or get_random_secret_key()
ALLOWED_HOSTS = _listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _listed("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "committees",
    "fs",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "lucide",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "committees.views.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "gradereg.urls"
WSGI_APPLICATION = "gradereg.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "committees.views.home.tabs",
            ],
        },
    },
]

# Database

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA_DIR / 'gradereg.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite ignores SELECT FOR UPDATE; a writing transaction takes the one write lock when it begins,
    # and what was acknowledged is on the disk.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signing in

AUTH_USER_MODEL = "committees.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nb", "Norsk bokmål"), ("nn", "Norsk nynorsk")]
LOCALE_PATHS = [BASE_DIR / "gradereg" / "locale"]
FORMAT_MODULE_PATH = ["gradereg.formats"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# Static files

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", str(get_bootstrap_dir() / "css"))]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Forms and mail

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "gradereg@localhost")

# Grading

FS_BACKEND = os.environ.get("FS_BACKEND", "fs.backend.SimulatedFs")
FS_KEYS_OF = "committees.access.exam_keys_of"
HOME_REALM = os.environ.get("HOME_REALM", "ntnu.no")
GRADING_DEADLINE_DAYS = int(os.environ.get("GRADING_DEADLINE_DAYS", "21"))
UPLOAD_LIMIT = 5 * 1024 * 1024

# Safety

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
if os.environ.get("HTTPS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
