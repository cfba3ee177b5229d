"""Predictions of several systems for the same texts, made into one."""
