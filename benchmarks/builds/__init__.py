"""Whole builds: what they cost beside their engine, workers, memory."""
