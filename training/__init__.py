"""Scripts that make the two small models shipped in `data/models/`."""
