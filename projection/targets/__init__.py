"""Target ranges for spans, ranked by more than word links."""
