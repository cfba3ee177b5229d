"""Locations, files that are written whole or not at all, and locks, on a disk or in a store."""
