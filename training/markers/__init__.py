"""Tuning the translation model to keep markers."""
