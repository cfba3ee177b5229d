"""Alignment error rate of the packed encoder, beside eflomal on the same pairs.

AER as Och and Ney (2003, section 5) define it; sets without possible links count all links as sure.
eflomal is given the encoder's training text of the language together with the gold sentences, and
its two directions are joined by grow-diag-final-and (Koehn, Och and Marcu 2003). It sees Chinese in
single characters; their links count for the words they belong to.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from crosslabel.pipeline.models.manifest import describe
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.links.embedding import METHODS, EmbeddingAligner
from crosslabel.projection.links.encoder import TransformerEncoder
from crosslabel.projection.links.symmetrisation import symmetrised
from training.paths import ENCODER, MODELS, data_folder
from training.text.word_links import Link, aligned, linked_pairs, words_of

GOLD = {
    "en-de.simalign-sample": "alignment",
    "en-de.europarl-bicici": "restricted/alignment",
    "en-de.smultron-sample": "restricted/alignment",
    "en-es.europarl-graca": "restricted/alignment",
    "en-es.xlwa": "restricted/alignment",
    "en-fr.europarl-graca": "restricted/alignment",
    "en-fr.hansards-naacl03": "restricted/alignment",
    "en-nl.xlwa": "restricted/alignment",
    "en-pt.europarl-graca": "restricted/alignment",
    "en-pt.xlwa": "restricted/alignment",
    "en-zh.tsinghua": "restricted/alignment",
}
"""Hand-aligned sets and their folders; sets under `restricted` are only measured with."""


@dataclass(frozen=True)
class _Gold:
    name: str
    language: str
    rows: list[PairRow]


def measure_alignment() -> dict[str, Any]:
    """Return the error rates of every set that is there, as fractions."""
    folder = MODELS / ENCODER
    encoder = TransformerEncoder(str(folder))
    sets = [gold for name, place in GOLD.items() if (gold := _read(name, place))]
    results: dict[str, Any] = {gold.name: {"pairs": len(gold.rows)} for gold in sets}
    for method in METHODS:
        aligner = EmbeddingAligner(encoder, method)
        for gold in sets:
            links = aligner.align([row.pair for row in gold.rows])
            guessed = [{(int(i), int(j)) for i, j in aligned_pair.pairs} for aligned_pair in links]
            results[gold.name][method] = _error_rate(gold.rows, guessed)
    for language in sorted({gold.language for gold in sets}):
        mine = [gold for gold in sets if gold.language == language]
        for gold, guessed in zip(mine, _eflomal(language, mine), strict=True):
            results[gold.name]["eflomal"] = _error_rate(gold.rows, guessed)
    extra = describe(folder).manifest.model_extra or {}
    return {"steps": extra["steps"], "aer": results}


def _read(name: str, place: str) -> _Gold | None:
    path: Path = data_folder() / place / f"{name}.jsonl.gz"
    if not path.is_file():
        return None
    rows = [row for row in read_pairs(path) if isinstance(row, PairRow)]
    return _Gold(name, name[3:5], rows)


def _eflomal(language: str, sets: list[_Gold]) -> list[list[set[Link]]]:
    """Return the links of every set, aligned together with the training text."""
    sides = [(pair.english, pair.other) for pair in linked_pairs([language])]
    owners: list[list[int]] = []
    for row in (row for gold in sets for row in gold.rows):
        parts = [
            words_of(word, language) or [word] if language == "zh" else [word]
            for word in row.pair.target.surface()
        ]
        owners.append([number for number, part in enumerate(parts) for _ in part])
        sides.append((list(row.pair.source.surface()), [piece for part in parts for piece in part]))
    both = aligned(sides)[-len(owners):]
    links = [
        {(i, owner[j]) for i, j in symmetrised(forward, backward, "grow")}
        for owner, (forward, backward) in zip(owners, both, strict=True)
    ]
    starts = [sum(len(gold.rows) for gold in sets[:n]) for n in range(len(sets) + 1)]
    return [links[start:end] for start, end in pairwise(starts)]


def _error_rate(rows: list[PairRow], links: list[set[Link]]) -> float:
    hits = size = 0
    for row, guessed in zip(rows, links, strict=True):
        sure, possible = set(row.sure), set(row.sure) | set(row.possible)
        hits += len(guessed & sure) + len(guessed & possible)
        size += len(guessed) + len(sure)
    return round(1 - hits / size, 3)
