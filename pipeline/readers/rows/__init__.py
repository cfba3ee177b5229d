"""Rows as objects with keys: what the keys mean, and the examples that they make."""
