"""Names for swapping: listed ones, entity strings of English NER corpora, and invented ones.

Invented names come from letter trigrams of the lists, so that strings never seen before are
the rule and not the exception: the translation model has to copy letter by letter.
"""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

from training.paths import data_folder
from training.text import name_lists as lists

Kind = Literal["male", "female", "place", "organisation"]
PEOPLE: tuple[Kind, Kind] = ("male", "female")

_NER = ("wikigold", "uner-ewt.dev", "uner-ewt.test", "btc", "wnut17.train")
_PLAIN = re.compile(r"[^\W\d_][\w.'’&-]*(?: (?:[^\W\d_][\w.'’-]*|&)){0,3}")
_LABELS = {
    "PER": "person", "person": "person", "LOC": "place", "location": "place",
    "ORG": "organisation", "corporation": "organisation",
}  # fmt: skip


class Letters:
    """A letter trigram model of a list of words."""

    def __init__(self, words: list[str]) -> None:
        self._next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = f"^^{word}$"
            for at in range(len(padded) - 2):
                self._next[padded[at : at + 2]].append(padded[at + 2])

    def invent(self, rng: random.Random) -> str:
        """Return a capitalised word of 3 to 12 letters."""
        while True:
            word = "^^"
            while not word.endswith("$"):
                word += rng.choice(self._next[word[-2:]])
            word = word[2:-1]
            if 3 <= len(word) <= 12 and word[0].isupper():
                return word


class Names:
    """A source of names of each kind; the same random generator gives the same names."""

    def __init__(self, corpora: Sequence[str] = _NER) -> None:
        """Read the entity strings of `corpora`, sets of `ner_en/`, that are drawn too."""
        entities = _entities(corpora)
        self.people, self.places, self.organisations = (
            entities[kind] for kind in ("person", "place", "organisation")
        )
        words = [w for p in self.people for w in p.split() if w.isalpha() and len(w) > 2]
        self._persons = Letters([*words[:1500], *lists.MALE * 3, *lists.FEMALE * 3])
        self._families = Letters([*words[:1500], *lists.FAMILY * 4])
        places = [w for p in self.places for w in p.split() if w.isalpha() and len(w) > 3]
        self._towns = Letters([*places[:800], *lists.PLACES * 3])

    def draw(self, kind: Kind, rng: random.Random) -> str:
        """Return one name of one to four words."""
        if kind == "place":
            return self._place(rng)
        if kind == "organisation":
            return self._organisation(rng)
        return self._person(lists.MALE if kind == "male" else lists.FEMALE, rng)

    def _person(self, first_names: list[str], rng: random.Random) -> str:
        if rng.random() < 0.12:
            return rng.choice(self.people)
        first = self._persons.invent(rng) if rng.random() < 0.5 else rng.choice(first_names)
        if rng.random() < 0.08:
            first = f"{first}-{rng.choice(first_names)}"
        form = rng.random()
        if form < 0.42:
            return first
        last = self._family(rng)
        if form < 0.5:
            return f"{first[0]}. {last}"
        if form < 0.58:
            return f"{first} {rng.choice('ABCDEFGHJKLMNPRSTVW')}. {last}"
        if form < 0.62:
            return f"{first} {rng.choice(['van', 'de', 'von', 'di', 'van der', 'da'])} {last}"
        if form < 0.68:
            return f"{first} {last} {self._family(rng)}"
        return f"{first} {last}"

    def _family(self, rng: random.Random) -> str:
        invented = rng.random() < 0.65
        name = self._families.invent(rng) if invented else rng.choice(lists.FAMILY)
        return f"{name}-{rng.choice(lists.FAMILY)}" if rng.random() < 0.06 else name

    def _place(self, rng: random.Random) -> str:
        form = rng.random()
        if form < 0.15:
            return rng.choice(self.places)
        if form < 0.4:
            return rng.choice(lists.PLACES)
        town = self._towns.invent(rng)
        if form < 0.5:
            prefix = ["San", "Santa", "St.", "Bad", "Port", "New", "Fort", "El", "Saint", "Los"]
            return f"{rng.choice(prefix)} {town}"
        return town

    def _organisation(self, rng: random.Random) -> str:
        form = rng.random()
        if form < 0.15:
            return rng.choice(self.organisations)
        if form < 0.25:
            return "".join(rng.choices("ABCDEFGHIKLMNOPRSTUVWZ", k=rng.randint(2, 5)))
        if form < 0.33:
            return f"{self._family(rng)} & {rng.choice(['Sons', 'Co.', self._family(rng)])}"
        if form < 0.6:
            head = rng.choice(lists.STEMS) + rng.choice(lists.TAILS)
            head = head if rng.random() < 0.7 else head[:4] + head[4:].capitalize()
        else:
            head = self._family(rng) if rng.random() < 0.6 else self._towns.invent(rng)
        return f"{head} {rng.choice(lists.SUFFIXES)}" if rng.random() < 0.6 else head


def _entities(corpora: Sequence[str]) -> dict[str, list[str]]:
    """Return the entity strings of the NER corpora by kind, in a fixed order."""
    entities: dict[str, set[str]] = {"person": set(), "place": set(), "organisation": set()}
    for name in corpora:
        path = data_folder() / "ner_en" / f"{name}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                for span in record["spans"]:
                    text = " ".join(record["tokens"][span["start"] : span["end"]])
                    text = re.sub(r" (['’]s)$", "", text)
                    kind = _LABELS.get(span["label"])
                    if kind and text[:1].isupper() and _PLAIN.fullmatch(text):
                        entities[kind].add(text)
    return {kind: sorted(texts) for kind, texts in entities.items()}
