"""`python -m benchmarks.with_django MODULE …`: runs MODULE once the site that the environment names is set up."""

import runpy
import sys

import django

from gradereg.garbage_collection import tune_garbage_collector

django.setup()
tune_garbage_collector()  # as gradereg/wsgi.py does
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
