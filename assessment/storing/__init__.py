"""Where a journal is kept: what is asked of every journal, an SQLite file, and memory."""
