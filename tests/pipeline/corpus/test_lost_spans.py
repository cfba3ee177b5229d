"""The words that lost spans make unknown: from a threshold on, and as other words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crosslabel.pipeline.corpus.lost_spans import (
    flagged,
    lost_in,
    masked_from,
    masses_of,
    stand_ins,
    unknown_of,
)
from crosslabel.pipeline.corpus.records import Example, LikelyWord, LostSpan, Pair, Span, Words
from crosslabel.pipeline.stages.shard_pairs import lost_mass, unknown_words
from crosslabel.projection.interface import Projection

TEXT = "one two three four"
WORDS = ((0, 3), (4, 7), (8, 13), (14, 18))
MASSES = st.dictionaries(st.integers(0, 3), st.integers(0, 10).map(lambda tenth: tenth / 10))


def _lost(number: int, masses: dict[int, float]) -> LostSpan:
    likely = tuple(LikelyWord(*WORDS[word], masses[word]) for word in sorted(masses))
    return LostSpan(str(number), "text", "X", "abstained", "no link", likely)


def _pair(lost: Sequence[dict[int, float]]) -> Pair:
    """A pair that lost spans, with the probability of each word of side a."""
    spans = tuple(Span(str(number), "text", ((0, 3),), "X") for number in range(len(lost)))
    b = Example("1", "spans", "en", {"text": TEXT}, spans)
    a = replace(b, spans=(), words=(Words("text", WORDS),))
    return Pair("1", a, b, "machine", "human", "b", (), tuple(
        Projection(str(number), "X", (), "test", "abstained", "no link",
                   likely=tuple(masses), mass=tuple(masses.values()))
        for number, masses in enumerate(lost)))


@given(st.lists(MASSES, max_size=3), st.integers(1, 10).map(lambda tenth: tenth / 10))
def test_a_written_pair_has_the_unknown_words_of_its_shard(
    masses: list[dict[int, float]], mask_above: float
) -> None:
    pair = _pair(masses)
    lost = lost_in(pair, mask_above)
    assert [(span.id, span.label, span.status, span.reason) for span in lost] == [
        (p.span_id, p.label, p.status, p.reason) for p in pair.projections]
    assert unknown_of(lost, "text", WORDS) == unknown_words(pair, "text", mask_above)
    found = masses_of(lost, "text", WORDS)
    assert set(found) == set(lost_mass(pair, "text"))
    assert all(math.isclose(mass, found[word], abs_tol=1e-12)
               for word, mass in lost_mass(pair, "text").items())
    assert not unknown_of(lost_in(pair, None), "text", WORDS)


@given(st.lists(MASSES, max_size=3))
def test_a_lower_threshold_makes_more_words_unknown(masses: list[dict[int, float]]) -> None:
    lost = [_lost(number, each) for number, each in enumerate(masses)]
    low, high = (unknown_of(flagged(lost, above), "text", WORDS) for above in (0.2, 0.7))
    assert high <= low == unknown_of(flagged(flagged(lost, 0.7), 0.2), "text", WORDS)


def test_other_words_are_unknown_where_they_share_a_character() -> None:
    lost = [LostSpan("0", "text", "X", "abstained", "", (LikelyWord(4, 7, 0.5),))]
    other = ((0, 5), (5, 6), (6, 13), (14, 18))
    assert unknown_of(lost, "text", other) == {0, 1, 2}
    assert masses_of(lost, "text", other) == {0: 0.5, 1: 0.5, 2: 0.5}
    assert not unknown_of(lost, "title", other) and not masses_of(lost, "title", other)


def test_what_stands_for_a_lost_span_is_each_unknown_word_without_blanks_around() -> None:
    lost = LostSpan("0", "text", "X", "abstained", "", (
        LikelyWord(0, 4), LikelyWord(7, 8), LikelyWord(8, 13, unknown=False), LikelyWord(13, 18)))
    assert [span.fragments for span in stand_ins(lost, TEXT)] == [((0, 3),), ((14, 18),)]


def test_words_are_masked_if_the_recipe_says_so() -> None:
    assert masked_from({"on_lost_span": "mask", "mask_above": 0.3}) == 0.3
    assert masked_from({"on_lost_span": "mask"}) == 1.0
    assert masked_from({"on_lost_span": "outside", "mask_above": 0.3}) is None
