"""Smaller batches when a device runs out of memory, noted in the log and for markers."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, Self, TypeVar

from crosslabel.projection.errors import TransientError, first_line

R = TypeVar("R")

_WORDS = ("out of memory", "alloc_failed", "not enough memory", "can't allocate memory",
          "failed to allocate memory", "bad_alloc",
          "could not create a primitive")  # oneDNN does not say why
_LEAST = 64
"""Below this fraction of the wanted size it is not the batch that takes the memory."""

_log = logging.getLogger(__name__)
_used: ContextVar[set[BatchSize] | None] = ContextVar("used", default=None)
"""The sizes that models have asked for in the innermost block of :func:`smaller_batches`."""


class Rows(Protocol):
    """A list or an array: anything with a length whose slices have the same type."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Self: ...


Batch = TypeVar("Batch", bound=Rows)


def out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that the device or the machine ran out of memory."""
    if isinstance(error, RuntimeError):  # what torch and CTranslate2 raise
        return any(word in str(error).lower() for word in _WORDS)
    return isinstance(error, MemoryError)


@contextmanager
def smaller_batches() -> Iterator[dict[str, dict[str, int]]]:
    """Note which batches had to be smaller than wanted in the models that this block uses.

    Yields:
        The entry for markers, complete when the block has ended: under ``smaller_batches`` the
        smallest size by the unit of the batches; empty if all batches had the wanted size.
    """
    used: set[BatchSize] = set()
    noted: dict[str, dict[str, int]] = {}
    token = _used.set(used)
    try:
        yield noted
    finally:
        _used.reset(token)
    sizes: dict[str, int] = {}
    for size in used:
        if size.is_smaller:
            sizes[size.what] = min(size.now, sizes.get(size.what, size.now))
    if sizes:
        noted["smaller_batches"] = dict(sorted(sizes.items()))


class BatchSize:
    """The size of the batches of a loaded model, halved whenever a batch does not fit.

    Each loaded model has one; it is safe to use from several threads.

    Args:
        what: the unit of the size, and the place: ``tokens in the encoder``.
        wanted: the size to begin with.

    Attributes:
        what: the unit of the size, and the place.
        now: the largest size of a batch.
    """

    def __init__(self, what: str, wanted: int) -> None:
        self.now = self._wanted = wanted
        self.what = what
        self._lock = threading.Lock()

    @property
    def is_smaller(self) -> bool:
        """Whether the size is smaller than the wanted one."""
        return self.now < self._wanted

    def compute(self, call: Callable[[int], R], most: int | None = None) -> R:
        """Return the result of an engine that is told how large its batches may be.

        Args:
            most: the largest size of a batch, even if ``now`` is larger.

        Raises:
            TransientError: not even the smallest batches fit.
        """
        self._note_use()
        while True:
            size = min(self.now, most or self.now)
            try:
                return call(size)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                self._halve(size, error, alone=False)
            _empty_cache()

    def batches(
        self, rows: Batch, cut: Callable[[Batch, int], Iterable[Batch]],
        compute: Callable[[Batch], R],
    ) -> Iterator[tuple[Batch, R]]:
        """Yield batches of rows in their order, each with the result computed of it.

        Args:
            cut: makes batches of consecutive rows, none larger than the given size unless it is a
                single row.

        Raises:
            TransientError: a single row does not fit, or not even the smallest batch.
        """
        self._note_use()
        done = 0
        while done < len(rows):
            size = self.now
            for batch in cut(rows[done:], size):
                try:
                    result = compute(batch)
                except (RuntimeError, MemoryError) as error:
                    if not out_of_memory(error):
                        raise
                    self._halve(size, error, alone=len(batch) == 1)
                    break
                yield batch, result
                done += len(batch)
            else:
                return
            _empty_cache()

    def _note_use(self) -> None:
        used = _used.get()
        if used is not None:
            used.add(self)

    def _halve(self, size: int, error: Exception, *, alone: bool) -> None:
        """Halve the size from now on, or fail if a single row or the smallest batch did not fit."""
        if alone or size // 2 < max(1, self._wanted // _LEAST):
            what = "a single row" if alone else f"{size}"
            raise TransientError(f"{self.what}: no memory for {what} at once "
                                 f"({first_line(error)}); free some and run it again") from error
        with self._lock:
            if self.now >= size:  # else another thread has done it
                self.now = size // 2
                _log.warning("out of memory with batches of %d %s; going on with %d",
                             size, self.what, self.now)


def _empty_cache() -> None:
    """Release device memory that torch keeps and that other engines could use."""
    if "torch" not in sys.modules:
        return
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
