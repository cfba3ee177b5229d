"""Training of one stage: the loop, its checkpoints, and the mean of the last ones."""
