"""Ranking by scores of phrases: what is asked, what is made of it, what cannot be looked at."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.interface import GivenSpan, PairTargets, Range, Side, TextPair
from crosslabel.projection.joint.units import FragmentUnit
from crosslabel.projection.targets.candidate_scoring import CandidateScoring
from crosslabel.projection.targets.ngram_prior import likeliest, wanted
from crosslabel.projection.words import side_from_tokens, word_ranges

KNOWN = {("en", "de"), ("de", "en"), ("en", "zh")}


class Recording:
    """Scores that look random but are always the same; remembers what it was asked."""

    def __init__(self, directions: set[tuple[str, str]] = KNOWN) -> None:
        self._directions = directions
        self.calls: list[tuple[tuple[str, str], list[tuple[str, str]]]] = []

    def refusal(self, source_lang: str, target_lang: str) -> str | None:
        if (source_lang, target_lang) in self._directions:
            return None
        return f"does not translate {source_lang}-{target_lang}"

    def score(
        self, texts: Sequence[str], translations: Sequence[str], source_lang: str, target_lang: str
    ) -> np.ndarray:
        assert self.refusal(source_lang, target_lang) is None
        both = list(zip(texts, translations, strict=True))
        self.calls.append(((source_lang, target_lang), both))
        return np.array([self.one(*own, source_lang, target_lang) for own in both])

    def one(self, text: str, translation: str, source: str, target: str) -> float:
        return -(crc32("\t".join((text, translation, source, target)).encode()) % 1000) / 100


class Forgetful(Recording):
    """Cannot score some texts, as if they were too long."""

    def __init__(self, long: str) -> None:
        super().__init__()
        self._long = long

    def one(self, text: str, translation: str, source: str, target: str) -> float:
        if self._long in (text, translation):
            return math.nan
        return super().one(text, translation, source, target)


def pair_of(
    source: Sequence[str], target: Sequence[str], *spans: Sequence[Range],
    langs: tuple[str, str] = ("en", "de"),
) -> TextPair:
    """A pair with spans by fragments of words."""
    ours = side_from_tokens(source, langs[0])
    found = tuple(
        GivenSpan(str(n), "X", tuple((ours.words[a][0], ours.words[b - 1][1]) for a, b in parts))
        for n, parts in enumerate(spans)
    )
    return TextPair("1", ours, side_from_tokens(target, langs[1]), found)


HOUSE = pair_of(["The", "small", "house", "in", "Rome"], ["Das", "kleine", "Haus", "in", "Rom"],
                [(0, 3)], [(4, 5)])


def shown(found: Sequence[PairTargets]) -> list[object]:
    return [(own.reason, [[(r.words.tolist(), r.scores.tolist()) for r in ranked]
                          for ranked in own.by_span]) for own in found]


def test_each_pair_of_phrases_is_scored_once_per_direction() -> None:
    scorer = Recording()
    CandidateScoring(scorer).find([HOUSE, HOUSE])
    assert [langs for langs, _ in scorer.calls] == [("en", "de"), ("de", "en")]
    for _, asked in scorer.calls:
        assert set(Counter(asked).values()) == {1}
    forward, backward = (set(asked) for _, asked in scorer.calls)
    phrases = {(text, other) for text, other in forward if text}
    assert {text for text, _ in phrases} == {"The small house", "Rome"}
    assert phrases == {(other, text) for text, other in backward if text}
    assert {other for text, other in forward if not text} == {other for _, other in phrases}
    assert {other for text, other in backward if not text} == {"The small house", "Rome"}


@pytest.mark.parametrize(("directions", "weights"), [
    (KNOWN, (0.6, 1.8)), ({("en", "de")}, (0.7, 1.35)), ({("de", "en")}, (0.7, 1.35)),
])
def test_a_target_scores_its_prior_and_the_mean_ratio_of_its_evidence(
    directions: set[tuple[str, str]], weights: tuple[float, float]
) -> None:
    scorer = Recording(directions)
    [found] = CandidateScoring(scorer, considered=8, kept=99, margin=99.0).find([HOUSE])
    runs, prior = likeliest(wanted([HOUSE], [FragmentUnit(0, 0, 0, 3)]), 8, 99.0)
    scores = {}
    for first, end, own in zip(runs.first.tolist(), runs.end.tolist(), prior, strict=True):
        a = "The small house"
        b = " ".join(HOUSE.target.surface()[first:end])
        ratios = [
            math.exp(scorer.one(text, other, *langs) - scorer.one("", other, *langs))
            for text, other, langs in ((a, b, ("en", "de")), (b, a, ("de", "en")))
            if langs in directions
        ]
        evidence = math.log(sum(ratios) / len(ratios))
        scores[first, end] = weights[0] * own + weights[1] * evidence
    total = math.log(sum(map(math.exp, scores.values())))
    ranked = found.by_span[0][0]
    assert [tuple(words) for words in ranked.words.tolist()] == sorted(
        scores, key=lambda words: -scores[words]
    )
    np.testing.assert_allclose(ranked.scores, [
        scores[first, end] - total for first, end in ranked.words.tolist()
    ], rtol=1e-5, atol=1e-5)


WORDS = st.lists(st.sampled_from(["the", "Rom", "Rome", "1998", ".", "of", "x"]), max_size=6)


@st.composite
def pairs_with_spans(draw: st.DrawFn) -> TextPair:
    source, target = draw(WORDS), draw(WORDS)
    ours = side_from_tokens(source, "en")
    places = st.integers(0, len(ours.text) + 2)
    fragments = st.tuples(places, places).filter(lambda part: part[0] < part[1])
    spans = draw(st.lists(st.lists(fragments, min_size=1, max_size=2), max_size=3))
    lang = draw(st.sampled_from(["de", "zh", "fr"]))
    return TextPair("1", ours, side_from_tokens(target, lang), tuple(
        GivenSpan(str(n), "X", tuple(parts)) for n, parts in enumerate(spans)
    ))


@given(st.lists(pairs_with_spans(), max_size=4))
def test_rankings_are_well_formed_and_those_of_each_pair_alone(pairs: list[TextPair]) -> None:
    source = CandidateScoring(Recording(), kept=5)
    found = source.find(pairs)
    assert shown(found) == [one for pair in pairs for one in shown(source.find([pair]))]
    for pair, own in zip(pairs, found, strict=True):
        assert [len(parts) for parts in own.by_span] == [len(s.fragments) for s in pair.spans]
        assert (own.reason is not None) == (pair.target.lang == "fr" and bool(pair.spans))
        for ranked in (one for parts in own.by_span for one in parts):
            assert ranked.words.dtype == np.int32 and ranked.scores.dtype == np.float32
            assert len(ranked.words) == len(ranked.scores) <= 5
            assert len({tuple(words) for words in ranked.words.tolist()}) == len(ranked.words)
            assert np.all(np.diff(ranked.scores) <= 0) and np.exp(ranked.scores).sum() < 1 + 1e-5
            assert all(0 <= a < b <= len(pair.target.words) for a, b in ranked.words.tolist())


def test_languages_the_model_does_not_know_give_a_reason_and_spare_the_others() -> None:
    french = pair_of(["Rome"], ["Rome"], [(0, 1)], langs=("en", "fr"))
    found = CandidateScoring(Recording()).find([french, HOUSE])
    assert found[0].reason == "does not translate en-fr"
    assert [[len(ranked.words) for ranked in own] for own in found[0].by_span] == [[0]]
    assert found[1].reason is None
    assert shown(found[1:]) == shown(CandidateScoring(Recording()).find([HOUSE]))


def test_one_direction_is_enough() -> None:
    scorer = Recording()
    pair = pair_of(["Rome"], ["我", "在", "罗马"], [(0, 1)], langs=("en", "zh"))
    [found] = CandidateScoring(scorer).find([pair])
    assert found.reason is None and len(found.by_span[0][0].words) > 0
    assert [langs for langs, _ in scorer.calls] == [("en", "zh")]


def test_chinese_phrases_are_asked_for_as_they_are_written() -> None:
    sides = [Side(text, word_ranges(text, lang), lang)
             for text, lang in (("I was in Los Angeles.", "en"), ("我在洛杉矶。", "zh"))]
    scorer = Recording()
    CandidateScoring(scorer, margin=99.0).find([
        TextPair("1", *sides, (GivenSpan("1", "LOC", ((9, 20),)),))
    ])
    [(_, asked)] = scorer.calls
    assert ("Los Angeles", "洛杉矶") in asked
    assert {other for _, other in asked} <= {
        sides[1].text[a:b] for a in range(6) for b in range(a + 1, 7)
    }


def test_fragments_are_ranked_each_by_itself() -> None:
    both = pair_of(HOUSE.source.surface(), HOUSE.target.surface(), [(0, 3), (4, 5)])
    found, apart = (CandidateScoring(Recording()).find([pair]) for pair in (both, HOUSE))
    (first, second), ((alone,), (other,)) = found[0].by_span[0], apart[0].by_span
    assert first.words.tolist() == alone.words.tolist()
    assert second.words.tolist() == other.words.tolist()


def test_spans_without_words_or_outside_the_text_have_no_targets() -> None:
    spans = (GivenSpan("1", "X", ((3, 4),)), GivenSpan("2", "X", ((0, 999),)),
             GivenSpan("3", "X", ((3, 4), (0, 3))))
    pair = TextPair("1", HOUSE.source, HOUSE.target, spans)
    [found] = CandidateScoring(Recording()).find([pair])
    assert found.reason is None
    assert [[len(ranked.words) > 0 for ranked in own] for own in found.by_span] == [
        [False], [False], [False, True],
    ]


def test_a_phrase_too_long_for_the_model_is_no_target() -> None:
    scorer = Forgetful("Rom")
    [found] = CandidateScoring(scorer, margin=99.0, kept=99).find([HOUSE])
    assert [4, 5] not in found.by_span[1][0].words.tolist()
    assert [3, 5] in found.by_span[1][0].words.tolist()
    assert np.isfinite(found.by_span[1][0].scores).all()


def test_a_span_too_long_for_the_model_spares_the_others() -> None:
    [found] = CandidateScoring(Forgetful("Rome")).find([HOUSE])
    assert [len(own[0].words) > 0 for own in found.by_span] == [True, False]


def test_nothing_is_asked_where_there_is_nothing_to_find() -> None:
    scorer = Recording()
    empty = pair_of(["Rome"], [], [(0, 1)])
    bare = pair_of(["Rome"], ["Rom"])
    found = CandidateScoring(scorer).find([empty, bare])
    assert [own.reason for own in found] == [None, None]
    assert len(found[0].by_span[0][0].words) == 0 and found[1].by_span == ()
    assert not any(asked for _, asked in scorer.calls)
    assert CandidateScoring(scorer).find([]) == []
