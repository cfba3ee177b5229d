"""Evaluation of projected spans against gold spans."""
