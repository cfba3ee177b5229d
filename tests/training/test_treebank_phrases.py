"""Phrases that both sides of a parallel treebank have."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from crosslabel.projection.interface import Links, TextPair
from training.calibrator.treebank_phrases import phrase_rows, read_trees

ENGLISH = {
    "lang": "en", "text": "He lives in the old house of Anna.",
    "tokens": ["He", "lives", "in", "the", "old", "house", "of", "Anna", "."],
    "heads": [2, 0, 6, 6, 6, 2, 8, 6, 2], "mwt": [],
    "deprels": ["nsubj", "root", "case", "det", "amod", "obl", "case", "nmod", "punct"],
}
GERMAN = {
    "lang": "de", "text": "Er wohnt im alten Haus von Anna.",
    "tokens": ["Er", "wohnt", "in", "dem", "alten", "Haus", "von", "Anna", "."],
    "heads": [2, 0, 6, 6, 6, 2, 8, 6, 2], "mwt": [[2, 4, "im"]],
    "deprels": ["nsubj", "root", "case", "det", "amod", "obl", "case", "nmod", "punct"],
}
SPANISH = {
    "lang": "es", "text": "Vive en la vieja casa de Ana.",
    "tokens": ["Vive", "en", "la", "vieja", "casa", "de", "Ana", "."],
    "heads": [0, 5, 5, 5, 1, 7, 5, 1], "mwt": [],
    "deprels": ["root", "case", "det", "amod", "obl", "case", "nmod", "punct"],
}


class Linked:
    """Links of word numbers, all with the same score."""

    name = "linked"

    def __init__(self, *pairs: tuple[int, int], score: float = 0.95) -> None:
        self._links = Links(np.array(pairs, np.int32).reshape(-1, 2),
                            np.full(len(pairs), score, np.float32))

    def align(self, pairs: Sequence[TextPair]) -> list[Links]:
        return [self._links for _ in pairs]


def phrases(folder: Path, target: dict[str, Any], links: Linked) -> set[tuple[str, str]]:
    path = folder / "trees.jsonl.gz"
    row = {"id": "n1", "source": ENGLISH, "target": target}
    path.write_bytes(gzip.compress(json.dumps(row).encode()))
    return {
        (row.pair.source.text[slice(*span.fragments[0])],
         row.pair.target.text[slice(*gold.fragments[0])])
        for row in phrase_rows(read_trees(path), links)
        for span, gold in zip(row.pair.spans, row.gold or (), strict=True)
    }


def test_a_phrase_is_what_hangs_on_a_linked_head(tmp_path: Path) -> None:
    assert phrases(tmp_path, SPANISH, Linked((7, 6))) == {("Anna", "Ana")}
    assert phrases(tmp_path, SPANISH, Linked((5, 4))) == {
        ("old house of Anna", "vieja casa de Ana")
    }


def test_a_written_word_is_never_cut(tmp_path: Path) -> None:
    """The article of the phrase lies within "im"."""
    assert phrases(tmp_path, GERMAN, Linked((5, 5))) == set()


def test_heads_must_be_linked_surely_and_joined_alike(tmp_path: Path) -> None:
    assert phrases(tmp_path, SPANISH, Linked((7, 6), score=0.5)) == set()
    assert phrases(tmp_path, SPANISH, Linked((0, 6))) == set()
    assert phrases(tmp_path, SPANISH, Linked((1, 0))) == set()
