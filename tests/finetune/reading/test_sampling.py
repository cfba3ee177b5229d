"""The order of training rows."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.finetune.reading.sampling import PairBatches, SampledRows


def _rows(lengths: list[int], langs: int, windows: int = 1) -> SampledRows:
    """``langs`` languages of each group, each of them in ``windows`` rows."""
    per_group = langs * windows
    groups = np.arange(len(lengths)) // per_group
    return SampledRows(np.array(lengths), groups, np.arange(len(lengths)) % langs)


_LENGTHS = st.lists(st.integers(2, 200), min_size=1, max_size=120)


@given(_LENGTHS, st.integers(1, 9), st.integers(0, 3))
def test_all_reads_every_row_once_an_epoch(lengths: list[int], size: int, epoch: int) -> None:
    batches = PairBatches(_rows(lengths, 1), size, 7, "all")
    batches.set_epoch(epoch)
    found = list(batches)
    assert sorted(row for batch in found for row in batch) == list(range(len(lengths)))
    assert len(found) == len(batches)
    assert all(len(batch) == size for batch in found[:-1])


@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 3), st.integers(0, 5))
def test_one_language_reads_all_rows_of_one_language_of_each_group(
    groups: int, langs: int, windows: int, epoch: int
) -> None:
    rows = _rows([5] * (groups * langs * windows), langs, windows)
    batches = PairBatches(rows, 4, 3, "one_language")
    batches.set_epoch(epoch)
    drawn = sorted(row for batch in batches for row in batch)
    assert len(drawn) == len(set(drawn)) == groups * windows
    by_group: dict[int, set[int]] = {}
    for row in drawn:
        by_group.setdefault(int(rows.groups[row]), set()).add(int(rows.langs[row]))
    assert len(by_group) == groups
    assert all(len(own) == 1 for own in by_group.values())


def test_languages_are_drawn_evenly_and_anew_each_epoch() -> None:
    rows = _rows([5] * 3000, 3)
    batches = PairBatches(rows, 10, 1, "one_language")
    counts: Counter[int] = Counter()
    epochs = []
    for epoch in range(3):
        batches.set_epoch(epoch)
        drawn = {row for batch in batches for row in batch}
        counts.update(int(rows.langs[row]) for row in drawn)
        epochs.append(drawn)
    assert epochs[0] != epochs[1] != epochs[2]
    assert all(900 < count < 1100 for count in counts.values())


def test_an_epochs_order_follows_from_seed_and_number_alone() -> None:
    rows = _rows(list(range(2, 202)), 2)
    first, second = (PairBatches(rows, 8, 5, "all") for _ in range(2))
    list(first)
    for batches in (first, second):
        batches.set_epoch(3)
    assert list(first) == list(second)
    second.set_epoch(4)
    assert list(first) != list(second)
    assert list(first) != list(PairBatches(rows, 8, 6, "all"))


def test_batches_hold_rows_of_like_length() -> None:
    lengths = np.random.default_rng(0).integers(5, 200, 4000)
    batches = list(PairBatches(_rows(lengths.tolist(), 1), 32, 1, "all"))
    padded = sum(int(lengths[batch].max()) * len(batch) for batch in batches)
    assert lengths.sum() / padded > 0.95
