"""The statistical aligner: it learns, the same way every time, and takes any pair."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.interface import TextPair
from crosslabel.projection.links.error_rate import ErrorRate
from crosslabel.projection.links.statistical import TOO_LONG, SelfTaughtAligner, StatisticalAligner
from tests.projection.conftest import sample_rows
from tests.projection.links.statistical_cases import (
    assert_same,
    linked_words,
    pair_of,
    sample_pairs,
    words_of,
)

NUMBERS = [
    ("one dog", "ein Hund"), ("one cat", "eine Katze"), ("two dogs", "zwei Hunde"),
    ("the dog sleeps", "der Hund schläft"), ("the cat sleeps", "die Katze schläft"),
    ("the dog eats", "der Hund frisst"), ("a cat eats", "eine Katze frisst"),
]
WORDS = [(source.split(), target.split()) for source, target in NUMBERS]


@pytest.fixture(scope="module")
def pairs() -> list[TextPair]:
    return sample_pairs("de")


@pytest.fixture(scope="module")
def aligner(pairs: list[TextPair]) -> StatisticalAligner:
    """Trained on the German sample; weak links included."""
    return StatisticalAligner.train(words_of(pairs), 0.01)


def test_words_that_keep_meeting_are_linked() -> None:
    pair = pair_of(["the", "cat", "sleeps"], ["die", "Katze", "schläft"])
    links = StatisticalAligner.train(WORDS).align([pair])[0]
    assert {("cat", "Katze"), ("sleeps", "schläft")} <= linked_words(links, pair)


def test_names_of_the_sample_corpus_are_linked_to_themselves(
    pairs: list[TextPair], aligner: StatisticalAligner
) -> None:
    kept = wanted = 0
    for pair, row, links in zip(pairs, sample_rows("de"), aligner.at(0.5).align(pairs),
                                strict=True):
        names = {pair.source.text[s["start"]:s["end"]] for s in row["source"]["spans"]
                 if s["label"] != "DATE"}
        copied = {word for name in names for word in name.split()
                  if len(word) > 3} & set(pair.target.surface())
        wanted += len(copied)
        kept += len({(word, word) for word in copied} & linked_words(links, pair))
    assert wanted > 80 and kept / wanted > 0.95


def test_error_rate_without_bitext_is_far_from_the_diagonal(crosslabel_data: Path) -> None:
    path = crosslabel_data / "alignment" / "en-cs.czenali.jsonl.gz"
    rows = [row for row in islice(read_pairs(path), 300) if isinstance(row, PairRow)]
    found, diagonal = ErrorRate(), ErrorRate()
    for row, links in zip(rows, SelfTaughtAligner().align([row.pair for row in rows]),
                          strict=True):
        height, width = len(row.pair.source.words), len(row.pair.target.words)
        found.add([(i, j) for i, j in links.pairs.tolist()], row.sure, row.possible)
        diagonal.add([(j * height // width, j) for j in range(width)], row.sure, row.possible)
    assert diagonal.rate > 0.7
    assert found.rate < 0.42


def test_bitext_teaches_what_the_pairs_do_not() -> None:
    pair = pair_of(["dog", "the"], ["der", "Hund"])
    assert ("dog", "Hund") not in linked_words(SelfTaughtAligner().align([pair])[0], pair)
    assert ("dog", "Hund") in linked_words(SelfTaughtAligner(WORDS * 3).align([pair])[0], pair)


def test_neither_order_nor_company_changes_links(
    pairs: list[TextPair], aligner: StatisticalAligner, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = aligner.align(pairs)
    assert_same(aligner.align(pairs[::-1])[::-1], together)
    monkeypatch.setattr("crosslabel.projection.links.statistical._CELLS_PER_BATCH", 300)
    assert_same(aligner.align(pairs), together)


def test_scores_are_the_mean_of_both_directions(
    pairs: list[TextPair], aligner: StatisticalAligner
) -> None:
    for pair, links in zip(pairs, aligner.align(pairs), strict=True):
        assert links.directions is not None
        np.testing.assert_allclose(links.scores, links.directions.mean(axis=1), atol=1e-6)
        assert links.scores.min(initial=1.0) >= 0.01
        by_target = np.zeros(len(pair.target.words))
        np.add.at(by_target, links.pairs[:, 1], links.directions[:, 0])
        assert by_target.max(initial=0.0) <= 1 + 1e-5
        found = [tuple(link) for link in links.pairs.tolist()]
        assert found == sorted(set(found))


def test_a_higher_threshold_keeps_the_surest_links(
    pairs: list[TextPair], aligner: StatisticalAligner
) -> None:
    for few, many in zip(aligner.at(0.5).align(pairs), aligner.align(pairs), strict=True):
        np.testing.assert_array_equal(few.pairs, many.pairs[many.scores >= 0.5])


def test_unseen_words_are_linked_by_their_forms(aligner: StatisticalAligner) -> None:
    pair = pair_of(["Xanthippe", "visited", "Qwertyburg", "."],
                   ["Xanthippe", "besuchte", "Qwertyburg", "."])
    links = aligner.at(0.5).align([pair])[0]
    assert {("Xanthippe", "Xanthippe"), ("Qwertyburg", "Qwertyburg")} <= linked_words(links, pair)


def test_case_makes_no_difference(aligner: StatisticalAligner) -> None:
    plain = pair_of(["the", "river", "in", "berlin"], ["der", "fluss", "in", "berlin"])
    loud = pair_of(["THE", "River", "IN", "Berlin"], ["Der", "FLUSS", "in", "BERLIN"])
    assert_same(aligner.align([plain]), aligner.align([loud]))


@pytest.mark.parametrize("size", [1, 800])
def test_a_long_sentence_is_aligned_up_to_the_limit(aligner: StatisticalAligner, size: int) -> None:
    links = aligner.align([pair_of(["Berlin"] + ["word"] * (size - 1), ["Berlin"])])[0]
    assert links.reason is None and [0, 0] in links.pairs.tolist()


def test_a_longer_one_says_why_not_and_leaves_the_others_alone(
    pairs: list[TextPair], aligner: StatisticalAligner
) -> None:
    long = pair_of(["word"] * 900, ["Wort"] * 3)
    found = aligner.align([pairs[0], long, pairs[1]])
    assert found[1].reason == TOO_LONG and len(found[1].pairs) == len(found[1].scores) == 0
    assert_same([found[0], found[2]], aligner.align(pairs[:2]))


@pytest.mark.parametrize("bitext", [[], [([], ["x"])], [(["a"] * 201, ["b"])]])
def test_without_anything_to_learn_from_there_is_still_an_aligner(
    bitext: list[tuple[list[str], list[str]]], tmp_path: Path
) -> None:
    untaught = StatisticalAligner.train(bitext, 0.01)
    assert untaught.trained_on == 0
    untaught.save(tmp_path / "model")
    pair = pair_of(["Berlin", "is"], ["Berlin", "ist"])
    links = untaught.align([pair])[0]
    assert [0, 0] in links.pairs.tolist()
    assert_same(StatisticalAligner.load(tmp_path / "model", 0.01).align([pair]), [links])


sides = st.lists(st.sampled_from(["the", "Berlin", "中", ".", "́", "x y", "🙂"]), max_size=6)


@given(st.lists(st.tuples(sides, sides), max_size=4))
@settings(max_examples=50)
def test_any_pairs_are_aligned_in_order(texts: list[tuple[list[str], list[str]]]) -> None:
    every = [pair_of(*text) for text in texts]
    for pair, links in zip(every, SelfTaughtAligner().align(every), strict=True):
        shape = (len(pair.source.words), len(pair.target.words))
        assert links.reason is None and np.isfinite(links.scores).all()
        assert (links.pairs >= 0).all() and (links.pairs < shape).all()
