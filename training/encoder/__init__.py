"""The shipped encoder."""
