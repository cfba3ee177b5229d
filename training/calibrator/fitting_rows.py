"""The pairs that a calibrator may be fitted on, with the links of each source.

One half of xSID (by a hash of the query's id), the UNER-PUD pairs whose two sides have the same
labels, and phrases of the PUD treebanks (:mod:`training.calibrator.treebank_phrases`): each as
sentences, the latter two also joined to paragraphs. Nothing else may ever be fitted on: the other
data sets measure the result.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crosslabel.pipeline.aligner.training import sides
from crosslabel.pipeline.methods.projectors import WEAKEST
from crosslabel.projection.files.jsonl import RowError
from crosslabel.projection.files.pairs import PairRow, read_pairs
from crosslabel.projection.interface import Links, LinkSource, TextPair
from crosslabel.projection.joint.features import gather
from crosslabel.projection.joint.fitting import Answered, answered
from crosslabel.projection.links.statistical import StatisticalAligner
from training.calibrator.paragraphs import paragraphs
from training.calibrator.treebank_phrases import phrase_rows, read_trees
from training.paths import data_folder
from training.text.corpus import read_pairs as read_bitext

SETS = {
    "de": ("uner-pud", "xsid"), "es": (), "fr": (), "nl": ("xsid",), "da": ("xsid",),
    "pt": ("uner-pud",), "zh": ("uner-pud", "xsid"),
}
TREEBANKS = ("de", "es", "fr")
"""Languages whose PUD treebank gives phrases; few heads are linked surely in Chinese."""
PHRASES = "pud"
PUD = ("uner-pud", PHRASES)
"""The sets with the sentences of PUD."""
FOLDS = {"uner-pud": 0, "xsid": 1, PHRASES: 2}
PUD_FOLDS = 3
CORPORA = ("tatoeba.en-{}.train.tsv.gz", "ntrex.en-{}.tsv.gz", "europarl20k.en-{}.tok.tsv.gz")
FEW = (10, 100)
"""Numbers of pairs that a statistical aligner of a small build has learned from."""
FEW_PARAGRAPHS = (20,)
SOME = 8000
"""Pairs of the bitext that an aligner with little of it learns from."""

Words = list[tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True)
class FittingRows:
    """Rows of one set in one language, with the links of both sources.

    Attributes:
        name: the set; ``language``: the one that is not English.
        fold: fold of PUD sentences that the rows are of; ``None`` for other sets.
        size: name of the text that the statistical aligner has learned from.
        links: by link source, the links of each row.
    """

    name: str
    language: str
    fold: int | None
    size: str
    rows: list[PairRow]
    links: dict[str, list[Links]]

    def part(self, names: Sequence[str]) -> Answered:
        """Return the evidence of the named sources on the rows."""
        gathered = gather(
            [row.pair for row in self.rows],
            {name: links for name, links in self.links.items() if name in names},
        )
        return answered(self.rows, gathered, FOLDS[self.name])


def all_fitting_rows(encoder: LinkSource) -> Iterator[FittingRows]:
    """Yield the rows of every set and language, with each aligner in turn.

    Args:
        encoder: the source of links that learns from no pairs.
    """
    for language in SETS:
        yield from _of_language(language, encoder)
        print(f"{language}: links ready", file=sys.stderr, flush=True)


def is_fitted(name: str, row: PairRow) -> bool:
    """Return whether a row may be fitted on."""
    if name == "xsid":
        return hashlib.sha256(row.pair.id.encode()).digest()[0] % 2 == 0
    return Counter(span.label for span in row.pair.spans) == Counter(
        span.label for span in row.gold or ()
    )


def pud_fold(pair_id: str) -> int:
    """Return the fold of a sentence of PUD, the same in every language and set."""
    return hashlib.sha256(pair_id.removeprefix("pud.").encode()).digest()[0] % PUD_FOLDS


def bitext(language: str) -> list[tuple[str, str]]:
    """Return public sentence pairs of English and a language."""
    paths = [data_folder() / "parallel" / name.format(language) for name in CORPORA]
    return [pair for path in paths if path.is_file() for pair in read_bitext(path)]


def treebank(language: str) -> Path:
    """Return the file of the parallel treebank of English and a language."""
    return data_folder() / "pos" / f"pud.en-{language}.jsonl.gz"


def words_of(pairs: Sequence[TextPair]) -> Words:
    """Return both sides of pairs as words."""
    return [(pair.source.surface(), pair.target.surface()) for pair in pairs]


def _of_language(language: str, encoder: LinkSource) -> Iterator[FittingRows]:
    every = {name: _rows_of(name, language) for name in SETS[language]}
    trees = read_trees(treebank(language)) if language in TREEBANKS else []
    texts = words_of([*(row.pair for rows in every.values() for row in rows),
                      *(pair for pair, _, _ in trees)])
    more = [(a.surface(), b.surface()) for a, b in sides(bitext(language), "en", language)]
    aligners = {"set": StatisticalAligner.train(texts, WEAKEST)}
    if len(more) > SOME:
        some = more[::len(more) // SOME]
        aligners["some bitext"] = StatisticalAligner.train([*texts, *some], WEAKEST)
    if more:
        aligners["bitext"] = StatisticalAligner.train([*texts, *more], WEAKEST)
    usable = {name: [row for row in rows if is_fitted(name, row)] for name, rows in every.items()}
    if trees:
        usable[PHRASES] = phrase_rows(trees, aligners["bitext"])
    for name, rows in usable.items():
        for fold, chosen, few in _folds(name, rows):
            pairs = [row.pair for row in chosen]
            softmax = encoder.align(pairs)
            linked = {size: aligner.align(pairs) for size, aligner in aligners.items()}
            linked |= {str(number): aligned_by_few(pairs, number) for number in few}
            for size, links in linked.items():
                yield FittingRows(name, language, fold, size, chosen,
                                  {"statistical": links, "softmax": softmax})


def _folds(
    name: str, rows: Sequence[PairRow]
) -> Iterator[tuple[int | None, list[PairRow], tuple[int, ...]]]:
    """Yield the sentences of each fold and its paragraphs, and how few to learn from at a time."""
    if name not in PUD:
        yield None, list(rows), FEW
        return
    for fold in range(PUD_FOLDS):
        chosen = [row for row in rows if pud_fold(row.pair.id) == fold]
        yield fold, chosen, FEW
        yield fold, paragraphs(chosen), FEW_PARAGRAPHS


def aligned_by_few(pairs: Sequence[TextPair], number: int) -> list[Links]:
    """Align pairs as a small build does: so many at a time, by an aligner of these alone."""
    links: list[Links] = []
    for start in range(0, len(pairs), number):
        some = pairs[start:start + number]
        links += StatisticalAligner.train(words_of(some), WEAKEST).align(some)
    return links


def _rows_of(name: str, language: str) -> list[PairRow]:
    """Return all rows of a set, or stop with an error at a bad row."""
    path = data_folder() / "projection" / f"{name}.en-{language}.jsonl.gz"
    rows = []
    for row in read_pairs(path):
        if isinstance(row, RowError):
            raise SystemExit(str(row))
        rows.append(row)
    return rows
