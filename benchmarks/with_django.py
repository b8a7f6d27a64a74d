"""Run a module after setting up Django: `python -m benchmarks.with_django MODULE …`."""

import gc
import runpy
import sys

import django

django.setup()
gc.freeze()  # as gradereg/wsgi.py does
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
