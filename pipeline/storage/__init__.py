"""Where files are, how they become whole, and who works on them: a disk or a store alike."""
