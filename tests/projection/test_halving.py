"""Out of memory: the same results from less at once, and an end where nothing fits."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projection.halving import BatchTokens, halved, out_of_memory


def fits(most: int) -> object:
    def compute(batch: Sequence[int]) -> list[int]:
        if len(batch) > most:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return [2 * own for own in batch]

    return compute


@given(st.lists(st.integers(), min_size=1, max_size=40), st.integers(1, 50))
def test_halves_give_what_the_whole_would(batch: list[int], most: int) -> None:
    found = list(halved(fits(most), batch))  # type: ignore[arg-type]
    assert [own for part, _ in found for own in part] == batch
    assert [own for _, result in found for own in result] == [2 * own for own in batch]
    assert all(len(part) <= most for part, _ in found)
    assert len(batch) > most or len(found) == 1


def test_one_item_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        list(halved(fits(0), [1, 2]))  # type: ignore[arg-type]


def test_other_errors_are_not_tried_again() -> None:
    calls = []

    def compute(batch: Sequence[int]) -> None:
        calls.append(batch)
        raise RuntimeError("device-side assert")

    with pytest.raises(RuntimeError, match="assert"):
        list(halved(compute, [1, 2, 3, 4]))
    assert len(calls) == 1


@given(st.integers(128, 100_000), st.integers(1, 100_000))
def test_batches_are_halved_until_they_fit_and_stay_so(tokens: int, most: int) -> None:
    size = BatchTokens(tokens)
    used = []

    def call(now: int) -> int:
        used.append(now)
        if now > most:
            raise RuntimeError("CUDA failed with error out of memory")
        return now

    try:
        found = size.compute(call)
    except RuntimeError:
        assert used[-1] > most and used[-1] // 2 < 128
        return
    assert found == size.tokens <= most
    assert used == [tokens >> step for step in range(len(used))]
    assert size.compute(call) == found
    assert size.wanted == tokens


def test_halving_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        list(halved(fits(1), [1, 2]))  # type: ignore[arg-type]
    assert caplog.messages == ["out of memory with a batch of 2; going on with halves of it"]


def test_what_counts_as_out_of_memory() -> None:
    assert out_of_memory(MemoryError())
    assert out_of_memory(RuntimeError("CUBLAS_STATUS_ALLOC_FAILED"))
    assert not out_of_memory(ValueError("out of memory"))
