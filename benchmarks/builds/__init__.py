"""Whole builds: their cost beside the engine, workers, memory."""
