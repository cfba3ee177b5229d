"""Constrained decoding: a translation model chooses places for markers in a finished translation.

The source with one span marked is scored against the finished target text with one opening and one
closing marker inserted; the target text itself never changes (CODEC, Le et al., ICLR 2024). All
hypotheses share one template, so the decoder is teacher-forced over whole texts:

- the *trunk*: the target without markers under the marked source gives the probability of the
  opening marker at every place;
- a *branch*: the target from one opening on gives the probability of the closing marker at every
  later place;
- a *suffix*: the target from one closing marker on completes the score of one hypothesis.

Log-probabilities are never positive, so every partial sum is a bound on all hypotheses that extend
it; expansion until no open bound beats the best complete hypotheses is exact.
"""
