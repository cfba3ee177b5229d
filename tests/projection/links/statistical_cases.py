"""Pairs and links for the tests of the statistical aligner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.interface import Links, TextPair
from crosslabel.projection.words import side_from_tokens
from tests.projection.conftest import SAMPLES


def pair_of(source: Sequence[str], target: Sequence[str]) -> TextPair:
    return TextPair("p", side_from_tokens(source, "en"), side_from_tokens(target, "de"), ())


def sample_pairs(lang: str) -> list[TextPair]:
    return [row.pair for row in read_pairs(SAMPLES / f"ner.en-{lang}.jsonl")
            if isinstance(row, PairRow)]


def words_of(pairs: Sequence[TextPair]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(pair.source.surface(), pair.target.surface()) for pair in pairs]


def linked_words(links: Links, pair: TextPair) -> set[tuple[str, str]]:
    source, target = pair.source.surface(), pair.target.surface()
    return {(source[i], target[j]) for i, j in links.pairs}


def assert_same(one: Sequence[Links], other: Sequence[Links]) -> None:
    for ours, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(ours.pairs, theirs.pairs)
        np.testing.assert_array_equal(ours.scores, theirs.scores)
        np.testing.assert_array_equal(ours.directions, theirs.directions)
        assert ours.reason == theirs.reason
