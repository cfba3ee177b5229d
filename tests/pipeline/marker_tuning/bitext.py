"""A little bitext: real enough for word links, small enough for a tiny model."""

from __future__ import annotations

from itertools import product
from pathlib import Path

_NAMES = ("Anna", "Peter", "Maria", "Tom")
_VERBS = (("sees", "sieht"), ("knows", "kennt"), ("likes", "mag"))
_THINGS = (("the house", "das Haus"), ("the river", "den Fluss"), ("the town", "die Stadt"))


def pairs() -> list[tuple[str, str]]:
    """English and German sentences."""
    return [
        (f"{name} {verb[0]} {thing[0]}.", f"{name} {verb[1]} {thing[1]}.")
        for name, verb, thing in product(_NAMES, _VERBS, _THINGS)
    ]


def write(path: Path, times: int = 1) -> Path:
    """The sentences as a file of bitext."""
    lines = [f"{source}\t{target}\n" for source, target in pairs()] * times
    path.write_text("".join(lines), encoding="utf-8")
    return path
