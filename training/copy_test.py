"""Sentences with invented names for counting exact copies; the patterns are not in the training."""

import random
from dataclasses import dataclass

from training import name_lists as lists
from training.names import Letters

_PATTERNS = [
    "{P} said the plan was too expensive.",
    "The film was directed by {P}.",
    "Nobody in {L} had heard of {P}.",
    "Last week {P} opened a restaurant in {L}.",
    "{O} has closed its shop in {L}.",
    "{P}, who grew up in {L}, now plays for {O}.",
    "After the war, {P} returned to {L}.",
    "{O} will hire 200 engineers next year.",
    "The lake lies between {L} and the border.",
    "\"It was a mistake,\" {P} told reporters.",
    "Workers at {O} went on strike.",
    "{P} has been friends with {O} founder {P2} for years.",
    "Two tourists from {L} were injured in the accident.",
    "The judge asked {P} to wait outside.",
]  # fmt: skip
_SEED = 977


@dataclass(frozen=True)
class CopySentence:
    """An English sentence and the names that must come out unchanged."""

    text: str
    names: tuple[str, ...]


def copy_sentences(seen: set[str], count: int = 200) -> list[CopySentence]:
    """`count` sentences whose name words are none of the `seen` words."""
    rng = random.Random(_SEED)
    people = Letters([*lists.MALE, *lists.FEMALE, *lists.FAMILY])
    towns = Letters(lists.PLACES)

    def fresh(letters: Letters) -> str:
        while (word := letters.invent(rng)) in seen or len(word) < 4:
            pass
        return word

    sentences = []
    for number in range(count):
        slots = {
            "P": f"{fresh(people)} {fresh(people)}",
            "P2": f"{fresh(people)} {fresh(people)}",
            "L": fresh(towns),
            "O": f"{fresh(people)} {rng.choice(lists.SUFFIXES)}",
        }
        pattern = _PATTERNS[number % len(_PATTERNS)]
        used = tuple(name for key, name in slots.items() if f"{{{key}}}" in pattern)
        sentences.append(CopySentence(pattern.format(**slots), used))
    return sentences
