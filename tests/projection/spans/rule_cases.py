"""Pairs of plain words with links written by hand, for the tests of the rule."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crosslabel.projection.interface import GivenSpan, Links, Projection, TextPair
from crosslabel.projection.links.given import parse_pharaoh
from crosslabel.projection.spans import DEFAULT_RULES, AlignmentProjector, SpanRules
from crosslabel.projection.words import side_from_tokens

Scored = dict[tuple[int, int], float]


class ScoredLinks:
    """Links with scores for one pair."""

    name = "scored"

    def __init__(self, links: Scored, reason: str | None = None) -> None:
        self.links, self.reason = links, reason

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        cells = sorted(self.links)
        scores = np.array([self.links[cell] for cell in cells], np.float32)
        return [Links(np.array(cells, np.int32).reshape(-1, 2), scores, self.reason)]


def make_pair(source: str, target: str, *spans: object, langs: str = "xx-xx") -> TextPair:
    """A pair of space-separated texts; a span is the word ranges of its fragments.

    ``xx`` is no language, so that none of its words is a function word.
    """
    left_lang, right_lang = langs.split("-", 1)
    left = side_from_tokens(source.split(), left_lang)
    given = tuple(
        GivenSpan(str(n), "X", tuple((left.words[a][0], left.words[b - 1][1]) for a, b in ranges))
        for n, ranges in enumerate(spans)
    )
    return TextPair("p", left, side_from_tokens(target.split(), right_lang), given)


def project(
    pair: TextPair, links: str | Scored, rules: SpanRules = DEFAULT_RULES
) -> list[Projection]:
    """The projections of one pair."""
    scored = links if isinstance(links, dict) else dict.fromkeys(parse_pharaoh(links), 1.0)
    return AlignmentProjector(ScoredLinks(scored), rules).project([pair])[0]


def texts(pair: TextPair, found: Sequence[Projection]) -> list[list[str]]:
    """The texts of the fragments of each projection."""
    return [[pair.target.text[start:end] for start, end in p.fragments] for p in found]


def target_of(pair: TextPair, links: str | Scored, rules: SpanRules = DEFAULT_RULES) -> list[str]:
    """The texts of the fragments of the first span."""
    return texts(pair, project(pair, links, rules))[0]
