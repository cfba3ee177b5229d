"""The rule that turns word links into projected spans.

1. The *source words* of a span are the words it overlaps: a span that covers part of a word counts
   as covering it, so projections map to whole words (``compounds`` and ``clitics`` change the
   words, see :mod:`crosslabel.projection.spans.parts`).
2. The *candidates* are the target words linked to them. A link between a punctuation mark and a
   word is never believed. A word with a stronger link to a word outside the span is a candidate
   only if the others yield no target (``strongest``).
3. Candidates with few other words between them form one *group* (``gap``, ``spaceless_gap``,
   ``bridge``). A group cannot reach over a word that another span holds. Punctuation marks at its
   ends are cut off unless the source span ends with one on that side (``punctuation``).
4. One group wins (``winner``), the others are dropped or kept as further ``fragments``.
5. Source words that no content word is linked to may have become unlinked words beside the group:
   the group is extended to them (``fill``, ``fill_to_length``).
6. Function words at the ends of the group are believed only if the source span has a counterpart
   (``function_words``, ``short_word``). The target is everything from its first to its last word.
7. Spans are placed by falling score, then by ``order``. Words that are held already are free only
   to spans that share source words with their holder: nested spans may nest on the target, and
   other spans shrink to the free words, ``share`` or abstain. Re-ordering and touching are no
   conflict.
8. Each fragment of a discontinuous span is projected separately; fragments that meet are joined.

The score of a projection is the mean, over the source words of the span, of the best link of each
into the target; a word without such a link counts 0.
"""

from crosslabel.projection.spans.projector import (
    LOST,
    NO_LINK,
    NO_WORD,
    OUTSIDE,
    AlignmentProjector,
)
from crosslabel.projection.spans.rules import DEFAULT_RULES, SpanRules

__all__ = [
    "DEFAULT_RULES",
    "LOST",
    "NO_LINK",
    "NO_WORD",
    "OUTSIDE",
    "AlignmentProjector",
    "SpanRules",
]
