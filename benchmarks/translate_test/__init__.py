"""Translate-train and translate-test compared."""
