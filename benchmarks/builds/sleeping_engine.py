"""A translation engine that sleeps: it gives what the real one gave, after a chosen time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_Tokens = Sequence[Sequence[str]]


class Recorder:
    """The real engine, whose answers are remembered, and how long it took for them.

    Attributes:
        seconds, asked: spent on translating texts and on scoring phrases, and how many there were.
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
        """As CTranslate2's."""
        with self._timed("translate", len(source)):
            found = list(self.engine.translate_batch(source, **options))
        self.translations |= zip(_translated(source, options), found, strict=True)
        return found

    def score_batch(self, source: _Tokens, target: _Tokens, **options: Any) -> list[Any]:
        """As CTranslate2's."""
        with self._timed("score", len(source)):
            found = list(self.engine.score_batch(source, target, **options))
        self.scores |= zip(_scored(source, target), found, strict=True)
        return found

    def reset(self) -> None:
        """Count from here on."""
        self.seconds = {"translate": 0.0, "score": 0.0}
        self.asked = {"translate": 0, "score": 0}

    def phrase_share(self) -> float:
        """What scoring one phrase takes, as a share of translating one text."""
        if not self.asked["score"]:
            return 0.0
        each = {what: self.seconds[what] / self.asked[what] for what in self.asked}
        return each["score"] / each["translate"]

    @contextmanager
    def _timed(self, what: str, asked: int) -> Iterator[None]:
        """One call after the other, so that none counts the time of another."""
        with self._lock:
            began = time.perf_counter()
            yield
            self.seconds[what] += time.perf_counter() - began
            self.asked[what] += asked


class SleepingEngine:
    """Takes ``1 / rate`` seconds for each text, one call after the other as a device does.

    Phrases take ``phrase_share`` of that each; without it the real engine scores them.

    Attributes:
        slept: seconds so far.
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
        """The recorded translations."""
        self._sleep(len(source) / self._rate)
        return [self._recorded.translations[key] for key in _translated(source, options)]

    def score_batch(self, source: _Tokens, target: _Tokens, **options: Any) -> list[Any]:
        """The recorded scores, or new ones of the real engine."""
        if self._phrase_share is None:
            return list(self._recorded.engine.score_batch(source, target, **options))
        self._sleep(len(source) * self._phrase_share / self._rate)
        return [self._recorded.scores[key] for key in _scored(source, target)]

    def reset(self) -> None:
        """Count from here on."""
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
