"""Texts and words: sentences, segments, spaces between words, and tests for equal texts."""
