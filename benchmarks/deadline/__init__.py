"""
Deadline day over HTTP: `python -m benchmarks.deadline --graders 2000`.

Makes a world of its own (SQLite, or PostgreSQL where DATABASE_URL names it), serves it as docs/guides/running.md does, with
`--servers 2` behind one nginx, and lets every grader sign in, look, download their list, fill it in, upload it, click,
reset and confirm, with a person's pauses, while each open page asks what it asks. Then it counts what was answered as done
against the log. Keeps what it measured in build/bench/, one file for each way of serving, and writes all that lie there into
docs/reference/generated/benchmark-deadline.md. Ends with 1 where anything went wrong.
"""
