"""The kinds of the words of a text: punctuation marks, function words and content words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from crosslabel.projection.interface import Side
from crosslabel.projection.scripts import primary_subtag

# In these languages a word is a single character here, and most characters occur in many words.
_CHARACTERS_AS_WORDS = frozenset({"zh", "yue", "wuu"})


@dataclass(frozen=True, slots=True)
class WordKinds:
    """Facts about the words of one side, one entry per word.

    Attributes:
        forms: the word in lower case, without punctuation around it.
        mark: whether it consists of punctuation only.
        function: whether it is a function word of its language.
    """

    forms: tuple[str, ...]
    mark: tuple[bool, ...]
    function: tuple[bool, ...]

    def content(self, word: int) -> bool:
        """Return whether a word is neither a mark nor a function word."""
        return not (self.mark[word] or self.function[word])

    def content_letters(self, first: int, end: int) -> int:
        """Return the number of letters in the content words of a range of words."""
        return sum(len(self.forms[word]) for word in range(first, end) if self.content(word))


def word_kinds(side: Side) -> WordKinds:
    """Return the kinds of all words of one side."""
    lexicon = function_words(primary_subtag(side.lang))
    forms = [_form(word) for word in side.surface()]
    return WordKinds(
        tuple(form for form, _ in forms),
        tuple(mark for _, mark in forms),
        tuple(form in lexicon for form, _ in forms),
    )


@lru_cache(maxsize=64)
def function_words(code: str) -> frozenset[str]:
    """Return spaCy's stop words of a language; none if it has no list or words are characters."""
    if code in _CHARACTERS_AS_WORDS or not re.fullmatch(r"[a-z]{2,3}", code):
        return frozenset()
    module = f"spacy.lang.{code}.stop_words"
    if find_spec(f"spacy.lang.{code}") is None or find_spec(module) is None:
        return frozenset()
    return frozenset(word.lower() for word in import_module(module).STOP_WORDS)


@lru_cache(maxsize=1 << 16)
def _form(word: str) -> tuple[str, bool]:
    inside = [n for n, character in enumerate(word) if not _is_punctuation(character)]
    form = word[inside[0] : inside[-1] + 1].lower() if inside else ""
    return form, not inside


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")
