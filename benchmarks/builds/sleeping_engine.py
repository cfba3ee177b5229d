"""A translation engine that sleeps for a chosen time and then returns recorded translations."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

_Tokens = Sequence[Sequence[str]]


class Recorder:
    """A wrapper of the real engine that records its translations."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.translations: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def translate_batch(self, source: _Tokens, **options: Any) -> list[Any]:
        """Translate as CTranslate2 does, and record the results."""
        results = list(self.engine.translate_batch(source, **options))
        self.translations |= zip(_translated(source, options), results, strict=True)
        return results


class SleepingEngine:
    """An engine that takes ``1 / rate`` seconds per text, one call after another like a device.

    Attributes:
        slept: seconds slept so far.
    """

    def __init__(self, recorded: Recorder, rate: float) -> None:
        self._recorded = recorded
        self._rate = rate
        self._lock = threading.Lock()
        self.reset()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recorded.engine, name)

    def translate_batch(self, source: _Tokens, **options: Any) -> list[Any]:
        """Return the recorded translations."""
        self._sleep(len(source) / self._rate)
        return [self._recorded.translations[key] for key in _translated(source, options)]

    def reset(self) -> None:
        """Set the counter to zero."""
        self.slept = 0.0

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            time.sleep(seconds)
            self.slept += seconds


def _translated(source: _Tokens, options: dict[str, Any]) -> list[Any]:
    prefixes = options.get("target_prefix") or [[]] * len(source)
    return [(tuple(tokens), tuple(prefix))
            for tokens, prefix in zip(source, prefixes, strict=True)]
