"""Ranked target ranges for spans, from more evidence than word links."""
