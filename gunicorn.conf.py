"""gunicorn's settings; its command line overrides them."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")

# A slow client blocks one thread, not the whole worker; uploads use at most six (gradereg/upload_turns.py).
threads = 8
# Longer than the interval between requests of an idle page (static/js/live_updates.js), so that connections are reused.
keepalive = 15
logger_class = "gradereg.logs.ServerLogger"
# Off by default: the site logs its requests itself. Without query, referrer and user agent.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s bytes, %(M)s ms'
control_socket_disable = True
