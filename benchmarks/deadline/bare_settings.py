"""
Settings of the bare view, for comparison: Django as `startproject` sets it up, with the same database and sessions.
"""

from gradereg.settings import *  # noqa: F403

INSTALLED_APPS = [
    "committees",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "benchmarks.deadline.bare"
CSRF_FAILURE_VIEW = "django.views.csrf.csrf_failure"
FS_BACKEND = "builtins.object"  # for checks.py: `fs` is not installed here
