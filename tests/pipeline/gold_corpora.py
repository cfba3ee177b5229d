"""Corpora of human translations, built once per module, beside their gold labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.tasks.task_scores import Figures
from benchmarks.tasks.task_sets import SETS
from crosslabel.pipeline.build import build
from crosslabel.pipeline.corpus.reading import pairs
from crosslabel.pipeline.corpus.records import Example, Pair

Examples = dict[str, Example]


class GoldCorpus:
    """The first rows of a set, built.

    Attributes:
        gold: examples by language and id.
        pairs: the pairs of the corpus by language.
    """

    def __init__(self, name: str, rows: int, data: Path, folder: Path) -> None:
        wanted = SETS[name](data, folder, rows)
        build(wanted.recipe, folder / "out", limit=rows)
        self.gold = wanted.gold
        self.pairs: dict[str, list[Pair]] = {
            lang: list(pairs(folder / "out", lang)) for lang in wanted.gold}

    def figures(self, lang: str, measure: Callable[[Examples, Examples], Figures]) -> Figures:
        """The projected labels of a language compared with its gold labels."""
        return measure({pair.a.id: pair.a for pair in self.pairs[lang]}, dict(self.gold[lang]))
