"""From words to text and back, always with the true character range of every word."""

from crosslabel.pipeline.text.detokenize.words import align_tokens, detokenize

__all__ = ["align_tokens", "detokenize"]
