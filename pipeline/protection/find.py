"""Find the protected parts of texts by all rules that are asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from crosslabel.pipeline.protection import (
    code,
    emails,
    emoji,
    entities,
    files,
    identifiers,
    markdown,
    math,
    mentions,
    numbers,
    phones,
    placeholders,
    tags,
    urls,
)
from crosslabel.pipeline.protection.masks import covered
from crosslabel.pipeline.protection.own_patterns import OwnPatterns
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.resolve import leftmost, nested, over, uncrossed
from crosslabel.pipeline.protection.rules import Rules
from crosslabel.pipeline.protection.terms import Terms
from crosslabel.pipeline.protection.unsayable import find_unsayable
from crosslabel.projection.interface import Range

VERSION = 1
"""Counts up when other parts are found."""
Unsayable = Callable[[Sequence[str]], Sequence[Sequence[Range]]]
"""For each text the ranges of characters that a model's tokenizer cannot say."""
Rule = Callable[[str], Iterable[Part]]

# Most texts have words and common punctuation alone: no rule but terms and own patterns can match.
_RARE = re.compile(r"[^A-Za-z ,.;:?!'\"()\-‘’“”„«»–—…\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
_JOINED = re.compile(r"[^\W_](?:[.:][^\W_]|\(\))|[a-z][A-Z]")

_WORDS: tuple[tuple[str, Rule], ...] = (
    ("markup", entities.find_entities),
    ("placeholders", placeholders.find_placeholders),
    ("urls", urls.find_urls),
    ("emails", emails.find_emails),
    ("mentions", mentions.find_mentions),
    ("files", files.find_files),
    ("identifiers", identifiers.find_identifiers),
    ("phones", phones.find_phones),
    ("numbers", numbers.find_numbers),
    ("emoji", emoji.find_emoji),
)

_WITH_SIGNS: tuple[Rule, ...] = (placeholders.find_placeholders, urls.find_urls,
                                 emails.find_emails, mentions.find_mentions)


class Finder:
    """Finds the protected parts of texts.

    What has a structure is found first, and what is found is covered for the rules after it: code,
    formulas, tags, Markdown. What own patterns match comes before all that, unless it lies within a
    larger part, such as a tag. In what is left the earlier part wins, then the longer, then the
    rule that `RULES` names first. Between the two marks of a pair all rules look for parts.
    """

    def __init__(self, rules: Rules, unsayable: Unsayable | None = None) -> None:
        """Prepare the rules.

        Args:
            rules: what is looked for.
            unsayable: tells what a model's tokenizer cannot say; used with the rule ``emoji``.

        Raises:
            ValueError: an own pattern is no regular expression.
        """
        self._names = frozenset(rules.names)
        self._unsayable = unsayable if "emoji" in self._names else None
        self._own = OwnPatterns(rules.patterns)
        self._terms = [Terms(rules.terms).find] if rules.terms and "terms" in self._names else []
        self._words = [*(rule for name, rule in _WORDS if name in self._names), *self._terms]

    @property
    def timed_out(self) -> Counter[str]:
        """For each own pattern, the number of texts in which it ran out of time so far.

        Nothing that such a pattern matches is protected in such a text.
        """
        return self._own.timed_out

    def find(self, texts: Sequence[str]) -> list[tuple[Part, ...]]:
        """Return the parts of each text, sorted and without overlaps."""
        unsayable = self._unsayable(texts) if self._unsayable else [()] * len(texts)
        return [self._find(text, ranges) for text, ranges in zip(texts, unsayable, strict=True)]

    def _find(self, text: str, unsayable: Sequence[Range]) -> tuple[Part, ...]:
        plain = not (_RARE.search(text) or _JOINED.search(text))
        parts = leftmost(self._own.find(text))
        if not plain and (structure := self._structure(text)):
            parts = over(parts, structure)
        seen = covered(text, parts)
        found = [part for rule in (self._terms if plain else self._words) for part in rule(seen)]
        if unsayable:
            found += find_unsayable(seen, unsayable)
        return nested(over(parts, leftmost(found))) if parts or found else ()

    def _structure(self, text: str) -> list[Part]:
        """Return code, formulas and markup."""
        parts: list[Part] = []
        if "code" in self._names:
            parts += code.find_code(text)
        if "math" in self._names:
            parts += math.find_math(covered(text, parts))
        if "markup" in self._names:
            parts = over(parts, leftmost(tags.find_tags(covered(text, parts))))
            parts = list(nested(parts))
            if markdown.may_have_signs(text):
                signs = leftmost(markdown.find_markdown(_for_markdown(text, parts)))
                parts = over(parts, uncrossed(signs, parts))
        return leftmost(parts)


def _for_markdown(text: str, parts: Sequence[Part]) -> str:
    """Return a text in which tags are covered as punctuation, which they are to Markdown.

    Addresses are covered as letters, so that their signs are no emphasis.
    """
    marks = [part for part in parts if part.shape == "mark"]
    seen = covered(text, [part for part in parts if part.shape != "mark"])
    words = [part for rule in _WITH_SIGNS for part in rule(seen)]
    return covered(covered(seen, words), marks, ".")
