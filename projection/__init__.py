"""Label projection: carry labelled spans from a text onto its translation."""
