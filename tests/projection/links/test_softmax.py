"""Links by softmax against plain arithmetic over every cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crosslabel.projection.errors import InputError, TransientError
from crosslabel.projection.interface import Encoded
from crosslabel.projection.links import softmax
from crosslabel.projection.links.sides import EncodedSide
from crosslabel.projection.links.softmax import Softmax, softmax_links

DIM = 3


def states(longest: int = 7) -> st.SearchStrategy[tuple[np.ndarray, np.ndarray]]:
    """The states of the sub-words of a sentence, and the words that each covers."""
    steps = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 3)), max_size=longest)
    return steps.flatmap(lambda steps: st.tuples(
        arrays(np.float32, (len(steps), DIM), elements=st.floats(-1, 1, width=16)),
        st.just(ranges(steps)),
    ))


def ranges(steps: list[tuple[int, int]]) -> np.ndarray:
    """Of sub-words that go on within the word before or begin after it, with so many words each."""
    found: list[tuple[int, int]] = []
    for new, count in steps:
        first, end = found[-1] if found else (0, 0)
        found.append((end, end + count) if new or not found else (max(first, end - 1), end))
    return np.array(found, np.int32).reshape(-1, 2)


def side(sentences: list[tuple[np.ndarray, np.ndarray]]) -> EncodedSide:
    """Sentences after another, each the side of one pair."""
    vectors, words = zip(*sentences, strict=True)
    starts = np.cumsum([0, *map(len, words)], dtype=np.int64)
    encoded = Encoded(np.concatenate(vectors), np.concatenate(words), starts)
    return EncodedSide(encoded, np.arange(len(sentences)))


def probabilities(logits: np.ndarray, axis: int) -> np.ndarray:
    weight = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return weight / weight.sum(axis=axis, keepdims=True)


def cells(left: np.ndarray, right: np.ndarray, options: Softmax) -> list[np.ndarray]:
    """Both probabilities of every sub-word pair: of the target's, and of the source's."""
    a, b = left.astype(float), right.astype(float)
    if options.similarity == "cosine":
        a, b = (v / np.maximum(np.linalg.norm(v, axis=1, keepdims=True), 1e-12) for v in (a, b))
    height, width = len(a), len(b)
    apart = [[abs((i + 0.5) / height - (j + 0.5) / width) for j in range(width)]
             for i in range(height)]
    logits = a @ b.T / options.temperature
    logits -= options.distance * max(height, width) * np.array(apart)
    return [probabilities(logits, axis) for axis in (1, 0)]


@settings(max_examples=300)
@given(
    st.lists(st.tuples(states(), states()), min_size=1, max_size=4),
    st.sampled_from([0.05, 0.3, 1.0]), st.sampled_from([0.0, 0.01, 0.3]),
    st.sampled_from(["cosine", "dot"]), st.sampled_from([0.0, 0.06, 1.0]),
)
def test_links_are_the_cells_above_the_threshold(
    pairs: list, temperature: float, threshold: float, similarity: str, distance: float
) -> None:
    options = Softmax(temperature, threshold, similarity, distance)
    found = softmax_links(side([a for a, _ in pairs]), side([b for _, b in pairs]), options)
    for links, ((left, left_words), (right, right_words)) in zip(found, pairs, strict=True):
        if not len(left) or not len(right):
            assert links.pairs.shape == (0, 2) and links.reason is None
            continue
        forward, backward = cells(left, right, options)
        both = np.minimum(forward, backward)
        assume(not np.isclose(both, threshold, rtol=1e-3, atol=1e-30).any())
        best: dict[tuple[int, int], list[float]] = {}
        for i, j in np.argwhere(both > threshold).tolist():
            score = float(np.sqrt(forward[i, j] * backward[i, j]))
            for word in range(*left_words[i]):
                for other in range(*right_words[j]):
                    best.setdefault((word, other), []).append(score)
        assert list(map(tuple, links.pairs.tolist())) == sorted(best)
        for link, score, both in zip(sorted(best), links.scores, links.directions, strict=True):
            assert score == pytest.approx(max(best[link]), rel=1e-3)
            assert np.sqrt(both[0] * both[1]) == pytest.approx(score, rel=1e-3)


def test_directions_are_of_the_source_and_of_the_target_word() -> None:
    source = np.array([[1, 0, 0]], np.float32), np.array([[0, 1]], np.int32)
    target = np.array([[1, 0, 0], [0.8, 0.6, 0]], np.float32), np.array([[0, 1], [1, 2]], np.int32)
    [links] = softmax_links(side([source]), side([target]), Softmax(1.0, 0.0, distance=0.0))
    share = 1 / (1 + np.exp(-0.2))
    np.testing.assert_allclose(links.directions, [[1, share], [1, 1 - share]], rtol=1e-5)


@pytest.mark.parametrize(("values", "message"), [
    ({"temperature": 0.0}, "temperature must be above 0"),
    ({"threshold": 1.0}, "threshold must be at least 0 and below 1"),
    ({"threshold": float("nan")}, "threshold must be at least 0 and below 1"),
    ({"distance": -0.1}, "distance must be at least 0"),
    ({"similarity": "angle"}, "give cosine or dot"),
])
def test_softmax_options_that_make_no_sense_are_refused(values: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Softmax(**values)


def test_occurrences_of_a_word_are_told_apart_by_their_places() -> None:
    same = np.tile(np.array([[1, 0, 0]], np.float32), (40, 1))
    places = np.arange(40, dtype=np.int32)
    one = same, np.stack([places, places + 1], axis=1)
    [links] = softmax_links(side([one]), side([one]), Softmax(threshold=0.0))
    best = {int(i): int(j) for _, i, j in sorted(
        (score, *pair) for score, pair in zip(links.scores, links.pairs.tolist(), strict=True))}
    assert best == {n: n for n in range(40)}


def test_a_pair_beyond_the_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise MemoryError("Allocation failed (probably too large).")

    monkeypatch.setattr(softmax, "_linked", full)
    one = side([(np.ones((2, DIM), np.float32), np.array([[0, 1], [0, 1]], np.int32))])
    with pytest.raises(TransientError, match="no memory to align a pair of 4 pairs of sub-words"):
        softmax_links(one, one, Softmax())
