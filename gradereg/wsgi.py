import gc
import os
import sys

from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")

_django = get_wsgi_application()

from committees.files import reading_process  # noqa: E402
from gradereg.bodies import with_whole_bodies  # noqa: E402
from gradereg.checks import refuse_unsafe_run  # noqa: E402  # needs the settings
from gradereg.outages import limit_waits  # noqa: E402
from gradereg.upload_turns import with_upload_turns  # noqa: E402

refuse_unsafe_run(databases=[DEFAULT_DB_ALIAS])
# A tenth of the default: a busy thread, such as one that renders an upload's result, otherwise delays each query of
# the other requests.
sys.setswitchinterval(0.0005)
gc.freeze()  # Exclude Django's permanent objects.
limit_waits()
reading_process.start()
application = with_whole_bodies(with_upload_turns(_django))
