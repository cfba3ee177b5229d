"""English sentences with entities of three kinds, from the open sets and the samples.

Labels: PER, LOC and ORG. WNUT-17: `person` is PER, `location` LOC, `corporation` and `group` ORG,
the rest is dropped. `MISC` of WikiGold and `DATE` of the samples are dropped, too.
"""

import gzip
import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.paths import ROOT, data_folder
from training.text.names import Kind, Names
from training.text.templates import fill_with_places

LABELS = ("PER", "LOC", "ORG")
TAGS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI"))
_OURS = {
    **{label: label for label in LABELS},
    "person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG",
}  # fmt: skip
HELD_OUT = 170
"""The last sentences of WikiGold, a tenth, are kept for measuring."""
_WORD = re.compile(r"\w+|[^\w\s]")
_KINDS: dict[str, tuple[Kind, ...]] = {
    "PER": ("male", "female"), "LOC": ("place",), "ORG": ("organisation",),
}  # fmt: skip
_SLOTS = {"A": "PER", "B": "PER", "M": "PER", "F": "PER", "L": "LOC", "K": "LOC", "C": "LOC",
          "E": "LOC", "O": "ORG", "Q": "ORG"}  # fmt: skip

Span = tuple[int, int, str]
"""First word, the word after the last, label."""


@dataclass(frozen=True)
class Sentence:
    """Words and the entities among them, in order and without overlap."""

    words: list[str]
    spans: list[Span]

    def tags(self) -> list[int]:
        """Return the number in `TAGS` of each word's tag, IOB2."""
        tags = [0] * len(self.words)
        for start, end, label in self.spans:
            begin = TAGS.index(f"B-{label}")
            tags[start:end] = [begin] + [begin + 1] * (end - start - 1)
        return tags


def read_set(name: str) -> list[Sentence]:
    """Return the sentences of a set of `ner_en/`."""
    with gzip.open(data_folder() / "ner_en" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_sentence(json.loads(line)) for line in lines]


def read_samples() -> list[Sentence]:
    """Return the sample sentences that ship with crosslabel."""
    path = ROOT / "data" / "samples" / "ner.en.jsonl"
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        of_text(row["text"], ((s["start"], s["end"], s["label"]) for s in row["spans"]))
        for row in rows
    ]


def of_text(text: str, ranges: Iterable[tuple[int, int, str]]) -> Sentence:
    """Return a text with labelled ranges of its characters as words with entities."""
    words = list(_WORD.finditer(text))
    spans = []
    for start, end, label in sorted(ranges):
        inside = [n for n, word in enumerate(words) if start <= word.start() < end]
        if inside and label in _OURS:
            spans.append((inside[0], inside[-1] + 1, _OURS[label]))
    return Sentence([word.group() for word in words], spans)


def _sentence(record: dict[str, Any]) -> Sentence:
    spans = [(s["start"], s["end"], _OURS.get(s["label"])) for s in record["spans"]]
    return Sentence(record["tokens"], [(a, b, label) for a, b, label in spans if label])


def from_template(names: Names, rng: random.Random) -> Sentence:
    """Return a written sentence with names in it."""
    (text, places), *_ = fill_with_places(names, rng)
    ranges = [(*places[key], label) for key, label in _SLOTS.items() if key in places]
    return of_text(text, ranges)


def renamed(sentence: Sentence, names: Names, share: float, rng: random.Random) -> Sentence:
    """Return the sentence, each entity swapped for another of its kind with probability `share`.

    Mention replacement: Dai and Adel 2020, §2.
    """
    words: list[str] = []
    spans: list[Span] = []
    at = 0
    for start, end, label in sentence.spans:
        words += sentence.words[at:start]
        name = sentence.words[start:end]
        if rng.random() < share and name[0][0].isupper():
            name = _WORD.findall(names.draw(rng.choice(_KINDS[label]), rng))
        spans.append((len(words), len(words) + len(name), label))
        words += name
        at = end
    return Sentence([*words, *sentence.words[at:]], spans)


def recased(sentence: Sentence, rng: random.Random, lower: float, upper: float) -> Sentence:
    """Return the sentence in lower case or in capitals, with these probabilities."""
    draw = rng.random()
    if draw < lower:
        return replace(sentence, words=[word.lower() for word in sentence.words])
    if draw < lower + upper:
        return replace(sentence, words=[word.upper() for word in sentence.words])
    return sentence


def english_lines(folder: Path) -> Iterable[str]:
    """Yield the English sides of the sentence pairs in `folder`."""
    for path in sorted(folder.glob("*.tsv.gz")):
        if not re.search(r"\.(dev|test)\.", path.name):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                yield from (line.partition("\t")[0] for line in lines)
