"""Real networks on a device with little memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TORCH = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 0 bytes free."
CTRANSLATE2 = "CUDA failed with error out of memory"


@contextmanager
def little_memory(network: Any, fits: int) -> Iterator[list[int]]:
    """Let a network raise what torch raises when it is given more tokens at once than ``fits``.

    Yields:
        How many tokens it was given each time, padding included.
    """
    import torch

    asked: list[int] = []

    def refuse(_: Any, args: Any, given: dict[str, Any]) -> None:
        asked.append(given["input_ids"].numel())
        if asked[-1] > fits:
            raise torch.OutOfMemoryError(TORCH)

    hook = network.register_forward_pre_hook(refuse, with_kwargs=True)
    try:
        yield asked
    finally:
        hook.remove()


class LittleEngine:
    """A loaded CTranslate2 model that takes so many tokens at once; ``asked`` is what it was told
    to take."""

    def __init__(self, engine: Any, fits: int) -> None:
        self._engine, self._fits = engine, fits
        self.asked: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def translate_batch(self, *texts: Any, max_batch_size: int, **options: Any) -> Any:
        self._take(max_batch_size)
        return self._engine.translate_batch(*texts, max_batch_size=max_batch_size, **options)

    def score_batch(self, *texts: Any, max_batch_size: int, **options: Any) -> Any:
        self._take(max_batch_size)
        return self._engine.score_batch(*texts, max_batch_size=max_batch_size, **options)

    def _take(self, tokens: int) -> None:
        self.asked.append(tokens)
        if tokens > self._fits:
            raise RuntimeError(CTRANSLATE2)
