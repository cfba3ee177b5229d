"""What the recipe protects: found once for each distinct text when the rows are planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from crosslabel.pipeline.corpus.records import Example
from crosslabel.pipeline.models.manifest import Model
from crosslabel.pipeline.models.sayable import load_sayable
from crosslabel.pipeline.protection.capitals import is_capitals
from crosslabel.pipeline.protection.find import VERSION, Finder, Unsayable
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.rules import Rules
from crosslabel.pipeline.quality.ruined.seen_pairs import load_seen_pairs
from crosslabel.pipeline.recipe.protect import Pattern, ProtectRule, Terms, default_rules
from crosslabel.pipeline.storage.files import read_bytes
from crosslabel.projection.errors import InputError, at

CAPITALS, EMOJI, TERMS = "capitals", "emoji", "terms"


class Protection:
    """Rules, for rows of running text and for rows that are cut into words.

    Args:
        named: the rules of a recipe; ``None`` for the default.
        translator: the model whose tokenizer tells what it cannot say; ``None`` if translations are
            given.
    """

    def __init__(self, named: Sequence[ProtectRule] | None, translator: Model | None) -> None:
        self._named = named
        self._model = translator
        self._finders: dict[bool, Finder] = {}

    def key(self) -> tuple[Any, ...]:
        """Return everything that decides what is found."""
        rules = self._rules(cut_into_words=False)
        if not rules:
            return ()
        named = [_terms(rule) if isinstance(rule, Terms)
                 else rule.pattern if isinstance(rule, Pattern) else rule for rule in rules]
        model = self._model.fingerprint if self._model and EMOJI in rules else None
        return VERSION, named, self._named is None, model, self._seen_key(model)

    def _seen_key(self, model: str | None) -> str | None:
        seen = load_seen_pairs(self._model.path) if model and self._model else None
        return seen.key if seen else None

    def parts(self, examples: Sequence[Example]) -> dict[str, tuple[Part, ...]]:
        """Return the protected parts of each text that has any."""
        cut = {text for example in examples if example.words for text in example.fields.values()}
        whole = {text for example in examples for text in example.fields.values()} - cut
        return {**self._found(cut, cut_into_words=True),
                **self._found(whole, cut_into_words=False)}

    def capitals(self, example: Example, segments: Sequence[str]) -> tuple[int, ...]:
        """Return the numbers of the segments of a row that are translated in sentence case.

        Args:
            segments: their texts, with their protected parts blanked out.
        """
        if CAPITALS not in self._rules(cut_into_words=bool(example.words)) or self._model is None:
            return ()
        return tuple(number for number, text in enumerate(segments) if is_capitals(text))

    def lines(self) -> Iterator[str]:
        """Yield a line for each regular expression that took too long on a text."""
        timed_out: Counter[str] = Counter()
        for finder in self._finders.values():
            timed_out.update(finder.timed_out)
        for pattern, texts in sorted(timed_out.items()):
            yield (f"protect: {pattern} took too long on {texts} texts and was not used there; "
                   "write it without nested repetitions")

    def _rules(self, *, cut_into_words: bool) -> Sequence[ProtectRule]:
        if self._named is None:
            return default_rules(cut_into_words=cut_into_words)
        return self._named

    def _found(
        self, texts: Collection[str], *, cut_into_words: bool
    ) -> dict[str, tuple[Part, ...]]:
        ordered = sorted(texts)
        rules = self._rules(cut_into_words=cut_into_words)
        if not (ordered and rules):
            return {}
        if cut_into_words not in self._finders:
            self._finders[cut_into_words] = self._finder(rules)
        parts = self._finders[cut_into_words].find(ordered)
        return {text: found for text, found in zip(ordered, parts, strict=True) if found}

    def _finder(self, rules: Sequence[ProtectRule]) -> Finder:
        names: list[str] = [rule for rule in rules if isinstance(rule, str) and rule != CAPITALS]
        terms = tuple(term for rule in rules if isinstance(rule, Terms) for term in _terms(rule))
        patterns = tuple(rule.pattern for rule in rules if isinstance(rule, Pattern))
        return Finder(Rules((*names, *((TERMS,) if terms else ())), terms, patterns),
                      _lost_in(self._model.path) if self._model else None)


NO_PROTECTION = Protection((), None)
"""Protects nothing."""


def _lost_in(folder: Path) -> Unsayable:
    """Return what finds the characters that do not get through a model."""
    seen = load_seen_pairs(folder)
    return partial(load_sayable(folder).lost, learned=seen.characters if seen else None)


def _terms(rule: Terms) -> list[str]:
    try:
        lines = read_bytes(rule.terms).decode().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{at(rule.terms)}: cannot be read as a list of terms ({error}); give a "
                         "UTF-8 file with a term per line") from None
    return [line.strip() for line in lines if line.strip()]
