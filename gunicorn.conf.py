"""How gunicorn runs the site, where its command line says nothing else."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")

# A slow sender holds up one thread, not the whole worker; uploads take at most six (committees/upload_turns.py).
threads = 8
# Longer than an idle page waits between two requests (static/js/live_updates.js), so that it needs no new connection.
keepalive = 15
logger_class = "gradereg.logs.ServerLogger"
# For who switches it on; the site logs its requests itself. Without the query, the referrer and the user agent.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s bytes, %(M)s ms'
control_socket_disable = True
