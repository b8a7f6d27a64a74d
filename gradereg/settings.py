"""Settings of the site. What differs between installations comes from the environment: docs/reference/settings.md."""

from pathlib import Path
from typing import Any

import django_stubs_ext
from bootstrap_wrapper import get_bootstrap_dir
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from gradereg.env import (
    ADDRESS,
    DOTTED_NAME,
    FS_NUMBER,
    HOST,
    ORIGIN,
    RATE,
    REALM,
    SENDER,
    env_bool,
    env_choice,
    env_database_url,
    env_float,
    env_folder,
    env_int,
    env_list,
    env_text,
    env_url,
)

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env_text("GRADEREG_DATA", str(BASE_DIR / "demo"))).resolve()

DEBUG = env_bool("DEBUG")
DEMO = env_bool("GRADEREG_DEMO")
# A training installation: production without FS.
SIMULATION = env_bool("SIMULATION")
# Without SECRET_KEY each process makes a random key; checks.py refuses that in production.
SECRET_KEY = env_text("SECRET_KEY")
SECRET_KEY_GIVEN = bool(SECRET_KEY)
SECRET_KEY = SECRET_KEY or get_random_secret_key()
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", form=HOST)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", form=ORIGIN)
HTTPS = env_bool("HTTPS")
SERVERS = env_int("SERVERS", 0, least=0)
HOSTS_ELSEWHERE = [host for host in ALLOWED_HOSTS if host not in ("localhost", "127.0.0.1", "[::1]")]
# A production run must pass checks.py before it starts.
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
    "gradereg.static_files.CollectedFilesConfig",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.usersessions",
    "gradereg.sign_in",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_guid",
    "django_htmx",
]

MIDDLEWARE = [
    # First, because every open page requests it every few seconds
    "committees.middleware.change_feed.change_feed",
    # Every response, including static files
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
    "committees.middleware.language.read_norwegian",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "gradereg.uploads.ReadBodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "committees.middleware.language.LanguageMiddleware",
    "gradereg.sign_in.kept_forms.KeepingLoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gradereg.sign_in.sessions.SessionEndMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "training.sandbox.middleware.SandboxMiddleware",
    "committees.middleware.session.refuse_other_person",
    "committees.middleware.refusals.RefusalMiddleware",
    "gradereg.uploads.bound_bodies",
]

ROOT_URLCONF = "gradereg.urls"
PRACTICE_URLCONF = "gradereg.practice_urls"
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
                "gradereg.context_processors.tabs",
                "gradereg.context_processors.exam_actions",
                "gradereg.context_processors.session_ends",
                "gradereg.context_processors.simulation",
                "committees.context_processors.bell",
            ],
            "libraries": {"icons": "gradereg.icons", "support": "gradereg.support"},
        },
    },
]

# Database

