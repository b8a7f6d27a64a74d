import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")

_django = get_wsgi_application()

from gradereg.bodies import with_whole_bodies  # noqa: E402
from gradereg.checks import refuse_unsafe_run  # noqa: E402  # needs the settings
from gradereg.garbage_collection import tune_garbage_collector  # noqa: E402
from gradereg.outages import limit_waits  # noqa: E402

refuse_unsafe_run()
# A thread that reads a large file lets others run ten times as often as it would: each query of a click waits for that.
sys.setswitchinterval(0.0005)
tune_garbage_collector()
limit_waits()
application = with_whole_bodies(_django)
