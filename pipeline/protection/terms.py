"""Words and phrases of a list that stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.words import UNSPACED

KIND = "terms"
_TOKEN = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])\w)+|[^\w\s]")
_JOINED = re.compile(rf"(?![{UNSPACED}])\w")


class Terms:
    """Finds the terms of a list, the longest first."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Sort the terms by their first word; spaces around a term do not count."""
        self._by_first: dict[str, list[str]] = {}
        for term in {term.strip() for term in terms}:
            first = _TOKEN.match(term)
            if first:
                self._by_first.setdefault(first.group(), []).append(term)
        for terms_of_word in self._by_first.values():
            terms_of_word.sort(key=lambda term: (-len(term), term))

    def find(self, text: str) -> Iterator[Part]:
        """Yield the terms of a text, which are whole words where the script has words."""
        done = 0
        for token in _TOKEN.finditer(text):
            start = token.start()
            if start < done:
                continue
            for term in self._by_first.get(token.group(), ()):
                if text.startswith(term, start) and _ends_word(text, start + len(term)):
                    done = start + len(term)
                    yield Part(start, done, KIND, "name")
                    break


def _ends_word(text: str, end: int) -> bool:
    return not (_JOINED.match(text, end - 1) and _JOINED.match(text, end))
