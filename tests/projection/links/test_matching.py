"""Matching against a plain cell-by-cell reading of the paper."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crosslabel.projection.links.matching import match, word_links

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
    for pair, row, column, score in zip(*(part.tolist() for part in found), strict=True):
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
