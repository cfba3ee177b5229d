"""Scores of predictions: the figures of every task per language, with intervals."""
