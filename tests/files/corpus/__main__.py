"""Print what became of each file of the corpus, as a table in Markdown. Ends with 1 if anything is not as expected."""

import sys
import tempfile
from pathlib import Path

from django.conf import settings

from .report import differing, lines, report

settings.configure(USE_I18N=False)
with tempfile.TemporaryDirectory() as folder:
    results = report(Path(folder))
print("\n".join(lines(results)))
sys.exit(1 if differing(results) else 0)
