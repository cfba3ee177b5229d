"""Joint projection: all evidence weighed together, with probabilities and one solution per text."""
