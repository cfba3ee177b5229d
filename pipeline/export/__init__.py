"""A corpus as files that other tools read."""
