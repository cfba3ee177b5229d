"""Measurements, side by side; one command each."""
