"""Comparison of the strict reader with two other readers, file by file, in processes with limits."""
