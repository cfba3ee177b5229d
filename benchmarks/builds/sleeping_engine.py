"""A translation engine that sleeps for a chosen time and then returns recorded translations."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_Tokens = Sequence[Sequence[str]]


class Recorder:
    """A wrapper of the real engine that records its answers and the time they took.

    Attributes:
        seconds: spent on translating texts and on scoring phrases.
        asked: number of texts translated and of phrases scored.
    """

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.translations: dict[Any, Any] = {}
        self.scores: dict[Any, Any] = {}
        self._lock = threading.Lock()
        self.reset()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def translate_batch(self, source: _Tokens, **options: Any) -> list[Any]:
        """Translate as CTranslate2 does, and record the results."""
        with self._timed("translate", len(source)):
            results = list(self.engine.translate_batch(source, **options))
        self.translations |= zip(_translated(source, options), results, strict=True)
        return results

    def score_batch(self, source: _Tokens, target: _Tokens, **options: Any) -> list[Any]:
        """Score as CTranslate2 does, and record the results."""
        with self._timed("score", len(source)):
            results = list(self.engine.score_batch(source, target, **options))
        self.scores |= zip(_scored(source, target), results, strict=True)
        return results

    def reset(self) -> None:
        """Set the counters to zero."""
        self.seconds = {"translate": 0.0, "score": 0.0}
        self.asked = {"translate": 0, "score": 0}

    def phrase_share(self) -> float:
        """Return the time to score one phrase as a share of the time to translate one text."""
        if not self.asked["score"]:
            return 0.0
        each = {kind: self.seconds[kind] / self.asked[kind] for kind in self.asked}
        return each["score"] / each["translate"]

    @contextmanager
    def _timed(self, kind: str, asked: int) -> Iterator[None]:
        """Run one call after another, so that none counts the time of another."""
        with self._lock:
            began = time.perf_counter()
            yield
            self.seconds[kind] += time.perf_counter() - began
            self.asked[kind] += asked


class SleepingEngine:
    """An engine that takes ``1 / rate`` seconds per text, one call after another like a device.

    Each phrase takes ``phrase_share`` of this time; without it the real engine scores phrases.

    Attributes:
        slept: seconds slept so far.
    """

    def __init__(self, recorded: Recorder, rate: float, phrase_share: float | None = None) -> None:
        self._recorded = recorded
        self._rate = rate
        self._phrase_share = phrase_share
        self._lock = threading.Lock()
        self.reset()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._recorded.engine, name)

    def translate_batch(self, source: _Tokens, **options: Any) -> list[Any]:
        """Return the recorded translations."""
        self._sleep(len(source) / self._rate)
        return [self._recorded.translations[key] for key in _translated(source, options)]

    def score_batch(self, source: _Tokens, target: _Tokens, **options: Any) -> list[Any]:
        """Return the recorded scores, or new scores of the real engine."""
        if self._phrase_share is None:
            return list(self._recorded.engine.score_batch(source, target, **options))
        self._sleep(len(source) * self._phrase_share / self._rate)
        return [self._recorded.scores[key] for key in _scored(source, target)]

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


def _scored(source: _Tokens, target: _Tokens) -> list[Any]:
    return [(tuple(tokens), tuple(words)) for tokens, words in zip(source, target, strict=True)]
