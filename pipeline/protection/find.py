"""Find the protected parts of texts by all rules that are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from crosslabel.pipeline.protection import (
    code,
    emails,
    emoji,
    entities,
    math,
    mentions,
    placeholders,
    tags,
    urls,
)
from crosslabel.pipeline.protection.masks import covered
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.resolve import leftmost, nested
from crosslabel.pipeline.protection.rules import Rules
from crosslabel.projection.interface import Range

Unsayable = Callable[[Sequence[str]], Sequence[Sequence[Range]]]
"""For each text the ranges of characters that a model's tokenizer cannot say."""
Rule = Callable[[str], Iterable[Part]]

# What has a structure, in this order: each is read in a text in which those before are covered.
_STRUCTURE: tuple[Rule, ...] = (code.find_code, math.find_math, tags.find_tags)
_WORDS: dict[str, Rule] = {
    "markup": entities.find_entities,
    "placeholders": placeholders.find_placeholders,
    "urls": urls.find_urls,
    "emails": emails.find_emails,
    "mentions": mentions.find_mentions,
    "emoji": emoji.find_emoji,
}


class Finder:
    """Finds the protected parts of texts."""

    def __init__(self, rules: Rules, unsayable: Unsayable | None = None) -> None:
        """Prepare the rules.

        Args:
            rules: what is looked for.
            unsayable: tells what a model's tokenizer cannot say; used with the rule ``emoji``.
        """
        self.rules = rules
        self.timed_out: Counter[str] = Counter()
        self._unsayable = unsayable if "emoji" in rules.names else None
        self._words = [rule for name, rule in _WORDS.items() if name in rules.names]

    def find(self, texts: Sequence[str]) -> list[tuple[Part, ...]]:
        """Return the parts of each text, sorted and without overlaps."""
        return [self._find(text) for text in texts]

    def _find(self, text: str) -> tuple[Part, ...]:
        parts: list[Part] = []
        for rule in _STRUCTURE:
            parts = leftmost([*parts, *(part for part in rule(covered(text, parts)) if part.kind in self.rules.names)])
        seen = covered(text, parts) if parts else text
        parts += leftmost(part for rule in self._words for part in rule(seen))
        return nested(sorted(parts, key=lambda part: part.start))
