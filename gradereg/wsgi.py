import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gradereg.settings")

application = get_wsgi_application()

from gradereg.checks import refuse_unsafe_run  # noqa: E402  # needs the settings

refuse_unsafe_run()

# What stays for good is not looked through for garbage each time that a large upload has made many objects.
gc.collect()
gc.freeze()
