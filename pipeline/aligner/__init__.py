"""The statistical aligner of a language: its bitext, its training, its committed file."""
