"""Files that graders, programs and people of ill will may upload, each with what must become of it.

`.venv/bin/python -m tests.files.corpus` prints the table: outcome, cost, and what two other readers say. What measures
the cost imports this package, so nothing is imported here.
"""
