"""Sentence pairs that statistical aligners learn from, as words."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from pathlib import Path

from benchmarks.paths import DATA

Sentences = tuple[tuple[str, ...], tuple[str, ...]]

CORPORA = ("tatoeba.en-{}.train.tsv.gz", "ntrex.en-{}.tsv.gz", "europarl20k.en-{}.tok.tsv.gz")
LONGEST = 100
"""Most words per side; longer pairs are left out."""
UNSEGMENTED = frozenset({"zh"})
"""Languages written without spaces: the gold sets are cut into words, these texts are not."""
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


@lru_cache(maxsize=1)
def bitext(language: str) -> tuple[Sentences, ...]:
    """Return all pairs of English and ``language``, or none for a language without spaces."""
    if language in UNSEGMENTED:
        return ()
    paths = [DATA / "parallel" / name.format(language) for name in CORPORA]
    pairs = [pair for path in paths if path.is_file() for pair in _read(path)]
    return tuple(pair for pair in pairs if all(0 < len(words) <= LONGEST for words in pair))


def _read(path: Path) -> list[Sentences]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [(_words(row[0]), _words(row[1])) for row in rows if len(row) == 2]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text))
