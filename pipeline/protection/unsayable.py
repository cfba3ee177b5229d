"""What a model's tokenizer cannot say: a word with such letters is a name, another sign a mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from crosslabel.pipeline.protection.emoji import KIND, clusters_at
from crosslabel.pipeline.protection.masks import COVER
from crosslabel.pipeline.protection.parts import Part
from crosslabel.projection.interface import Range

# A word is in one script, so that Latin letters beside Chinese ones are not taken with them; the
# ending 's is translated.
_IDEOGRAPHS = r"\p{Han}\p{Hiragana}\p{Katakana}"
_LETTER = rf"(?:(?![{_IDEOGRAPHS}])[\p{{L}}\p{{M}}\p{{Nd}}])"
_WORD = regex.compile(rf"[{_IDEOGRAPHS}ー々〆・]+|{_LETTER}+"
                      rf"(?:(?:-|['’](?!s\b)){_LETTER}+)*")


def find_unsayable(text: str, ranges: Sequence[Range]) -> Iterator[Part]:
    """Yield the words and signs of a text that have characters in some ranges.

    Neighbouring words with only a space or hyphen between them, such as a name and a surname, are
    one part. Spaces and what is covered are left alone.
    """
    places = [place for start, end in ranges for place in range(start, end)
              if not text[place].isspace() and text[place] != COVER]
    clusters = clusters_at(text, places)
    if not clusters:
        return
    words = iter([match.span() for match in _WORD.finditer(text)])
    word = next(words, None)
    names: list[Range] = []
    for start, end in clusters:
        while word and word[1] <= start:
            word = next(words, None)
        if not (word and word[0] <= start):
            yield Part(start, end, KIND, "mark")
        elif not names or names[-1] != word:
            names.append(word)
    for start, end in _phrases(text, names):
        yield Part(start, end, KIND, "name")


def _phrases(text: str, words: Sequence[Range]) -> list[Range]:
    phrases: list[Range] = []
    for start, end in words:
        if phrases and text[phrases[-1][1]:start] in ("", " ", "-"):
            phrases[-1] = phrases[-1][0], end
        else:
            phrases.append((start, end))
    return phrases
