"""Write docs/reference/generated/corpus.md: the result of each file. Exit with 1 if one is not as expected."""

import sys
import tempfile
from pathlib import Path

from django.conf import settings

from tests.docs.generated import write_page

from .report import differing, lines, report

settings.configure(USE_I18N=False)
with tempfile.TemporaryDirectory() as folder:
    results = report(Path(folder))
write_page("corpus", "Every file of the corpus", "python -m tests.files.corpus", "\n".join(lines(results)))
sys.exit(1 if differing(results) else 0)
