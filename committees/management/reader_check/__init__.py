"""Checks the strict reader against two other readers, file by file, in processes with limits."""
