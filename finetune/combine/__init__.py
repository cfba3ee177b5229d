"""Combination of the predictions of several systems for the same texts."""
