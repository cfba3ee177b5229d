"""Sentences with invented names for counting exact copies; the patterns are not in the training."""

import random
from dataclasses import dataclass

from training.text import name_lists as lists
from training.text.names import Letters

_PATTERNS = {"en": [
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
], "de": [
    "{P} hielt den Plan für zu teuer.",
    "Regie führte {P}.",
    "In {L} hatte niemand von {P} gehört.",
    "Letzte Woche eröffnete {P} ein Restaurant in {L}.",
    "{O} hat den Laden in {L} geschlossen.",
    "{P}, aufgewachsen in {L}, spielt jetzt für {O}.",
    "Nach dem Krieg kehrte {P} nach {L} zurück.",
    "{O} will nächstes Jahr 200 Ingenieure einstellen.",
    "Der See liegt zwischen {L} und der Grenze.",
    "„Das war ein Fehler“, sagte {P} vor Journalisten.",
    "Zwei Touristen aus {L} wurden bei dem Unfall verletzt.",
    "Die Richterin bat {P}, draußen zu warten.",
], "es": [
    "{P} dijo que el plan era demasiado caro.",
    "La película la dirigió {P}.",
    "Nadie en {L} había oído hablar de {P}.",
    "La semana pasada {P} abrió un restaurante en {L}.",
    "{O} ha cerrado su tienda en {L}.",
    "{P}, que creció en {L}, juega ahora en {O}.",
    "Después de la guerra, {P} volvió a {L}.",
    "{O} contratará a 200 ingenieros el año que viene.",
    "El lago está entre {L} y la frontera.",
    "«Fue un error», dijo {P} a los periodistas.",
    "Dos turistas de {L} resultaron heridos en el accidente.",
    "El juez pidió a {P} que esperara fuera.",
]}  # fmt: skip
_SEED = 977


@dataclass(frozen=True)
class CopySentence:
    """A sentence and the names that must come out unchanged."""

    text: str
    names: tuple[str, ...]


def copy_sentences(language: str, seen: set[str], count: int = 200) -> list[CopySentence]:
    """Return `count` sentences in `language` whose name words are none of the `seen` words."""
    rng = random.Random(_SEED)
    people = Letters([*lists.MALE, *lists.FEMALE, *lists.FAMILY])
    towns = Letters(lists.PLACES)

    def fresh(letters: Letters) -> str:
        while (word := letters.invent(rng)) in seen or len(word) < 4:
            pass
        return word

    sentences, patterns = [], _PATTERNS[language]
    for number in range(count):
        slots = {
            "P": f"{fresh(people)} {fresh(people)}",
            "P2": f"{fresh(people)} {fresh(people)}",
            "L": fresh(towns),
            "O": f"{fresh(people)} {rng.choice(lists.SUFFIXES)}",
        }
        pattern = patterns[number % len(patterns)]
        used = tuple(name for key, name in slots.items() if f"{{{key}}}" in pattern)
        sentences.append(CopySentence(pattern.format(**slots), used))
    return sentences
