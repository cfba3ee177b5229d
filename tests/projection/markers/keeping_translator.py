"""A translator that is no model: words from a dictionary, markers kept, lost or moved at will."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crosslabel.projection.errors import InputError
from crosslabel.projection.markers import LETTERS, Markers
from crosslabel.projection.markers.translating import Translated


class KeepingTranslator:
    """Translates English to German word by word.

    Args:
        words: what they become; other words and markers stay as they are.
        edit: what is done to each translation, given the marked source.
        limit: longer texts, in words, are not translated.
    """

    def __init__(
        self,
        words: Mapping[str, str],
        edit: Callable[[str, str], str] = lambda source, made: made,
        markers: Markers = LETTERS,
        limit: int = 100,
    ) -> None:
        self.markers = markers
        self.batches: list[list[str]] = []
        self._words, self._edit, self._limit = words, edit, limit

    def translate(self, texts: Sequence[str], source: str, target: str) -> list[Translated]:
        if (source, target) != ("en", "de"):
            raise InputError(f"does not translate {source}-{target}")
        self.batches.append(list(texts))
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Translated:
        words = text.split()
        if len(words) > self._limit:
            return Translated(None, reason="over-limit: too many words")
        made = " ".join(self._words.get(word, word) for word in words)
        return Translated(self._edit(text, made), -0.5)
