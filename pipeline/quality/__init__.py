"""Checks of translated rows: each has a threshold in the recipe and gives reasons to reject."""
