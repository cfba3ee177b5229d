"""Less at once where a device runs out of memory, and a word about it in the log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

R = TypeVar("R")
Item = TypeVar("Item")

_WORDS = ("out of memory", "alloc_failed", "not enough memory", "can't allocate memory")

_log = logging.getLogger(__name__)


def out_of_memory(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory, of the device or the machine."""
    if isinstance(error, RuntimeError):  # what torch and CTranslate2 raise
        return any(word in str(error).lower() for word in _WORDS)
    return isinstance(error, MemoryError)


def halved(compute: Callable[[Sequence[Item]], R], batch: Sequence[Item]) -> Iterator[
        tuple[Sequence[Item], R]]:
    """What is computed of a batch; of its halves, and theirs, where the whole does not fit.

    Raises:
        RuntimeError, MemoryError: one item alone does not fit.
    """
    try:
        whole = compute(batch)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error) or len(batch) == 1:
            raise
        _log.warning("out of memory with a batch of %d; going on with halves of it", len(batch))
    else:
        yield batch, whole
        return
    _empty_cache()
    middle = len(batch) // 2
    yield from halved(compute, batch[:middle])
    yield from halved(compute, batch[middle:])


class BatchTokens:
    """Tokens of a batch of an engine that cuts batches by itself; fewer once they did not fit.

    Args:
        tokens: to begin with.
        least: below this nothing is halved any more.
    """

    def __init__(self, tokens: int, least: int = 128) -> None:
        self.wanted = tokens
        self.tokens = tokens
        self._least = least
        self._lock = threading.Lock()

    def compute(self, call: Callable[[int], R]) -> R:
        """The result of ``call`` for as many tokens as fit.

        Raises:
            RuntimeError, MemoryError: not even the fewest do.
        """
        while True:
            tokens = self.tokens
            try:
                return call(tokens)
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error) or tokens // 2 < self._least:
                    raise
                self._halve(tokens)

    def _halve(self, tokens: int) -> None:
        with self._lock:
            if self.tokens == tokens:  # else another thread has done it
                self.tokens = tokens // 2
                _log.warning("out of memory with batches of %d tokens; going on with %d",
                             tokens, self.tokens)


def _empty_cache() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