PREPARED_STATEMENTS = env_bool("PREPARED_STATEMENTS", True)
# Without DATABASE_URL a SQLite file is used; checks.py refuses that in production.
DATABASE_URL_GIVEN = bool(env_text("DATABASE_URL"))
DATABASES = {
    "default": env_database_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'gradereg.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # SQLite ignores SELECT FOR UPDATE: IMMEDIATE takes the write lock when a transaction begins. FULL writes each
    # commit to the disk before it returns.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Seconds to wait for the write lock: less than htmx's timeout (20), so that the page can show the error.
        "timeout": 15,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        # Notice an unreachable database after seconds. By default libpq waits for minutes or hours.
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 5,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        # Planning the queries, which are always the same, is most of PostgreSQL's work for a page.
        # Compiling the query of the daily lists takes longer than running it. Poolers may refuse `options`.
        **(
            {"server_side_binding": True, "prepare_threshold": 5, "options": "-c jit=off"}
            if PREPARED_STATEMENTS
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
HOME_REALM = env_text("HOME_REALM", "ntnu.no", form=REALM).lower()

OIDC_ISSUER = env_url("OIDC_ISSUER")
OIDC_CLIENT_ID = env_text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env_text("OIDC_CLIENT_SECRET")
OIDC_REALMS = [realm.lower() for realm in env_list("OIDC_REALMS", HOME_REALM, form=REALM)]
OIDC_ACR = env_text("OIDC_ACR")
OIDC_SCOPES = env_text("OIDC_SCOPES", "openid profile email userid-feide").split()
FEIDE = bool(OIDC_ISSUER)
LOCAL_ACCOUNTS = env_bool("LOCAL_ACCOUNTS", not FEIDE)
LOGIN_BY_CODE = env_bool("LOGIN_BY_CODE", True)
CODE_WITH_PASSWORD = env_bool("CODE_WITH_PASSWORD")
AUTHENTICATION_BACKENDS = [
    *(["gradereg.sign_in.backends.LocalBackend"] if LOCAL_ACCOUNTS else []),
    *(["gradereg.sign_in.backends.FeideBackend"] if FEIDE else []),
    *(["gradereg.sign_in.backends.CodeBackend"] if LOGIN_BY_CODE else []),
]

SESSION_IDLE_SECONDS = int(env_float("IDLE_MINUTES", 60) * 60)
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", 12) * 60 * 60
# Routes that open pages request in the background. They don't count as activity.
ASKED_BY_PAGES = ["live", "practice-panel", "scenario-verdict", "session", "training-board"]

SIGN_IN_RATE_PER_NAME = env_text("SIGN_IN_RATE_PER_NAME", "10/5m", form=RATE)
SIGN_IN_RATE_PER_ADDRESS = env_text("SIGN_IN_RATE_PER_ADDRESS", "400/15m", form=RATE)
CODE_RATE = env_text("CODE_RATE", "5/15m", form=RATE)
UPLOAD_RATE = env_text("UPLOAD_RATE", "300/5m", form=RATE)
# Only wrong join codes count. High enough for the typing errors of a lecture hall behind one address.
JOIN_RATE = env_text("JOIN_RATE", "300/5m", form=RATE)
PROTOCOL_RATE = env_text("PROTOCOL_RATE", "30/5m", form=RATE)
LIMITS_ENABLED = True
BEHIND_PROXY = HTTPS
CACHES: dict[str, dict[str, Any]] = {
    # Counts for rate limits, unless CACHE_URL is set; /readyz writes to it to notice a database that can't be written.
    "database": {
        "BACKEND": "gradereg.counting.CountingCache",
        "LOCATION": "counts",
        # A full table drops counts before they expire, so there must be room for every user name that is tried.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
CACHES["default"] = CACHES["database"]
if CACHE_URL := env_url("CACHE_URL", schemes=("redis", "rediss")):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }

# Language and time

LANGUAGE_CODE = env_choice("DEFAULT_LANGUAGE", "en", ("en", "nb", "nn"))
LANGUAGES = [("en", "English"), ("nb", "Norsk bokmål"), ("nn", "Norsk nynorsk")]
# The language chosen before signing in.
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LOCALE_PATHS = [BASE_DIR / "gradereg" / "locale"]
FORMAT_MODULE_PATH = ["gradereg.formats"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# Static files

# Absolute: Django would prepend the script prefix to a relative URL, and each sandbox has its own prefix.
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", str(get_bootstrap_dir() / "css"))]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "gradereg.static_files.HashedStaticFilesStorage"
    },
}

# Forms and mail

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
# Never the console backend: a server's console is its log, and mails contain names.
EMAIL_BACKEND = env_text(
    "EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if PRODUCTION else 'filebased'}.EmailBackend",
    form=DOTTED_NAME,
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env_text("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", 25, most=65_535)
EMAIL_HOST_USER = env_text("EMAIL_USER")
EMAIL_HOST_PASSWORD = env_text("EMAIL_PASSWORD")
EMAIL_USE_TLS = env_bool("EMAIL_TLS")
EMAIL_USE_SSL = env_bool("EMAIL_SSL")
EMAIL_TIMEOUT = 10
# For links in mails: `manage.py send_notifications` has no request to take the host from.
SITE_URL = env_url("SITE_URL").rstrip("/") or (
    f"{'https' if HTTPS else 'http'}://{HOSTS_ELSEWHERE[0].lstrip('.*')}"
    if HOSTS_ELSEWHERE
    else "http://127.0.0.1:8000"
)
DEFAULT_FROM_EMAIL = env_text("EMAIL_FROM", "gradereg@localhost", form=SENDER)
INSTITUTION_NAME = env_text("INSTITUTION_NAME")
SUPPORT_NAME = env_text("SUPPORT_NAME")
SUPPORT_EMAIL = env_text("SUPPORT_EMAIL", form=ADDRESS)
SUPPORT_URL = env_url("SUPPORT_URL")

# Grading

FS_BACKEND = env_text("FS_BACKEND", "fs.backend.SimulatedFs", form=DOTTED_NAME)
# Function that returns the grades (karakter) that the simulated FS accepts, with their meanings.
FS_GRADES = "committees.grade_scales.fs_grades"
# Never from the environment: practice must not reach a real FS.
# Functions that return template and content of a document with a code, for the page that checks codes of protocols.
DOCUMENT_FINDERS = ["training.certificates.find_document"]
PRACTICE_FS_BACKEND = "fs.backend.SimulatedFs"
FS_KEYS_OF = "committees.access.exam_keys_of"
# FS's number of the institution (institusjonsnr), proposed for new exams.
INSTITUTION = env_text("INSTITUTION", "194", form=FS_NUMBER)
# The default grading deadline, counted with Norway's public holidays.
GRADING_WORKING_DAYS = env_int("GRADING_WORKING_DAYS", 15, most=250)
SATURDAYS_ARE_WORKING_DAYS = env_bool("SATURDAYS_ARE_WORKING_DAYS")
ARCHIVE_DAYS = env_int("ARCHIVE_DAYS", 30)
UPLOAD_LIMIT = 5 * 1024 * 1024
# Read uploads in a separate process, one per server process (committees/files/reading_process.py).
READING_PROCESS = True

# Training

# A folder with own scenarios; one with the name of a built-in scenario replaces it.
SCENARIOS = env_folder("SCENARIOS")
# Factor by which robots are faster than their scenarios define.
ROBOT_HASTE = env_float("ROBOT_HASTE", 1)

# Safety

HSTS_SUBDOMAINS = env_bool("HSTS_SUBDOMAINS", True)
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
    # Other hosts of the domain can't set cookies with this prefix.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HSTS_SUBDOMAINS
    # Leaving subdomains out is a decision, not an oversight.
    SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W005", "security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own arrows and ticks
        "font-src": [SELF],
        "media-src": [SELF],  # the film of Help
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

FILE_UPLOAD_HANDLERS = ["gradereg.uploads.LimitedUpload"]
# The largest form: the three files of FS, and its other fields.
DATA_UPLOAD_MAX_NUMBER_FILES = 3
BODY_LIMIT = DATA_UPLOAD_MAX_NUMBER_FILES * UPLOAD_LIMIT + 1024 * 1024

# Logging: no names, grades or candidate numbers, see logs.py

LOG_LINES = env_choice("GRADEREG_LOG", "json" if PRODUCTION else "lines", ("json", "lines", "warnings"))
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "EXPOSE_HEADER": False}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "gradereg.logs.formatter", "name": LOG_LINES}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gradereg.request": {"level": "WARNING" if LOG_LINES == "warnings" else "INFO"},
        # Instead of Django's handlers, which would mail tracebacks with all values.
        "django": {"handlers": [], "level": "WARNING"},
        # gradereg.request logs the status, and gradereg/errors.py the cause of a 500 or 503.
        "django.request": {"level": "ERROR" if DEBUG else "CRITICAL"},
        "django_guid": {"level": "ERROR"},
        # Network scanners would fill the log.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
