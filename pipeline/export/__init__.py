"""Export of a corpus as files that other tools read."""
