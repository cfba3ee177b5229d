"""The shipped labeller of English entities."""
