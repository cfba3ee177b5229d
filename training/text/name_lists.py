"""The hand-written word lists in `lists/`: names, places, company words, dates, templates.

`.txt` files have one name per line; `.tsv` files English, German and Spanish in columns.
"""

from pathlib import Path

Triple = tuple[str, str, str]

_FOLDER = Path(__file__).parent / "lists"


def _names(name: str) -> list[str]:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _triples(name: str) -> list[Triple]:
    lines = (_FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [(english, german, spanish) for english, german, spanish in rows]


MALE, FEMALE, FAMILY = _names("male"), _names("female"), _names("family")
PLACES = _names("places")
STEMS, TAILS, SUFFIXES = _names("stems"), _names("tails"), _names("suffixes")
MONTHS, WEEKDAYS = _triples("months"), _triples("weekdays")
COUNTRIES = _triples("countries")
TEMPLATES = _triples("templates")
