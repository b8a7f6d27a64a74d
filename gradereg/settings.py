"""
How the site runs. Everything that differs between machines comes from the environment:

SECRET_KEY           needed unless DEBUG is on; `make demo` makes one and keeps it
SECRET_KEY_FALLBACKS comma-separated, former keys: what they signed, such as the codes of protocols, is still taken
DEBUG                "1" while developing; off otherwise
ALLOWED_HOSTS        comma-separated; loopback by default
CSRF_TRUSTED_ORIGINS comma-separated, when a proxy speaks TLS for us
DATABASE_URL         e.g. postgres://user@host/name; otherwise SQLite in GRADEREG_DATA
PREPARED_STATEMENTS  "0" where a pooler stands before PostgreSQL that can't carry them (PgBouncer before 1.21)
GRADEREG_DATA        the folder of the SQLite database and the collected static files
GRADEREG_DEMO        "1" shows the demo world's sign-ins on the sign-in page
DEFAULT_LANGUAGE     "en", "nb" or "nn": of mails to people who have chosen none, and of pages for browsers that ask
                     for none of them
HOME_REALM           the Feide realm of user names that come without one
GRADING_DEADLINE_DAYS  days from an exam to its grading deadline, when a planner gives none
EMAIL_FROM           sender of our mails
SITE_URL             where the links in mails lead, as https://grades.example.org; the first of ALLOWED_HOSTS by default
SUPPORT_EMAIL        whom people write to when a page stands in their way; shown on the accessibility page
FS_BACKEND           the class that hands a transfer to FS; the simulated FS by default
HTTPS                "1" behind a proxy that speaks TLS: secure cookies, redirect to https. The proxy has to write
                     X-Forwarded-Proto and X-Forwarded-For itself: the last address there is taken as the client's
HSTS_SUBDOMAINS      "0" where names below the site's own are served without TLS
SERVERS              how many machines serve the site; SQLite is for one, and has to be told so
EMAIL_BACKEND        how mails go out: SMTP (EMAIL_HOST, EMAIL_PORT, EMAIL_USER, EMAIL_PASSWORD, EMAIL_TLS) in production;
                     otherwise they are written to files in GRADEREG_DATA
OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET  switch Feide on: see docs/sign-in.md
OIDC_REALMS          comma-separated, whose people may sign in through Feide; HOME_REALM alone by default
OIDC_ACR             the level that a sign-in through Feide must have reached, such as its two-step one
OIDC_SCOPES          what we ask Feide for; "openid profile userid-feide" by default
LOCAL_ACCOUNTS       "1" to sign in with a password too, "0" not to; on where Feide is off
IDLE_MINUTES         a session that nobody used for so long ends (60)
SESSION_HOURS        every session ends so long after its sign-in (12)
SIGN_IN_RATE_PER_NAME, SIGN_IN_RATE_PER_ADDRESS  failed sign-ins allowed for one user name at one address ("10/5m"),
                     and at one address ("400/15m")
UPLOAD_RATE          uploads allowed for one person ("300/5m")
JOIN_RATE            wrong join codes of training sessions allowed from one address ("300/5m")
PROTOCOL_RATE        wrong codes of grading protocols allowed from one address ("30/5m")
CACHE_URL            redis://… to count those in Redis; the database by default
SCENARIOS            a folder with training scenarios of one's own, beside ours
ROBOT_HASTE          how many times as fast as their scenarios say the robots of training act (1)
GRADEREG_LOG         "json" (the default in production), "lines", or "warnings": lines, but none for each request
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from bootstrap_wrapper import get_bootstrap_dir
from csp.constants import NONE, SELF
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
SECRET_KEY_FALLBACKS = _listed("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = _listed("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _listed("CSRF_TRUSTED_ORIGINS")
HTTPS = os.environ.get("HTTPS") == "1"
SERVERS = int(os.environ.get("SERVERS") or 0)
HOSTS_ELSEWHERE = [host for host in ALLOWED_HOSTS if host not in ("localhost", "127.0.0.1", "[::1]")]
# What is neither the demo world nor a developer's own machine has to meet checks.py before it starts.
PRODUCTION = HTTPS or SERVERS > 1 or not (DEMO or (DEBUG and not HOSTS_ELSEWHERE))

INSTALLED_APPS = [
    "committees",
    "fs",
    "training",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "gradereg.sign_in",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_guid",
    "django_htmx",
    "django_ratelimit",
]

MIDDLEWARE = [
    # What open pages ask every few seconds
    "committees.views.change_feed.change_feed",
    # What holds for every answer, static files too
    "django_guid.middleware.guid_middleware",
    "gradereg.logs.log_requests",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "gradereg.health.answer_probes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages
    "gradereg.headers.HtmlGZip",
    "gradereg.headers.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "committees.views.language.read_norwegian",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gradereg.uploads.ReadBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "committees.views.language.LanguageMiddleware",
    "gradereg.sign_in.kept_forms.KeepingLoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gradereg.sign_in.sessions.SessionEndMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "training.sandbox.middleware.SandboxMiddleware",
    "committees.views.session.refuse_other_person",
    "committees.views.refusals.RefusalMiddleware",
    "gradereg.uploads.bound_bodies",
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
                "committees.views.notifications.bell",
            ],
        },
    },
]

# Database

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{DATA_DIR / 'gradereg.sqlite3'}", conn_max_age=600, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite ignores SELECT FOR UPDATE; a writing transaction takes the one write lock when it begins,
    # and what was acknowledged is on the disk.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Seconds to wait for the write lock: less than htmx waits for a response (20), so that people learn what happened.
        "timeout": 15,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        # A database that can't be reached is an outage after seconds. By default libpq waits for minutes or hours.
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        # Most of what PostgreSQL does for a page is planning its queries, which are always the same ones.
        **(
            {"server_side_binding": True, "prepare_threshold": 5}
            if os.environ.get("PREPARED_STATEMENTS") != "0"
            else {}
        ),
        **DATABASES["default"].get("OPTIONS", {}),
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
HOME_REALM = os.environ.get("HOME_REALM", "ntnu.no").lower()

OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "")
OIDC_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("OIDC_CLIENT_SECRET", "")
OIDC_REALMS = [realm.lower() for realm in _listed("OIDC_REALMS", HOME_REALM)]
OIDC_ACR = os.environ.get("OIDC_ACR", "")
OIDC_SCOPES = os.environ.get("OIDC_SCOPES", "openid profile userid-feide").split()
FEIDE = bool(OIDC_ISSUER)
LOCAL_ACCOUNTS = os.environ.get("LOCAL_ACCOUNTS") == "1" or not (
    FEIDE or os.environ.get("LOCAL_ACCOUNTS") == "0"
)
AUTHENTICATION_BACKENDS = [
    *(["gradereg.sign_in.backends.LocalBackend"] if LOCAL_ACCOUNTS else []),
    *(["gradereg.sign_in.backends.FeideBackend"] if FEIDE else []),
]

SESSION_IDLE_SECONDS = int(float(os.environ.get("IDLE_MINUTES", "60")) * 60)
SESSION_COOKIE_AGE = int(os.environ.get("SESSION_HOURS", "12")) * 60 * 60
# Pages that are left open ask these by themselves, so they tell nothing of whether somebody is there.
ASKED_BY_PAGES = ["live", "practice-panel", "session", "training-board"]

SIGN_IN_RATE_PER_NAME = os.environ.get("SIGN_IN_RATE_PER_NAME", "10/5m")
SIGN_IN_RATE_PER_ADDRESS = os.environ.get("SIGN_IN_RATE_PER_ADDRESS", "400/15m")
UPLOAD_RATE = os.environ.get("UPLOAD_RATE", "300/5m")
# Wrong join codes from one address; right ones are not counted. A lecture hall behind one address may mistype as often.
JOIN_RATE = os.environ.get("JOIN_RATE", "300/5m")
PROTOCOL_RATE = os.environ.get("PROTOCOL_RATE", "30/5m")
RATELIMIT_IP_META_KEY = "gradereg.sign_in.limits.client_address"
BEHIND_PROXY = HTTPS
CACHES: dict[str, dict[str, Any]]
if CACHE_URL := os.environ.get("CACHE_URL", ""):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CACHE_URL,
            "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "gradereg.counting.CountingCache",
            "LOCATION": "counts",
            # When it is full the table forgets counts that still hold, so there is room for every name that is tried.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
# It warns of every cache but memcached's and django-redis's. These two are shared by all processes and lose no count:
# tests/sign_in/test_counting.py.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.W001"]

# Language and time

LANGUAGE_CODE = os.environ.get("DEFAULT_LANGUAGE", "en")
LANGUAGES = [("en", "English"), ("nb", "Norsk bokmål"), ("nn", "Norsk nynorsk")]
# Where a browser keeps what was chosen before anybody signed in.
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOCALE_PATHS = [BASE_DIR / "gradereg" / "locale"]
FORMAT_MODULE_PATH = ["gradereg.formats"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# Static files

# Absolute: Django puts the script prefix before a relative one, and pages of practice have a prefix of their own.
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
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
# Never to the console: that is the log of a server, and mails name people.
EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'smtp' if PRODUCTION else 'filebased'}.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_TLS") == "1"
EMAIL_TIMEOUT = 10
# Where the links in mails lead: no request tells it to `manage.py send_notifications`.
SITE_URL = os.environ.get("SITE_URL", "").rstrip("/") or (
    f"{'https' if HTTPS else 'http'}://{HOSTS_ELSEWHERE[0].lstrip('.*')}"
    if HOSTS_ELSEWHERE
    else "http://127.0.0.1:8000"
)
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "gradereg@localhost")
SUPPORT_EMAIL = os.environ.get("SUPPORT_EMAIL", "")

# Grading

FS_BACKEND = os.environ.get("FS_BACKEND", "fs.backend.SimulatedFs")
# Never from the environment: practice must not reach a real FS, whatever is set there.
PRACTICE_FS_BACKEND = "fs.backend.SimulatedFs"
FS_KEYS_OF = "committees.access.exam_keys_of"
GRADING_DEADLINE_DAYS = int(os.environ.get("GRADING_DEADLINE_DAYS", "21"))
UPLOAD_LIMIT = 5 * 1024 * 1024

# Training

# A folder with scenarios of one's own; one with the name of one of ours takes its place.
SCENARIOS = os.environ.get("SCENARIOS", "")
# How many times as fast as their scenarios say robots act.
ROBOT_HASTE = float(os.environ.get("ROBOT_HASTE", "1"))

# Safety

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "gradereg.sign_in.kept_forms.token_refused"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    LANGUAGE_COOKIE_SECURE = True
    # A name with this prefix can't be set by a neighbour under the same domain.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = os.environ.get("HSTS_SUBDOMAINS") != "0"
    # Who decided against it need not be asked at each check.
    SILENCED_SYSTEM_CHECKS += [] if SECURE_HSTS_PRELOAD else ["security.W005", "security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own arrows and ticks
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

FILE_UPLOAD_HANDLERS = ["gradereg.uploads.LimitedUpload"]
# FS's three files, the most that one form takes, and its other fields.
DATA_UPLOAD_MAX_NUMBER_FILES = 3
BODY_LIMIT = DATA_UPLOAD_MAX_NUMBER_FILES * UPLOAD_LIMIT + 1024 * 1024

# The log. Names, grades and candidate numbers never stand in it: see logs.py.

LOG_LINES = os.environ.get("GRADEREG_LOG") or ("json" if PRODUCTION else "lines")
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "EXPOSE_HEADER": False}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "gradereg.logs.formatter", "name": LOG_LINES}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gradereg.request": {"level": "WARNING" if LOG_LINES == "warnings" else "INFO"},
        # Instead of Django's own, which would mail the crash with all its values.
        "django": {"handlers": [], "level": "WARNING"},
        # A request's own line has its status, and gradereg/errors.py logs what caused a 500 or 503.
        "django.request": {"level": "ERROR" if DEBUG else "CRITICAL"},
        "django_guid": {"level": "ERROR"},
        # Whoever scans the net by address would fill the log with it.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
