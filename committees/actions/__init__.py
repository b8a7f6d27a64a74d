"""All writes to the database: one function per act, which locks, checks again, writes and logs."""
