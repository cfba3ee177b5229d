"""Constrained decoding: where a translation model would put markers into a finished translation.

The source with one span marked is scored against the finished target text with one opening and one
closing marker put in; the target text itself never changes (CODEC, Le et al., ICLR 2024). All
hypotheses share one template, so the decoder is teacher-forced over whole texts:

- the *trunk*: the target without markers under the marked source gives the probability of the
  opening marker at every place;
- a *branch*: the target from one opening on gives that of the closing marker at every later place;
- a *suffix*: what follows one closing marker completes the score of one hypothesis.

Log-probabilities are never positive, so every partial sum bounds all that follows from it;
expansion until no open bound beats the best complete hypotheses is exact.
"""
