"""Short sentences about people, places, organisations and dates in three languages.

They are the lines of `lists/templates.tsv`. Slots: {A}, {B} persons; {M} a man, {F} a woman;
{L}, {K} places; {O}, {Q} organisations; {D} date, {Y} year, {W} weekday, {T} month and year,
{N} number, {C}, {E} country or city with its own name in each language; {Ae}, {Oe} the English
and {Ag} the German genitive.
"""

import random
from string import Formatter

from crosslabel.projection.interface import Range
from training.text import name_lists as lists
from training.text.name_lists import Triple
from training.text.names import PEOPLE, Kind, Names

_KINDS: dict[str, tuple[Kind, ...]] = {
    "A": PEOPLE, "B": PEOPLE, "M": ("male",), "F": ("female",), "L": ("place",), "K": ("place",),
    "O": ("organisation",), "Q": ("organisation",),
}  # fmt: skip


def genitive(name: str) -> str:
    """Return the German genitive of a name."""
    return f"{name}’" if name.endswith(("s", "x", "z", "ß")) else f"{name}s"


Filled = tuple[str, dict[str, Range]]
"""A sentence and where its fillings stand, by the letter of their slot; the last of each."""


def fill(names: Names, rng: random.Random) -> Triple:
    """Return one sentence with fresh names and dates, in English, German and Spanish."""
    english, german, spanish = fill_with_places(names, rng)
    return english[0], german[0], spanish[0]


def fill_with_places(names: Names, rng: random.Random) -> tuple[Filled, Filled, Filled]:
    """Return the texts of `fill`, with the places of names and dates; genitives count whole."""
    slots: list[dict[str, str]] = [{}, {}, {}]
    for key, kinds in _KINDS.items():
        name = names.draw(rng.choice(kinds), rng)
        for values in slots:
            values[key] = name
    for key, triple in _translated(rng).items():
        for values, text in zip(slots, triple, strict=True):
            values[key] = text
    for key in "AO":
        slots[0][f"{key}e"] = f"{slots[0][key]}'s"
        slots[1][f"{key}g"] = genitive(slots[1][key])
    triple = rng.choice(lists.TEMPLATES)
    english, german, spanish = (_filled(t, s) for t, s in zip(triple, slots, strict=True))
    return english, german, spanish


def _filled(template: str, slots: dict[str, str]) -> Filled:
    text, places = "", {}
    for before, key, _, _ in Formatter().parse(template):
        text += before
        if key:
            shown = slots[key]
            named = shown.removesuffix("'s") if key.endswith("e") else shown
            places[key[0]] = (len(text), len(text) + len(named))
            text += shown
    return _one_stop(text), places


def _one_stop(text: str) -> str:
    return text[:-1] if text.endswith("..") else text


def _translated(rng: random.Random) -> dict[str, Triple]:
    """Return the slots whose filling differs between the languages."""
    year = str(rng.randint(1900, 2030) if rng.random() < 0.8 else rng.randint(1500, 1900))
    number = str(rng.choice((rng.randint(2, 99), rng.randint(100, 999), rng.randint(1000, 2030))))
    month = rng.choice(lists.MONTHS)
    first, second = rng.sample(lists.COUNTRIES, 2)
    return {
        "Y": (year, year, year),
        "N": (number, number, number),
        "W": rng.choice(lists.WEEKDAYS),
        "T": (f"{month[0]} {year}", f"{month[1]} {year}", f"{month[2]} de {year}"),
        "D": _date(month, year, rng),
        "C": first,
        "E": second,
    }


def _date(month: Triple, year: str, rng: random.Random) -> Triple:
    day = rng.randint(1, 28)
    english = rng.choice((f"{day} {month[0]}", f"{month[0]} {day}"))
    if rng.random() < 0.3:
        return english, f"{day}. {month[1]}", f"{day} de {month[2]}"
    comma = "," if english[0].isalpha() else ""
    return f"{english}{comma} {year}", f"{day}. {month[1]} {year}", f"{day} de {month[2]} de {year}"
