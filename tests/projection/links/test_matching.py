"""Matching against a plain cell-by-cell reading of the paper."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crosslabel.projection.errors import InputError
from crosslabel.projection.links.matching import Softmax, match, match_softmax, word_links

# Few distinct values, so that ties and zeros are common; all are exact in both precisions.
values = st.sampled_from([0.0, 0.125, 0.25, 0.5, 0.75, 1.0])
matrices = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=values)
)


def first_best(values: list[float]) -> int:
    return max(range(len(values)), key=lambda k: (values[k], -k))


def mutual(weight: list[list[float]]) -> set[tuple[int, int]]:
    found = set()
    for i, row in enumerate(weight):
        j = first_best(row)
        if first_best([other[j] for other in weight]) == i:
            found.add((i, j))
    return found


def itermax(matrix: list[list[float]]) -> set[tuple[int, int]]:
    links = mutual(matrix)
    rows, columns = {i for i, _ in links}, {j for _, j in links}
    height, width = len(matrix), len(matrix[0])
    if min(height, width) <= 2 or len(rows) == height or len(columns) == width:
        return links
    weight = [
        [cell * (0.0 if i in rows and j in columns else 0.9 if i in rows or j in columns else 1.0)
         for j, cell in enumerate(row)]
        for i, row in enumerate(matrix)
    ]
    return links | {(i, j) for i, j in mutual(weight) if i not in rows or j not in columns}


def padded(matrices: list[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """One batch whose padding would win if it were looked at, and the true sizes."""
    height, width = (max(m.shape[axis] for m in matrices) for axis in (0, 1))
    batch = torch.full((len(matrices), height, width), 2.0)
    for k, matrix in enumerate(matrices):
        batch[k, : matrix.shape[0], : matrix.shape[1]] = torch.from_numpy(matrix)
    rows, columns = (torch.tensor([m.shape[axis] for m in matrices]) for axis in (0, 1))
    return batch, rows, columns


def batched(matrices: list[np.ndarray], method: str) -> list[set[tuple[int, int]]]:
    found = match(*padded(matrices), method)
    links: list[set[tuple[int, int]]] = [set() for _ in matrices]
    for pair, row, column, score in zip(*(part.tolist() for part in found[:4]), strict=True):
        assert score == matrices[pair][row, column]
        assert (row, column) not in links[pair]
        links[pair].add((row, column))
    return links


@settings(max_examples=300)
@given(st.lists(matrices, min_size=1, max_size=5))
def test_match_inter_equals_brute_force(batch: list[np.ndarray]) -> None:
    assert batched(batch, "inter") == [mutual(matrix.tolist()) for matrix in batch]


@settings(max_examples=300)
@given(st.lists(matrices, min_size=1, max_size=5))
def test_match_itermax_equals_brute_force(batch: list[np.ndarray]) -> None:
    # float32 of 0.9 * cell keeps the order of cells because all cells are multiples of 1/8
    assert batched(batch, "itermax") == [itermax(matrix.tolist()) for matrix in batch]


@settings(max_examples=100)
@given(matrices)
def test_match_itermax_equals_simalign(matrix: np.ndarray) -> None:
    from simalign import SentenceAligner

    cells = np.argwhere(SentenceAligner.iter_max(matrix.astype(float)) > 0)
    assert batched([matrix], "itermax") == [set(map(tuple, cells.tolist()))]


similarities = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=st.floats(-1, 1, width=32))
)


def probabilities(matrix: np.ndarray, options: Softmax, axis: int) -> np.ndarray:
    weight = np.exp(matrix.astype(float) / options.temperature)
    return weight / weight.sum(axis=axis, keepdims=True)


@settings(max_examples=300)
@given(
    st.lists(similarities, min_size=1, max_size=5), st.sampled_from([0.05, 0.3, 1.0]),
    st.sampled_from([0.0, 0.01, 0.3]),
)
def test_match_softmax_equals_brute_force(
    batch: list[np.ndarray], temperature: float, threshold: float
) -> None:
    options = Softmax(temperature, threshold)
    found: list[dict[tuple[int, int], float]] = [{} for _ in batch]
    matches = match_softmax(*padded(batch), options)
    for pair, row, column, score in zip(*(part.tolist() for part in matches[:4]), strict=True):
        found[pair][row, column] = score
    for own, matrix in zip(found, batch, strict=True):
        forward, backward = (probabilities(matrix, options, axis) for axis in (1, 0))
        both = np.minimum(forward, backward)
        assume(not np.isclose(both, threshold, rtol=1e-4, atol=0).any())
        assert own.keys() == set(map(tuple, np.argwhere(both > threshold).tolist()))
        for cell, score in own.items():
            assert score == pytest.approx(np.sqrt(forward[cell] * backward[cell]), rel=1e-3)


@pytest.mark.parametrize(("values", "message"), [
    ({"temperature": 0.0}, "temperature must be above 0"),
    ({"threshold": 1.0}, "threshold must be at least 0 and below 1"),
    ({"threshold": float("nan")}, "threshold must be at least 0 and below 1"),
    ({"similarity": "angle"}, "give cosine or dot"),
])
def test_softmax_options_that_make_no_sense_are_refused(values: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Softmax(**values)


def test_word_links_are_unique_and_keep_the_best_score() -> None:
    links = word_links(
        pair=np.array([2, 0, 0, 0]),
        source=np.array([1, 3, 0, 0], np.int32),
        target=np.array([1, 3, 2, 2], np.int32),
        score=np.array([0.5, 0.25, 0.125, 0.75], np.float32),
        count=4,
    )
    assert [own.pairs.tolist() for own in links] == [[[0, 2], [3, 3]], [], [[1, 1]], []]
    assert links[0].scores.tolist() == [0.75, 0.25]


def test_word_links_of_no_matches_are_empty() -> None:
    nothing = np.empty(0, np.int32)
    links = word_links(nothing, nothing, nothing, np.empty(0, np.float32), count=2)
    assert [own.pairs.shape for own in links] == [(0, 2), (0, 2)]
