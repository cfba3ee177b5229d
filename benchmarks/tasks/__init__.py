"""Answers, parts of speech and slots through the whole pipeline."""
