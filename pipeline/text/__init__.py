"""Texts and words: sentences and segments, spaces between words, when two texts are the same."""
