"""The check for rows that are in another language than their corpus."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

import langcodes

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.quality.language import candidates, identify, most_likely, names
from crosslabel.pipeline.quality.texts import without

VERSION = 1
FEWEST_LETTERS = 20
"""A row with fewer letters is not judged."""
# With fewer letters outside spans the spans have to be in the other language too.
_FEWEST_OUTSIDE_SPANS = 10
# How many times as probable as the language of the corpus another one must be, and how probable.
_TIMES, _LEAST = 5.0, 0.2
# Where the language of the corpus is out of the question, others may share their probability.
_MANY_TIMES = 100.0
# So much of each field is looked at, and so much of its words.
_LOOKED_AT, _LONGEST = 2000, 400
# Tags of languages that are told apart by chance only are no further from each other than this.
_NEAR = 14
_GROWN_FROM = {"pcm": "en", "gcf": "fr", "gcr": "fr", "nn": "no"}
_NO_LANGUAGE = "zxx"
# Addresses, names of users and topics, tags, placeholders, formulas, code, file names, numbers.
_NO_WORDS = re.compile(
    r"""```.*?```|`[^`]*`|\$[^$\n]+\$|<[^<>]*>|\{[^{}]*\}|&\#?\w+;
    |(?:https?://|www\.)[!-~]+|(?<![!-~])[!-~]+@[!-~]+|[@\#][0-9A-Za-z_]+
    |(?<![0-9A-Za-z_])[0-9A-Za-z_]+(?:[._/\\:]+[0-9A-Za-z_]+)+
    |(?<![0-9A-Za-z_])[A-Za-z]*[0-9_][0-9A-Za-z_]*""",
    re.VERBOSE | re.DOTALL,
)


def is_known(lang: str) -> bool:
    """Return whether the language identifier knows a language."""
    return bool(candidates([lang]))


def is_long_enough(example: Example) -> bool:
    """Return whether a row has enough letters to be judged."""
    return _letters("".join(example.fields.values())) >= FEWEST_LETTERS


def other_languages(examples: Sequence[Example], lang: str) -> list[str | None]:
    """Return the language that each row seems to be in, ``None`` if it may be that of the corpus.

    A row is not judged if it has fewer than 20 letters. Spans, which may be names from anywhere,
    addresses and code do not count.

    Args:
        lang: the language of the corpus; the identifier must know it.
    """
    own = _own(lang)
    words = [_words(example) if is_long_enough(example) else "" for example in examples]
    judged = [number for number, text in enumerate(words)
              if _letters(text) >= _FEWEST_OUTSIDE_SPANS]
    found: list[str | None] = [None] * len(examples)
    likely = most_likely([words[number] for number in judged])
    for number, best in zip(judged, likely, strict=True):
        if best in own or best == _NO_LANGUAGE:
            continue
        found[number] = _other(words[number], own)
        if found[number] and _letters(words[number]) < FEWEST_LETTERS:
            found[number] = _other(_words(examples[number], with_spans=True), own)
    return found


def _other(text: str, own: Collection[str]) -> str | None:
    """Return the language that a text is much more probably in than in the own ones."""
    ranking = identify([text], ())[0]
    best, most = next((name, probability) for name, probability in ranking
                      if name not in own and name != _NO_LANGUAGE)
    least = sum(probability for name, probability in ranking if name in own)
    is_sure = most >= _MANY_TIMES * least or most >= max(_LEAST, _TIMES * least)
    return best if is_sure else None


def _words(example: Example, with_spans: bool = False) -> str:
    """Return the words of a row that tell its language."""
    texts = []
    for field, text in example.fields.items():
        spans = () if with_spans else [
            range_ for span in example.spans if span.field == field for range_ in span.fragments]
        texts.append(_NO_WORDS.sub(" ", without(text, spans)[:_LOOKED_AT])[:_LONGEST])
    return "\n".join(texts)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


@lru_cache(maxsize=16)
def _own(lang: str) -> frozenset[str]:
    """Return the identifier's names for a language and for those that are taken for it."""
    name = candidates([lang])[0]
    near = {other for other in names() if min(
        langcodes.tag_distance(name, other), langcodes.tag_distance(other, name)) <= _NEAR}
    return frozenset({name, *near} | {other for other, root in _GROWN_FROM.items() if root == name})
