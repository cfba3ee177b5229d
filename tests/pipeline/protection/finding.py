"""How the tests of this folder look for parts."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from crosslabel.pipeline.protection.find import Finder
from crosslabel.pipeline.protection.parts import Part
from crosslabel.pipeline.protection.rules import RULES, Rules
from crosslabel.projection.interface import Range

DEFAULT = Rules(names=tuple(name for name in RULES if name != "numbers"))
_SAID = regex.compile(r"[\p{ASCII}\p{Latin}\s°£€¯™©®–…„“”‘’]", regex.VERSION1)


def western(texts: Sequence[str]) -> list[list[Range]]:
    """Return what a tokenizer of western languages cannot say."""
    return [[(place, place + 1) for place, character in enumerate(text)
             if not _SAID.match(character)] for text in texts]


FINDER = Finder(DEFAULT, western)


def found(text: str, finder: Finder = FINDER) -> list[tuple[str, str, str]]:
    """Return kind, shape and characters of each part."""
    return [(part.kind, part.shape, text[part.start:part.end]) for part in parts(text, finder)]


def parts(text: str, finder: Finder = FINDER) -> tuple[Part, ...]:
    """Return the parts of one text."""
    [of_text] = finder.find([text])
    return of_text


def marked(text: str, finder: Finder = FINDER) -> str:
    """Return a text with ⟦⟧ around names, ⟨⟩ around marks and ⟪⟫ around blocks.

    The marks of a pair have its number in front of them.
    """
    brackets = {"name": "⟦⟧", "mark": "⟨⟩", "block": "⟪⟫"}
    pieces, done = [], 0
    for part in parts(text, finder):
        opening, closing = brackets[part.shape]
        number = "" if part.pair is None else part.pair
        pieces += text[done:part.start], f"{number}{opening}{text[part.start:part.end]}{closing}"
        done = part.end
    return "".join([*pieces, text[done:]])
