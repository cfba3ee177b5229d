"""Scripts that make the three small models and the calibrator shipped in `data/`."""
