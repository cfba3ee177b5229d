"""A translation engine that sleeps: it gives what the real one gave, after a chosen time."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any


class Recorder:
    """The real engine, whose translations are remembered by source tokens."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.known: dict[tuple[tuple[str, ...], tuple[str, ...]], SimpleNamespace] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def translate_batch(self, source: Sequence[Sequence[str]], **options: Any) -> list[Any]:
        """As CTranslate2's."""
        found = self.engine.translate_batch(source, **options)
        prefixes = options.get("target_prefix") or [[]] * len(source)
        for tokens, prefix, own in zip(source, prefixes, found, strict=True):
            self.known[tuple(tokens), tuple(prefix)] = SimpleNamespace(
                hypotheses=own.hypotheses, scores=own.scores
            )
        return list(found)


class SleepingEngine:
    """Takes ``1 / rate`` seconds for each text, one call after the other as a device does.

    Everything else, such as scoring, is left to the real engine.
    """

    def __init__(self, recorded: Recorder, rate: float) -> None:
        self._recorded = recorded
        self._rate = rate
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recorded.engine, name)

    def translate_batch(self, source: Sequence[Sequence[str]], **options: Any) -> list[Any]:
        """The recorded translations."""
        prefixes = options.get("target_prefix") or [[]] * len(source)
        with self._lock:
            time.sleep(len(source) / self._rate)
        return [self._recorded.known[tuple(tokens), tuple(prefix)]
                for tokens, prefix in zip(source, prefixes, strict=True)]
