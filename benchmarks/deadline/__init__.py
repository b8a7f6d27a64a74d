"""
Deadline day over HTTP: `python -m benchmarks.deadline --graders 2000`.

Creates a temporary register (on SQLite, or PostgreSQL if DATABASE_URL names it) and serves it as in
docs/guides/running.md, with `--servers 2` behind nginx. Every grader signs in, downloads the grade list, fills it in,
uploads it, clicks, resets and confirms, with the pauses of a person, while open pages poll. Then the acknowledged acts are
compared with the log. The results of each setup are stored in build/bench/; the page
docs/reference/generated/benchmark-deadline.md shows all of them. Exits with 1 after any error.
"""
