"""The only writers. An act takes the lock, checks again under it, writes, logs, and returns what it made."""
