"""Measurements; one command starts each of them."""
