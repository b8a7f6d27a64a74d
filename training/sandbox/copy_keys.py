"""Keys of runs in practice copies of real exams."""

COPY_PREFIX = "practice-copy-"
"""Prefix of the key of a practice copy among the scenarios of a trainee."""
