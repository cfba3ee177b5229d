"""Numbers in words: all values that a text may name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import langcodes

from crosslabel.pipeline.models.languages import find
from crosslabel.pipeline.quality.numerals.han import han_values
from crosslabel.pipeline.quality.numerals.plain import plain
from crosslabel.pipeline.quality.numerals.tables import JOINS, PREFIXES, WORDS

_CHINESE_CHARACTERS = ("zh", "ja")
_WORD = re.compile(r"\w+")
_TOGETHER = re.compile(r"[\s-]*")
# No number has more parts; in a longer run of them every stretch of so many is looked at.
_MOST_PARTS = 12
# A stem of so many letters may have any ending.
_LONG = 4
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Stems:
    """The number words of a language.

    Attributes:
        values: values by stem.
        pattern: the stems, longest first.
        hyphenated: stems with a hyphen, whose parts are numbers of their own.
        prefix: what may stand before a number within its word.
        join: the word between numbers that belong together.
    """

    values: Mapping[str, Decimal]
    pattern: re.Pattern[str]
    hyphenated: tuple[str, ...]
    prefix: re.Pattern[str]
    join: str

    def parts(self, word: str) -> list[Decimal]:
        """Return the values in a word in their order, none if it is no number."""
        bare = self.prefix.sub("", word, count=1)
        return self._parts(word) or (self._parts(bare) if bare != word else [])

    def _parts(self, word: str) -> list[Decimal]:
        found, at, last = [], 0, ""
        while stem := self.pattern.match(word, at):
            last = stem.group(1)
            found.append(self.values[last])
            at = stem.end()
        return found if at == len(word) or len(last) >= _LONG else []


def are_known(lang: str) -> bool:
    """Return whether the number words of a language are known."""
    return _table(lang) is not None


def stems(lang: str) -> Stems | None:
    """Return the number words of a language, ``None`` if it has none in letters that are known."""
    table = _table(lang)
    return None if table is None or table in _CHINESE_CHARACTERS else _stems(table)


def word_values(text: str, lang: str) -> set[Decimal]:
    """Return all values that number words of a text may name, those of parts of them too."""
    if _table(lang) in _CHINESE_CHARACTERS:
        return han_values(text)
    known = stems(lang)
    if known is None:
        return set()
    text = plain(text)
    for stem in known.hyphenated:
        text = text.replace(stem, stem.replace("-", ""))
    found: set[Decimal] = set()
    for parts in _runs(text, known):
        for start in range(len(parts)):
            for end in range(start + 1, min(len(parts), start + _MOST_PARTS) + 1):
                found.update(_worth(parts[start:end]))
    return found


def _runs(text: str, known: Stems) -> Iterator[list[Decimal]]:
    """Yield the parts of neighbouring number words."""
    run: list[Decimal] = []
    done = 0
    for word in _WORD.finditer(text):
        together = _TOGETHER.fullmatch(text, done, word.start())
        done = word.end()
        if together and run and word.group() == known.join:
            continue
        parts = known.parts(word.group())
        if run and not (parts and together):
            yield run
            run = []
        run = run + parts
    if run:
        yield run


def _worth(parts: Sequence[Decimal]) -> Iterator[Decimal]:
    """Yield what parts of a number are worth together; years are also read in two halves."""
    total = current = Decimal(0)
    for part in parts:
        if part < 100:
            current += part
        elif part == 100:
            current = (current or 1) * part
        elif part < _THOUSAND:
            current += part
        elif not current and 0 < total < part:
            total *= part
        else:
            total, current = total + (current or 1) * part, Decimal(0)
    yield total + current
    for cut in range(1, len(parts)):
        century, year = sum(parts[:cut]), sum(parts[cut:])
        if 10 <= century < 100 and year < 100:
            yield Decimal(century * 100 + year)


@lru_cache(maxsize=256)
def _table(lang: str) -> str | None:
    """Return the language of the table for a BCP-47 tag; scripts and regions do not matter."""
    tag = str(langcodes.Language.get(lang).language)
    return find(tag, (*WORDS, *_CHINESE_CHARACTERS))


@lru_cache(maxsize=64)
def _stems(lang: str) -> Stems:
    values = {plain(stem): Decimal(value)
              for value, *written in map(str.split, WORDS[lang].split(";")) for stem in written}
    hyphenated = tuple(stem for stem in values if "-" in stem)
    values |= {stem.replace("-", ""): values[stem] for stem in hyphenated}
    longest = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    join = JOINS.get(lang, "")
    within = f"(?:{join})?" if join else ""
    prefix = re.compile(f"^(?:{PREFIXES[lang]})") if lang in PREFIXES else re.compile("^")
    return Stems(values, re.compile(f"({longest}){within}"), hyphenated, prefix, join)
