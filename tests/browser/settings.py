"""
The site's settings for hundreds of sites and sign-ins: cheap password hashes, and no process that reads uploads, unless
READING_PROCESS is 1.
"""

import os

from gradereg.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
READING_PROCESS = os.environ.get("READING_PROCESS") == "1"
