"""Writing examples back as files other tools read."""
