"""
Files that graders, programs and attackers may upload, each with its expected result.

`.venv/bin/python -m tests.files.corpus` prints the table: result, cost, and what two other readers return. This
module imports nothing, because the process that measures costs imports it.
"""
