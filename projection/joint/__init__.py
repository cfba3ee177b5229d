"""All evidence weighed together: candidates, probabilities, one solution per text."""
