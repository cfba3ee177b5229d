"""The role of a quotation mark, opening or closing, by the marks and words around it."""

from __future__ import annotations

from collections.abc import Sequence

from crosslabel.pipeline.text.detokenize.sticks import Sticks

# Marks of one family open and close each other, whatever their shape: texts mix them.
_FAMILIES = {
    **dict.fromkeys(('"', "“", "”", "„", "‟", "``", "''", "＂"), "double"),
    **dict.fromkeys(("'", "‘", "’", "‚", "`", "´"), "single"),
    **dict.fromkeys(("«", "»"), "guillemets"),
    **dict.fromkeys(("‹", "›"), "single guillemets"),
}
_ALWAYS_OPENS = frozenset({"„", "‚", "``"})
_USUALLY_OPENS = frozenset({"“", "‘", "«", "‹", "`"})
_USUALLY_CLOSES = frozenset({"”", "’", "»", "›", "''", "´"})
_POINTING_INWARD = frozenset({"da", "de", "hr", "hu", "sk", "sl"})
_NORDIC = frozenset({"fi", "sv"})


def is_quote(word: str) -> bool:
    """Return whether a word is a quotation mark (or an apostrophe that stands alone)."""
    return word in _FAMILIES


class QuoteReader:
    """A tracker of the open quotations of one sentence; ask for its marks from left to right."""

    def __init__(self, words: Sequence[str], language: str) -> None:
        self._words = words
        self._language = language
        self._open: dict[str, bool] = {}
        self._last = {_FAMILIES[word]: here for here, word in enumerate(words) if is_quote(word)}

    def role(self, here: int) -> Sticks:
        """Return the sides to which the mark at position ``here`` sticks."""
        word = self._words[here]
        family = _FAMILIES[word]
        if family == "single" and self._is_apostrophe(here):
            return Sticks.LEFT
        opens = self._opens(here, word, family)
        self._open[family] = opens
        if family == "guillemets" and self._language == "fr":
            return Sticks.NONE
        return Sticks.RIGHT if opens else Sticks.LEFT

    def _opens(self, here: int, word: str, family: str) -> bool:
        if word in _ALWAYS_OPENS:
            return True
        if self._open.get(family):
            return False
        if word in _USUALLY_OPENS:
            return True
        if word in _USUALLY_CLOSES:
            return self._closing_mark_opens(here, family)
        return self._has_partner(here, family) or self._seems_to_open(here)

    def _closing_mark_opens(self, here: int, family: str) -> bool:
        inward = self._language in _POINTING_INWARD and "guillemets" in family
        return (inward or self._language in _NORDIC) and self._has_partner(here, family)

    def _has_partner(self, here: int, family: str) -> bool:
        return self._last[family] > here

    def _seems_to_open(self, here: int) -> bool:
        """Return whether a mark opens if its partner is in another sentence."""
        if here == 0 or here + 1 == len(self._words):
            return here == 0
        before, after = self._words[here - 1], self._words[here + 1]
        return before[-1] not in ".?!" and after[:1].isupper()

    def _is_apostrophe(self, here: int) -> bool:
        """Return whether a mark is an apostrophe, as in the possessive ``the Jones' house``.

        No single quotation is open, and the word before ends in s or z or no mark closes later.
        """
        word, before = self._words[here], self._words[here - 1] if here else ""
        if word not in ("'", "’") or self._open.get("single") or self._language != "en":
            return False
        return before[-1:] in ("s", "S", "z") or not self._has_partner(here, "single")
