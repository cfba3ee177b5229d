"""Less at once where a device runs out of memory; the log says so, and what is made then too."""

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
"""Below this fraction of what was wanted it is not the batch that takes the memory."""

_log = logging.getLogger(__name__)
_used: ContextVar[set[BatchSize] | None] = ContextVar("used", default=None)
"""The sizes that models have asked for in the innermost block of :func:`smaller_batches`."""


class Rows(Protocol):
    """A list, an array: anything with a length of which a slice is the same kind of thing."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Self: ...


Batch = TypeVar("Batch", bound=Rows)


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory, of the device or the machine."""
    if isinstance(error, RuntimeError):  # what torch and CTranslate2 raise
        return any(word in str(error).lower() for word in _WORDS)
    return isinstance(error, MemoryError)


@contextmanager
def smaller_batches() -> Iterator[dict[str, dict[str, int]]]:
    """Note which batches had to be smaller than wanted in the models that this block uses.

    Yields:
        What markers say, complete once the block has ended: under ``smaller_batches`` the smallest
        size by what batches are counted in; empty where all had the size that was wanted.
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
    """How much goes through a model at once; less from then on, once it did not fit.

    One for each loaded model; safe to use from several threads.

    Args:
        what: what batches are counted in, and where: ``tokens in the encoder``.
        wanted: to begin with.

    Attributes:
        what: what batches are counted in, and where.
        now: what a batch may have at most.
    """

    def __init__(self, what: str, wanted: int) -> None:
        self.now = self._wanted = wanted
        self.what = what
        self._lock = threading.Lock()

    @property
    def is_smaller(self) -> bool:
        """Whether it is less than what was wanted."""
        return self.now < self._wanted

    def compute(self, call: Callable[[int], R], most: int | None = None) -> R:
        """The result of an engine that is told how large its batches may be.

        Args:
            most: no batch shall be larger.

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
        """What is computed of rows, batch by batch in their order.

        Args:
            cut: makes batches of consecutive rows, none larger than the size it is given unless it
                is one row.

        Raises:
            TransientError: one row alone does not fit, or not even the smallest batch.
        """
        self._note_use()
        done = 0
        while done < len(rows):
            size = self.now
            for batch in cut(rows[done:], size):
                try:
                    found = compute(batch)
                except (RuntimeError, MemoryError) as error:
                    if not out_of_memory(error):
                        raise
                    self._halve(size, error, alone=len(batch) == 1)
                    break
                yield batch, found
                done += len(batch)
            else:
                return
            _empty_cache()

    def _note_use(self) -> None:
        used = _used.get()
        if used is not None:
            used.add(self)

    def _halve(self, size: int, error: Exception, *, alone: bool) -> None:
        """Have less than ``size`` tried from now on, unless what did not fit was one row."""
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
    """Give back what torch keeps of the device, and other engines could use."""
    if "torch" not in sys.modules:
        return
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
