"""Runs of target words, and the prior that ranks them, against loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.interface import GivenSpan, Side, TextPair
from crosslabel.projection.joint.units import FragmentUnit
from crosslabel.projection.links.likeness import romanised
from crosslabel.projection.spans.lexicon import word_kinds
from crosslabel.projection.targets.ngram_prior import (
    WEIGHTS,
    all_runs,
    likeliest,
    log_prior,
    prior_features,
    wanted,
)
from crosslabel.projection.targets.ngrams import blocks, every_ngram, longest
from crosslabel.projection.words import side_from_tokens, word_ranges

WORDS = st.lists(
    st.sampled_from(["the", "of", "der", "Berlin", "берлин", "1998", "19", ".", "«", "中", "国",
                     "x", "U.N.", "Bank", "🙂"]),
    max_size=7,
)


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[TextPair], list[FragmentUnit]]:
    pairs, units = [], []
    for number in range(draw(st.integers(0, 4))):
        source = side_from_tokens(draw(WORDS.filter(bool)), "en")
        target = side_from_tokens(draw(WORDS), draw(st.sampled_from(["de", "zh", "xx"])))
        pairs.append(TextPair(str(number), source, target, ()))
        for _ in range(draw(st.integers(0, 3))):
            first = draw(st.integers(0, len(source.words) - 1))
            end = draw(st.integers(first + 1, len(source.words)))
            units.append(FragmentUnit(number, 0, first, end))
    return pairs, units


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 12)), max_size=5))
def test_every_run_is_there_once(sizes: list[tuple[int, int]]) -> None:
    runs = every_ngram([words for words, _ in sizes], [limit for _, limit in sizes])
    assert list(zip(runs.unit.tolist(), runs.first.tolist(), runs.end.tolist(), strict=True)) == [
        (unit, first, end)
        for unit, (words, limit) in enumerate(sizes)
        for first in range(words) for end in range(first + 1, words + 1) if end - first <= limit
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 12)), max_size=8), st.integers(1, 60))
def test_blocks_cover_the_units_in_order(sizes: list[tuple[int, int]], most: int) -> None:
    found = list(blocks([words for words, _ in sizes], [limit for _, limit in sizes], most))
    assert [number for block in found for number in block] == list(range(len(sizes)))
    assert all(block for block in found)
    for block in found:
        assert sum(sizes[n][0] * sizes[n][1] for n in list(block)[1:]) < most


def test_runs_may_be_longer_where_words_are_written_without_spaces() -> None:
    unit = FragmentUnit(0, 0, 2, 5)
    assert (longest(unit, "de"), longest(unit, "zh-Hant")) == (10, 20)


def distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            previous, row[j] = row[j], min(previous + (left != right), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def written(side: Side, first: int, end: int) -> str:
    return "".join(romanised(word) for word in side.surface()[first:end])


def end_facts(side: Side, word: int) -> tuple[bool, bool, str]:
    kinds, letter = word_kinds(side), side.surface()[word][0]
    case = "upper" if letter.isupper() else "lower" if letter.islower() else ""
    return kinds.mark[word], kinds.function[word], case


def compared(pair: TextPair, unit: FragmentUnit, first: int, end: int) -> list[float]:
    """The features of one run, said in words."""
    ours, theirs = (written(pair.source, unit.first, unit.end), written(pair.target, first, end))
    words = math.log((end - first + 0.5) / (unit.length + 0.5))
    letters = math.log((len(theirs) + 2) / (len(ours) + 2))
    longer = max(len(ours), len(theirs))
    alike = 1 - distance(ours, theirs) / longer if longer else 1.0
    ends = [(end_facts(pair.target, a), end_facts(pair.source, b))
            for a, b in ((first, unit.first), (end - 1, unit.end - 1))]
    digits = ["".join(c for c in text if c.isdigit()) for text in (ours, theirs)]
    place = ((first + end) / 2 / len(pair.target.words)
             - (unit.first + unit.end) / 2 / len(pair.source.words))
    return [
        words, words**2, letters, letters**2, alike,
        sum(a[0] and not b[0] for a, b in ends), sum(a[1] and not b[1] for a, b in ends),
        sum({a[2], b[2]} == {"upper", "lower"} for a, b in ends), digits[0] != digits[1],
        abs(place),
    ]


@given(asked())
def test_features_of_the_prior_are_those_of_a_loop(
    texts: tuple[list[TextPair], list[FragmentUnit]],
) -> None:
    pairs, units = texts
    own = wanted(pairs, units)
    runs = all_runs(own)
    features = prior_features(own, runs)
    assert features.shape == (len(runs), len(WEIGHTS))
    for row, number, first, end in zip(features, runs.unit, runs.first, runs.end, strict=True):
        unit = units[number]
        expected = compared(pairs[unit.pair], unit, int(first), int(end))
        np.testing.assert_allclose(row, np.array(expected, float), atol=1e-9)


@given(asked(), st.integers(1, 12), st.floats(0.0, 9.0))
def test_the_likeliest_runs_are_kept_best_first(
    texts: tuple[list[TextPair], list[FragmentUnit]], kept: int, margin: float
) -> None:
    pairs, units = texts
    own = wanted(pairs, units)
    runs, scores = likeliest(own, kept, margin)
    every = all_runs(own)
    prior = log_prior(own, every)
    for number in range(len(units)):
        ranked = sorted(prior[every.unit == number].round(6).tolist(), reverse=True)
        if ranked:
            assert math.isclose(np.exp(prior[every.unit == number]).sum(), 1.0, abs_tol=1e-9)
        expected = [score for score in ranked[:kept] if score >= ranked[0] - margin]
        np.testing.assert_allclose(scores[runs.unit == number], expected, atol=2e-6)
    assert runs.unit.tolist() == sorted(runs.unit.tolist())


@given(asked())
def test_a_unit_has_the_same_runs_alone_and_among_others(
    texts: tuple[list[TextPair], list[FragmentUnit]],
) -> None:
    pairs, units = texts
    runs, scores = likeliest(wanted(pairs, units), 10, 7.0)
    for number, unit in enumerate(units):
        alone, own = likeliest(wanted(pairs, [unit]), 10, 7.0)
        among = runs.unit == number
        assert alone.first.tolist() == runs.first[among].tolist()
        assert alone.end.tolist() == runs.end[among].tolist()
        np.testing.assert_allclose(own, scores[among], atol=1e-9)


def best(source: str, span: str, target: str, lang: str) -> str:
    """The likeliest run for a phrase of a text."""
    sides = [Side(text, word_ranges(text, code), code)
             for text, code in ((source, "en"), (target, lang))]
    start = source.index(span)
    given = GivenSpan("1", "X", ((start, start + len(span)),))
    words = [n for n, (a, b) in enumerate(sides[0].words) if a >= start and b <= start + len(span)]
    pair = TextPair("1", sides[0], sides[1], (given,))
    runs, _ = likeliest(wanted([pair], [FragmentUnit(0, 0, words[0], words[-1] + 1)]), 1, 0.0)
    first, end = sides[1].words[int(runs.first[0])], sides[1].words[int(runs.end[0]) - 1]
    return target[first[0]:end[1]]


@pytest.mark.parametrize(("span", "target", "lang", "expected"), [
    ("Anna Weber", "In Rom traf ich Anna Weber.", "de", "Anna Weber"),
    ("Rome", "Я встретил Анну Вебер в Риме.", "ru", "Риме"),
    ("1998", "1998年我在罗马遇见了安娜。", "zh", "1998"),
    ("March 3, 1998", "Am 3. März 1998 traf ich Anna Weber in Rom.", "de", "3. März 1998"),
])
def test_names_and_numbers_are_found_by_their_letters(
    span: str, target: str, lang: str, expected: str
) -> None:
    assert best("On March 3, 1998 I met Anna Weber in Rome.", span, target, lang) == expected
