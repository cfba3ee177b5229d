"""Trained models at work: soft labels, predictions."""
