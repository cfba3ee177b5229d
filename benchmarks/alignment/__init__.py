"""Word alignment: error rates, speed, how many pairs an aligner needs."""
