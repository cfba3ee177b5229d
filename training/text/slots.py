"""Names and numbers that occur on both sides of a sentence pair, searched for once per pair.

A sentence becomes a list of chunks: plain text, or a `Slot` that names which shared name or
number stands there. Filling the slots of both sides with the same new name keeps the pair true.
"""

import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from crosslabel.projection.interface import Range
from training.text import name_lists as lists
from training.text.corpus import Pair
from training.text.names import PEOPLE, Kind, Names
from training.text.templates import genitive

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+")
_ALIASES = {"Maria": "Mary", "María": "Mary", "Marie": "Mary"}
_NO_NAMES = {"I", "TV", "DVD", "CD", "OK", "Mr", "Mrs", "Ms", "Dr", "English", "God"} | {
    word for months in (lists.MONTHS, lists.WEEKDAYS) for triple in months for word in triple
}
_PLACE_BEFORE = {"in", "near", "from", "through", "across", "around", "outside"}


@dataclass(frozen=True)
class Slot:
    """A place for a name; `form` is "" or the genitive, written "'s" or German "s"."""

    name: int
    form: str = ""


@dataclass
class Slotted:
    """A sentence pair in chunks; `kinds[n]` is the kind of name n ("number:4": four digits)."""

    source: list[str | Slot]
    target: list[str | Slot]
    originals: list[tuple[str, str]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


class SlotFinder:
    """A finder of shared names that tells English names by how they are cased."""

    def __init__(self, english: list[str]) -> None:
        inside: Counter[str] = Counter()
        lower: Counter[str] = Counter()
        for text in english:
            for at, word in enumerate(_WORD.findall(text)):
                if word[0].islower():
                    lower[word] += 1
                elif at:
                    inside[word] += 1
        self._names = {
            word
            for word, count in inside.items()
            if len(word) > 1 and word not in _NO_NAMES and lower[word.lower()] <= 0.1 * count
        }

    def find(self, pair: Pair) -> Slotted | None:
        """Return the pair in chunks, or `None` if nothing is shared."""
        source, target = (_names_of(text) for text in pair)
        shared = {
            base
            for base, count in Counter(b for _, _, b, _ in source).items()
            if (base in self._names or (len(base) > 1 and base.isdigit()))
            and count == sum(b == base for _, _, b, _ in target)
        }
        if not shared:
            return None
        runs = [_runs(pair[n], words, shared) for n, words in enumerate((source, target))]
        if Counter(run[0] for run in runs[0]) != Counter(run[0] for run in runs[1]):
            runs = [_runs(pair[n], f, shared, join=False) for n, f in enumerate((source, target))]
        return _slotted(pair, runs[0], runs[1])


Run = tuple[str, int, int, str]
"""Shared name as key, start and end character, genitive ending."""


def _names_of(text: str) -> list[tuple[int, int, str, str]]:
    """Return start, end, base form and ending of every word that may be a name or number."""
    names = []
    for match in _WORD.finditer(text):
        word, form = match.group(), ""
        if not (word[0].isupper() or word[0].isdigit()):
            continue
        if word.endswith(("'s", "’s")):
            word, form = word[:-2], "'s"
        if "'" in word or "’" in word:
            continue
        base = _ALIASES.get(word, word)
        if base.endswith("s") and (base[:-1] in _KNOWN or base[:-1] in _ALIASES):
            base, form = _ALIASES.get(base[:-1], base[:-1]), "s"
        names.append((match.start(), match.end(), base, form))
    return names


_KNOWN = set(lists.MALE) | set(lists.FEMALE) | set(lists.PLACES)
_DRAWN: dict[str, Kind] = {
    "male": "male", "female": "female", "place": "place", "organisation": "organisation",
}  # fmt: skip
_MALE, _FEMALE, _PLACES = set(lists.MALE), set(lists.FEMALE), set(lists.PLACES)


def _runs(
    text: str, names: list[tuple[int, int, str, str]], shared: set[str], join: bool = True
) -> list[Run]:
    """Return the shared names in text order; neighbours separated by one space are joined."""
    runs: list[Run] = []
    for start, end, base, form in names:
        if base not in shared:
            continue
        near = runs and join and text[runs[-1][2] : start] == " " and not runs[-1][3]
        if near and not base.isdigit() and not runs[-1][0].isdigit():
            runs[-1] = (f"{runs[-1][0]} {base}", runs[-1][1], end, form)
        else:
            runs.append((base, start, end, form))
    return runs


def _slotted(pair: Pair, source: list[Run], target: list[Run]) -> Slotted:
    keys = list(dict.fromkeys(key for key, _, _, _ in source))
    slotted = Slotted(_chunks(pair[0], source, keys), _chunks(pair[1], target, keys))
    for key in keys:
        _, start, end, form = next(run for run in source if run[0] == key)
        there = next(run for run in target if run[0] == key)
        slotted.originals.append((_bare(pair[0], start, end, form), _bare(pair[1], *there[1:])))
        slotted.kinds.append(_kind(key, pair[0][:start]))
    return slotted


def _bare(text: str, start: int, end: int, form: str) -> str:
    return text[start : end - len(form)]


def _chunks(text: str, runs: list[Run], keys: list[str]) -> list[str | Slot]:
    chunks: list[str | Slot] = []
    at = 0
    for key, start, end, form in runs:
        chunks += [text[at:start], Slot(keys.index(key), form)]
        at = end
    return [*chunks, text[at:]]


def _kind(key: str, before: str) -> str:
    if key.isdigit():
        return f"number:{len(key)}"
    words = before.split()
    first = key.split()[0]
    if first in _MALE or first in _FEMALE:
        return "male" if first in _MALE else "female"
    if first in _PLACES or (words and words[-1].lower() in _PLACE_BEFORE):
        return "place"
    if key.isupper():
        return "organisation"
    return "any"


def fill_slots(slotted: Slotted, names: Names, share: float, rng: random.Random) -> Pair:
    """Return the pair, each shared name swapped for a new one with probability `share`."""
    (source, _), (target, _) = fill_with_places(slotted, names, share, rng)
    return source, target


Filled = tuple[str, dict[int, list[Range]]]
"""A text and where each name stands in it; without the English `'s`, with the German `s`."""


def fill_with_places(
    slotted: Slotted, names: Names, share: float, rng: random.Random
) -> tuple[Filled, Filled]:
    """Return the texts of `fill_slots`, with the places of the names on each side."""
    fillings = []
    for original, kind in zip(slotted.originals, slotted.kinds, strict=True):
        if rng.random() < share:
            new = _new(kind, names, rng)
            original = (new, new)
        fillings.append(original)
    return _join(slotted.source, 0, fillings), _join(slotted.target, 1, fillings)


def _new(kind: str, names: Names, rng: random.Random) -> str:
    if kind.startswith("number:"):
        digits = int(kind.partition(":")[2])
        if digits == 4:
            return str(rng.randint(1500, 2040))
        return str(rng.randint(10 ** (digits - 1), 10**digits - 1)) if digits < 9 else "100000000"
    return names.draw(rng.choice(PEOPLE) if kind == "any" else _DRAWN[kind], rng)


def _join(chunks: list[str | Slot], side: int, fillings: list[tuple[str, str]]) -> Filled:
    text, places = "", defaultdict[int, list[Range]](list)
    for chunk in chunks:
        if isinstance(chunk, str):
            text += chunk
            continue
        name = fillings[chunk.name][side]
        shown = genitive(name) if chunk.form == "s" else name
        places[chunk.name].append((len(text), len(text) + len(shown)))
        text += shown if chunk.form == "s" else shown + chunk.form
    return text, places
