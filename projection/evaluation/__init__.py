"""Projected spans measured against gold ones."""
