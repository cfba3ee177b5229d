"""Out of memory: the same results from less at once, and an end where nothing fits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosslabel.projection.errors import TransientError
from crosslabel.projection.halving import BatchSize, out_of_memory, smaller_batches
from tests.little_memory import CTRANSLATE2, TORCH


def cut(rows: list[int], size: int) -> Iterator[list[int]]:
    """Rows of so many tokens each in batches of at most ``size`` tokens."""
    while rows:
        count = 1
        while count < len(rows) and sum(rows[:count + 1]) <= size:
            count += 1
        yield rows[:count]
        rows = rows[count:]


def takes(most: int, asked: list[int]) -> Callable[[list[int]], list[int]]:
    """What doubles rows on a device that takes so many tokens."""
    def compute(batch: list[int]) -> list[int]:
        asked.append(sum(batch))
        if sum(batch) > most:
            raise RuntimeError(TORCH)
        return [2 * own for own in batch]

    return compute


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(1, 64), st.integers(9, 64))
def test_smaller_batches_give_what_large_ones_would(
    rows: list[int], size: int, most: int
) -> None:
    found = list(BatchSize("tokens", size).batches(rows, cut, takes(most, [])))
    assert [own for batch, _ in found for own in batch] == rows
    assert [own for _, result in found for own in result] == [2 * own for own in rows]


def test_what_did_not_fit_is_not_tried_again() -> None:
    size, asked = BatchSize("tokens", 64), list[int]()
    compute = takes(20, asked)
    assert len(list(size.batches([4] * 100, cut, compute))) == 25
    assert asked == [64, 32, *[16] * 25]
    list(size.batches([4] * 8, cut, compute))
    assert asked[27:] == [16, 16]
    assert size.is_smaller and size.now == 16


def test_rows_that_are_done_are_not_done_again() -> None:
    asked: list[int] = []
    list(BatchSize("tokens", 18).batches([2] * 8 + [9] * 4, cut, takes(17, asked)))
    assert asked == [16, 18, 9, 9, 9, 9]


def test_one_row_that_does_not_fit_may_fit_later() -> None:
    size = BatchSize("tokens", 64)
    with pytest.raises(TransientError, match=r"tokens: no memory for a single row .* \(CUDA out"):
        list(size.batches([9, 9], cut, takes(8, [])))


def test_other_errors_are_not_tried_again() -> None:
    calls = []

    def compute(batch: list[int]) -> None:
        calls.append(batch)
        raise RuntimeError("device-side assert")

    with pytest.raises(RuntimeError, match="assert"):
        list(BatchSize("tokens", 9).batches([1, 2, 3, 4], cut, compute))
    with pytest.raises(RuntimeError, match="assert"):
        BatchSize("tokens", 9).compute(lambda size: compute([size]))
    assert len(calls) == 2


@given(st.integers(1, 100_000), st.integers(0, 100_000), st.none() | st.integers(1, 10_000))
def test_an_engine_is_told_less_until_it_fits(wanted: int, fits: int, most: int | None) -> None:
    size, used = BatchSize("tokens", wanted), list[int]()

    def call(now: int) -> int:
        used.append(now)
        if now > fits:
            raise RuntimeError(CTRANSLATE2)
        return now

    first = min(wanted, most or wanted)
    try:
        found = size.compute(call, most)
    except TransientError:
        assert used[-1] > fits and used[-1] // 2 < max(1, wanted // 64)
        return
    assert used == [first >> step for step in range(len(used))]
    assert found == used[-1] <= fits
    assert size.now == (wanted if len(used) == 1 else found)
    used.clear()
    assert size.compute(call, most) == found
    assert used == [found]


def test_it_is_said_in_the_log_and_in_what_is_made(caplog: pytest.LogCaptureFixture) -> None:
    with smaller_batches() as noted:
        pass
    assert noted == {}
    with smaller_batches() as noted:
        with caplog.at_level(logging.WARNING):
            list(BatchSize("tokens in a test", 4).batches([1, 1, 1, 1], cut, takes(1, [])))
        assert caplog.messages == [
            "out of memory with batches of 4 tokens in a test; going on with 2",
            "out of memory with batches of 2 tokens in a test; going on with 1",
        ]
        list(BatchSize("tokens in a test", 4).batches([1, 1, 1, 1], cut, takes(2, [])))
    assert noted == {"smaller_batches": {"tokens in a test": 1}}


@pytest.mark.parametrize("said", [
    TORCH, CTRANSLATE2, "CUBLAS_STATUS_ALLOC_FAILED", "mkl_malloc: failed to allocate memory",
    "[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: you tried to "
    "allocate 68719476736 bytes.", "std::bad_alloc", "could not create a primitive",
])
def test_what_libraries_say_when_memory_runs_out(said: str) -> None:
    assert out_of_memory(RuntimeError(said))


def test_what_counts_as_out_of_memory() -> None:
    assert out_of_memory(MemoryError())
    assert not out_of_memory(ValueError("out of memory"))
